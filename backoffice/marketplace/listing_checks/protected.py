"""A protected brand without its owner's authorisation (CPI art. L713-2 and L713-3).

A name said to tell what a thing fits (CPI art. L713-6) and a name written as a common word are
for a person to judge: these warn. Sellers whom the owner authorised pass.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.listing_checks.brands import Hit
from backoffice.marketplace.listing_checks.item import Item, fine, found
from backoffice.marketplace.listing_checks.passages import Passage

FITTING = frozenset({"adaptable", "adaptables", "compatible", "compatibles", "compatibilite",
                     "convient", "fits", "for", "pour"})  # fmt: skip
FITTING_WITHIN = 3  # words: “compatible avec les Kervanec”
NAMED_IN = frozenset({"title", "brand", "attributes.brand"})
"""Where a name says what the product is; elsewhere it may only be mentioned."""
_TIED_BEFORE = re.compile(r"[^\W_]{3}['’-]$")
_TIED_AFTER = re.compile(r"['’-][^\W_]{2}")


class Use(NamedTuple):
    """A brand found somewhere, and what that is worth."""

    passage: Passage
    hit: Hit
    outcome: Outcome
    how: str
    rule: str = ""  # that finds names which are close


def look(item: Item) -> list[Finding]:
    """Look for brands that this seller may not use, one finding for each."""
    seller = item.facts.sellers.get(item.revision.seller_id, "")
    uses = list(_uses(item))
    if not uses:
        return [fine(N_("No protected brand was found."))]
    barred = [use for use in uses if seller not in use.hit.brand.authorised]
    if not barred:
        names = ", ".join(dict.fromkeys(use.hit.brand.name for use in uses))
        return [fine(N_("The seller is authorised: %(names)s"), names=names)]
    by_brand: dict[str, list[Use]] = {}
    for use in barred:
        by_brand.setdefault(use.hit.brand.name, []).append(use)
    findings = [_finding(uses) for uses in by_brand.values()]
    return sorted(findings, key=lambda one: list(Outcome).index(one.outcome))


def _uses(item: Item) -> Iterator[Use]:
    rules = item.facts.rules.numbered("brand_likeness", item.revision.category)
    least = min((rule.number or 100 for rule in rules), default=None)
    for passage in item.passages:
        is_name = passage.field in NAMED_IN
        if not is_name and passage.field != "description":
            continue
        for hit in item.facts.brands.find(passage, percent_min=least if is_name else None):
            if hit.percent < 100:
                worst = next(rule for rule in rules if hit.percent >= (rule.number or 100))
                yield Use(passage, hit, Outcome(worst.outcome), N_("close to it"), worst.code)
            else:
                yield Use(passage, hit, *_weigh(passage, hit, is_name))


def _weigh(passage: Passage, hit: Hit, is_name: bool) -> tuple[Outcome, str]:
    """Say what a name is worth where it stands, and how it is used there."""
    if hit.is_disguised:
        return Outcome.FAIL, N_("in disguise")
    before = passage.words[max(0, hit.first - FITTING_WITHIN) : hit.first]
    if FITTING & {*before}:
        return Outcome.WARN, N_("said of what the product fits")
    if _is_compound(passage, hit):
        return Outcome.WARN, N_("part of a longer name")
    if not is_name:
        return Outcome.WARN, N_("only mentioned")
    written = passage.written(hit.first, hit.last)
    if passage.field == "title" and written.islower() and not hit.brand.name.islower():
        return Outcome.WARN, N_("written as a common word")
    return Outcome.FAIL, N_("the name itself")


def _is_compound(passage: Passage, hit: Hit) -> bool:
    """Tell whether the name is tied to another word, as in “Pom’Potes”; “d’” and “’s” tie none."""
    start, end = passage.spans[hit.first][0], passage.spans[hit.last][1]
    before, after = _TIED_BEFORE.search(passage.folded[:start]), passage.folded[end:]
    return bool(before or _TIED_AFTER.match(after))


def _finding(uses: list[Use]) -> Finding:
    uses = sorted(uses, key=lambda use: list(Outcome).index(use.outcome))
    worst, brand = uses[0], uses[0].hit.brand
    msgid = N_("“%(brand)s” without authorisation.")
    if worst.hit.percent < 100:
        msgid = N_("Close to the protected brand “%(brand)s”.")
    fields = dict.fromkeys(use.passage.field.partition(".")[0] for use in uses)
    lines = [*map(_line, uses), *_owner(brand)]
    part = brand.name.casefold()
    return found(
        worst.outcome, text(msgid, brand=brand.name), lines, fields=fields, part=part,
        source=brand.register, label=N_("Protected brand"), rule=worst.rule,
    )  # fmt: skip


def _line(use: Use) -> Text:
    hit = use.hit
    said = use.passage.quoted(hit.first, hit.last)
    if hit.percent < 100:
        return text("%(quoted)s: alike for %(percent)s %%", quoted=said.to_json(),
                    percent=hit.percent)  # fmt: skip
    return text("%(quoted)s: %(how)s", quoted=said.to_json(), how=text(use.how).to_json())


def _owner(brand: ProtectedBrand) -> Iterator[Text]:
    yield text("Owner: %(owner)s", owner=brand.owner)
    yield text("%(register)s %(number)s", register=brand.register, number=brand.number)
    if brand.classes:
        yield text("Classes: %(classes)s", classes=brand.classes)
    yield text("The owner told us of no authorisation of this seller.")
