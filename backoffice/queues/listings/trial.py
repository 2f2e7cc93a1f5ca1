"""Trying a rule on what was decided already: what it would have said of which listings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding
from backoffice.core.decision import Decision, DecisionState
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.listing_checks import LOOKS, offer_of
from backoffice.marketplace.listing_checks.item import Item
from backoffice.marketplace.listing_checks.load import gather
from backoffice.marketplace.listing_checks.rules import RuleBook
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.marketplace.seller import Seller

DECIDED = ("approve", "reject")
QUEUE = "listings"
LAST = 1000
LAST_OF = {"image_distance": 200}  # each picture is looked up by itself
CHECK_OF = {
    "term": "terms",
    "delivery_cost": "delivery_cost",
    "price_low": "price",
    "brand_likeness": "brand",
    "image_distance": "images",
}
"""Which check asks the rules of a kind."""


class Flagged(NamedTuple):
    """A decided case that the rule would have marked, and what it would have said."""

    reference: str
    title: str
    is_refused: bool
    decided_at: datetime
    finding: Finding


class Trial(NamedTuple):
    """What a rule would have said of the last decisions, newest first."""

    examined: int
    refused: int
    since: datetime | None  # the oldest decision that was looked at
    flagged: list[Flagged]

    @property
    def flagged_refused(self) -> int:
        """Return how many of those marked were in fact refused."""
        return sum(one.is_refused for one in self.flagged)


def try_rule(session: Session, rule: ListingRule, at: datetime) -> Trial:
    """Look at the last decided listings by this rule alone, in force or not.

    The contents are those decided on; prices, brands and pictures of others are today's.
    """
    rows = _decided(session, LAST_OF.get(rule.kind, LAST), at)
    look = LOOKS[CHECK_OF[rule.kind]]
    revisions = [row.ListingRevision for row in rows]
    sellers = {one.seller_id: row.seller for one, row in zip(revisions, rows, strict=True)}
    facts = gather(session, sellers, revisions, at, needs=look.needs, rules=RuleBook([rule]))
    flagged = []
    for row in rows:
        findings = look.look(Item(row.ListingRevision, offer_of(row.Listing), facts))
        found = next((one for one in findings if one.facts.get("rule") == rule.code), None)
        if found:
            refused = row.action == "reject"
            flagged.append(Flagged(row.reference, row.title, refused, row.decided_at, found))
    refused = sum(row.action == "reject" for row in rows)
    return Trial(len(rows), refused, rows[-1].decided_at if rows else None, flagged)


def _decided(session: Session, limit: int, at: datetime) -> Sequence[Any]:
    """Return the last final approvals and refusals with what they were about, newest first."""
    return session.execute(
        select(
            Decision.action,
            Decision.decided_at,
            Case.reference,
            Case.title,
            ListingRevision,
            Listing,
            Seller.external_id.label("seller"),
        )
        .join(Case, Case.id == Decision.case_id)
        .join(ListingRevision, ListingRevision.id == Case.subject_id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .join(Seller, Seller.id == ListingRevision.seller_id)
        .where(Decision.queue == QUEUE, Decision.action.in_(DECIDED))
        .where(Decision.state == DecisionState.EXECUTED)
        .where(or_(Decision.undo_until.is_(None), Decision.undo_until <= at))
        .order_by(Decision.id.desc())
        .limit(limit)
    ).all()
