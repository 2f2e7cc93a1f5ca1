"""One listing as the checks look at it, and how they word what they find."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import Text, text
from backoffice.marketplace.categories import Node
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_checks.facts import Facts, Offer
from backoffice.marketplace.listing_checks.passages import Passage, passages_of

LINES_MAX = 12


class Item:
    """A revision, the offer it belongs to, and what is known; its texts are folded once."""

    def __init__(self, revision: ListingRevision, offer: Offer, facts: Facts) -> None:
        self.revision, self.offer, self.facts = revision, offer, facts
        self.passages: list[Passage] = passages_of(revision)
        self.node: Node | None = facts.tree.get(revision.category)  # None: we know no such

    @property
    def variants(self) -> list[dict[str, Any]]:
        """Return its variants, as the column keeps them."""
        return self.revision.variants or []

    def price_of(self, reference: str) -> int:
        """Return the price (cents) of a variant: its own, or the listing's."""
        offer: Mapping[str, int] = self.offer.variant_offers.get(reference, {})
        return offer.get("price_minor", self.offer.price_minor)


def found(
    outcome: Outcome, headline: Text, proof: Iterable[Text] = (), *, fields: Iterable[str] = (),
    beside: Text | None = None, source: str = "", part: str = "", label: str = "", rule: str = "",
) -> Finding:  # fmt: skip
    """Word a finding; `beside` (its headline, if not given) is said beside each of the fields.

    `rule` is the code of the rule that it comes from, if one does.
    """
    said = (beside or headline).to_json()
    lines = tuple(proof)
    if len(lines) > LINES_MAX:
        more = text("And %(count)s more.", count=len(lines) - LINES_MAX)
        lines = (*lines[:LINES_MAX], more)
    facts: dict[str, Any] = {"fields": dict.fromkeys(fields, said)}
    if rule:
        facts["rule"] = rule
    return Finding(outcome, headline, lines, source, facts=facts, part=part, label=label)


def fine(msgid: str, **values: Any) -> Finding:
    """Say that nothing is wrong."""
    return _fine(msgid, tuple(values.items()))


@lru_cache(1000)
def _fine(msgid: str, values: tuple[tuple[str, Any], ...]) -> Finding:
    """Return the one finding with these words: most listings share it."""
    return Finding(Outcome.PASS, text(msgid, **dict(values)))
