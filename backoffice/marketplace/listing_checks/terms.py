"""Words that a listing may not use, and words by which it asks for more than its price."""

from collections.abc import Iterator

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing_checks.item import Item, fine, found
from backoffice.marketplace.listing_checks.passages import Passage
from backoffice.marketplace.listing_checks.phrases import Phrase
from backoffice.marketplace.listing_checks.rules import holds_in
from backoffice.marketplace.listing_rule import ListingRule

Found = tuple[Passage, Phrase, int]

NEGATIONS = frozenset({"aucun", "aucune", "aucuns", "aucunes", "jamais", "never", "ni", "no",
                       "pas", "sans", "without", "zero"})  # fmt: skip
NEGATED_WITHIN = 3  # words: “pas de frais de port en sus”, “no extra delivery cost”


def look(item: Item) -> list[Finding]:
    """Look for forbidden words in everything that the listing says."""
    hits = _hits(item, "term")
    if not hits:
        return [fine(N_("No forbidden words were found."))]
    said = text("Forbidden words: “%(words)s”", words=_words(hits[0]))
    return [_finding(hits, said)]


def look_for_costs(item: Item) -> list[Finding]:
    """Look for a delivery cost that comes on top: prices include VAT and delivery."""
    hits = [hit for hit in _hits(item, "delivery_cost") if not _is_negated(hit)]
    if not hits:
        return [fine(N_("The text asks for no delivery cost."))]
    said = text("The text asks for a delivery cost: “%(words)s”", words=_words(hits[0]))
    return [_finding(hits, said)]


def _hits(item: Item, kind: str) -> list[Found]:
    """Return what is found, what fails first; of two that overlap both are told."""
    index, category = item.facts.rules.phrases[kind], item.revision.category
    hits = [
        (passage, phrase, place)
        for passage in item.passages
        for phrase, place in index.find(passage.words)
        if holds_in(phrase.rule, category)
    ]
    return sorted(hits, key=lambda hit: hit[1].rule.outcome != "fail")


def _words(hit: Found) -> str:
    passage, phrase, place = hit
    return passage.written(place, place + len(phrase.words) - 1)


def _finding(hits: list[Found], headline: Text) -> Finding:
    outcome = Outcome(hits[0][1].rule.outcome)
    fields = dict.fromkeys(passage.field for passage, _, _ in hits)
    return found(outcome, headline, _lines(hits), fields=fields, rule=hits[0][1].rule.code)


def _lines(hits: list[Found]) -> Iterator[Text]:
    rules: dict[str, ListingRule] = {}
    quoted: set[tuple[str, int, int]] = set()  # several phrases may fit the same words
    for passage, phrase, place in hits:
        last = place + len(phrase.words) - 1
        if (passage.field, place, last) not in quoted:
            quoted.add((passage.field, place, last))
            yield passage.quoted(place, last)
        rules[phrase.rule.code] = phrase.rule
    for code, rule in rules.items():
        yield text("Rule %(code)s: %(why)s", code=code, why=rule.why)


def _is_negated(hit: Found) -> bool:
    """Tell whether the words right before say the contrary, in the same sentence."""
    passage, _, place = hit
    first = max(0, place - NEGATED_WITHIN)
    before = passage.words[first:place]
    for back, word in enumerate(reversed(before), start=1):
        if word in NEGATIONS:
            between = passage.between(place - back, place)
            return not any(mark in between for mark in ".;:!?")
    return False
