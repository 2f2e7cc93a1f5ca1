"""The checks of a listing as a queue runs them, one by one, each with what it needs to know."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Check, Finding
from backoffice.core.clock import now
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.listing_checks.examine import LOOKS, Look
from backoffice.marketplace.listing_checks.facts import Offer
from backoffice.marketplace.listing_checks.item import Item
from backoffice.marketplace.listing_checks.load import load_facts


def listing_checks() -> tuple[Check, ...]:
    """Return the checks of a queue whose subject is a revision of a listing."""
    return tuple(_check(name, look) for name, look in LOOKS.items())


def offer_of(listing: Listing) -> Offer:
    """Return the part of a listing that its revisions do not hold."""
    return Offer(listing.id, listing.external_id, listing.price_minor, listing.variant_offers or {})


def _check(name: str, look: Look) -> Check:
    def run(session: Session, case: Case, revision: ListingRevision) -> list[Finding]:
        facts = load_facts(session, revision.seller, [revision], now(), look.needs)
        return look.look(Item(revision, offer_of(revision.listing), facts))

    return Check(name, look.label, run)
