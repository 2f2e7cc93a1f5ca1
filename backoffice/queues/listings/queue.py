"""The listings queue: what may be offered, and what may stay online."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session, joinedload

from backoffice.core.case import Case
from backoffice.core.money import Money
from backoffice.core.party import Party
from backoffice.core.queue import Column, Filter, Queue, Resubmission
from backoffice.core.text import N_, text
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.listings import letter
from backoffice.queues.listings.actions import ACTIONS
from backoffice.queues.listings.checks import CHECKS
from backoffice.queues.listings.correct import CORRECTABLE, PROSE, correct, written
from backoffice.queues.listings.evidence import evidence
from backoffice.queues.listings.groups import (
    by_submission,
    groups,
    names_submission,
    say_submission,
)
from backoffice.queues.listings.place import by_root, roots, say_root
from backoffice.queues.listings.resubmit import fits, send_again
from backoffice.queues.standard import REQUEST_INFO, STANDARD

KINDS = {"new": N_("New"), "edit": N_("Change"), "live": N_("Online")}
LISTED = (
    joinedload(ListingRevision.listing, innerjoin=True),
    joinedload(ListingRevision.seller, innerjoin=True),
    joinedload(ListingRevision.submission, innerjoin=True),
)


def party(session: Session, revision: ListingRevision) -> Party:
    """Return the seller."""
    return revision.seller.party


def describe(session: Session, case: Case, revision: ListingRevision) -> dict[str, Any]:
    """Return what the API and the webhooks say of a listing."""
    listing = revision.listing
    return {
        "external_id": listing.external_id,
        "seller": revision.seller.external_id,
        "case": case.reference,
        "kind": case.kind,
        "revision": revision.number,
        "live_revision": listing.live.number if listing.live else None,
        "version": case.version,
        "listing_version": listing.version,
        "resolution": case.resolution,
        "status": listing.status,
    }


def keys(session: Session, revision: ListingRevision) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    found = [("external_id", revision.listing.external_id)]
    found += [("gtin", gtin) for gtin in gtins_of(revision)]
    return found


def gtins_of(revision: ListingRevision) -> Iterable[str]:
    """Return every GTIN of a revision, its variants' too, as people type them."""
    of_variants = [variant.get("gtin") for variant in revision.variants]
    return [one.lstrip("0") for one in (revision.gtin, *of_variants) if one]


def shown_gtin(revision: ListingRevision) -> str:
    """Return a revision's GTIN as people type it, whatever it is worth."""
    return (revision.gtin or revision.gtin_entered).lstrip("0") or revision.gtin_entered


def price_of(revision: ListingRevision) -> Money:
    """Return what buyers pay for a listing now, VAT and delivery included."""
    return Money(revision.listing.price_minor, revision.listing.currency)


QUEUE = Queue(
    slug="listings",
    noun="listing",
    prefix="LST",
    title=N_("Listings"),
    icon="box",
    kinds=tuple(KINDS),
    subject=ListingRevision,
    party=party,
    target=lambda revision: f"listing:{revision.listing_id}",
    describe=describe,
    keys=keys,
    words=lambda session, revision: f"{revision.title} {revision.brand}",
    case_title=lambda revision: revision.title,
    actions=(*ACTIONS, REQUEST_INFO, *STANDARD),
    checks=CHECKS,
    columns=(
        Column("title", N_("Product"), lambda case, subject: case.title),
        Column("kind", N_("Kind"), lambda case, subject: text(KINDS[case.kind]), css="c-kind",
               wide=True),
        Column("gtin", "GTIN", lambda case, subject: shown_gtin(subject), css="c-gtin", wide=True),
        Column("price", N_("Price"), lambda case, subject: price_of(subject), css="c-money",
               wide=True),
    ),
    listed=LISTED,
    filters=(
        Filter("submission", N_("Submission"), None, by_submission, say_submission,
               names_submission),
        Filter("category", N_("Category"), roots, by_root, say_root),
    ),
    groups=groups,
    evidence=evidence,
    enclosures={letter.EVENT: letter.table},
    correctable=CORRECTABLE,
    prose=PROSE,
    sent=written,
    correct=correct,
    resubmit=Resubmission(fits, send_again),
    declare=declare,
)  # fmt: skip
