"""Receiving many listings of one seller at once; row for row what `receive_listing` stores.

New ones are copied in bulk, checks included. Of known ones the offer changes in bulk; one whose
content changed goes through `receive_listing`, and so does everything if the bulk fails.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session, aliased

from backoffice.core.checks import Check, Finding
from backoffice.core.clock import now
from backoffice.core.copy import copy_rows, is_one_of, next_ids
from backoffice.core.open_many import Examined, open_cases
from backoffice.core.permissions import Actor
from backoffice.core.refusal import Refused
from backoffice.core.text import Text, text
from backoffice.marketplace.listing import CONTENT, Listing, ListingRevision, ListingStatus
from backoffice.marketplace.listing_checks import Facts, Offer, examine
from backoffice.marketplace.listing_checks.load import LOADERS, gather
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.pictures import note_pictures
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.queue import QUEUE
from backoffice.queues.listings.receive import lock_waiting_cases, receive_listing

log = logging.getLogger(__name__)

CHANNEL = "import"
STANDING = frozenset({"tree", "brands"})  # and the rules: no listing changes them
CHANGING = frozenset(LOADERS) - STANDING


@dataclass
class Outcomes:
    """What became of listings: how many of each, and why some were refused, by their place."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: dict[int, Text] = field(default_factory=dict)

    def __iadd__(self, other: "Outcomes") -> "Outcomes":
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused |= other.refused
        return self


class Sender(NamedTuple):
    """Who sends listings, and as part of what; what is known that no listing changes."""

    seller: Seller
    submission: Submission
    actor: Actor
    standing: Facts


class _Known(NamedTuple):
    """What is stored of a listing that came again."""

    id: int
    external_id: str
    status: str
    price_minor: int
    quantity: int
    variant_offers: dict[str, Any]
    newest_sha256: bytes


class Owner(NamedTuple):
    """The part of a listing that its revision's words and keys ask for."""

    id: int
    external_id: str


class NewRevision:
    """A revision about to be copied: it reads like a `ListingRevision`, without its cost."""

    number = 1

    def __init__(self, id_: int, owner: Owner, sender: Sender, columns: dict[str, Any]) -> None:
        self.__dict__.update(columns)
        self.id, self.listing, self.listing_id = id_, owner, owner.id
        self.seller, self.seller_id = sender.seller, sender.seller.id
        self.submission, self.submission_id = sender.submission, sender.submission.id


def receive_many(session: Session, sender: Sender, forms: Sequence[ListingForm]) -> Outcomes:
    """Store listings, no two of one number; a refusal of one leaves the others."""
    try:
        with session.begin_nested():
            return _in_bulk(session, sender, forms)
    except (IntegrityError, DataError):
        # Another call made one of them meanwhile, or the database refuses one: find out which.
        log.warning(
            "a bulk of %s listings failed: receiving them singly", len(forms), exc_info=True
        )
        return _singly(session, sender, dict(enumerate(forms)))


def standing_facts(session: Session) -> Facts:
    """Return what checks know beside listings; good for some seconds of work."""
    return gather(session, {}, (), now())


def _in_bulk(session: Session, sender: Sender, forms: Sequence[ListingForm]) -> Outcomes:
    # Statistics lag behind tables that an import fills: never read a whole one for a few rows.
    session.execute(sql("set local enable_seqscan = off"))
    session.execute(sql("set local enable_hashjoin = off"))
    session.execute(sql("set local enable_mergejoin = off"))
    known = _known(session, sender.seller, [form.external_id for form in forms])
    fresh = [form for form in forms if form.external_id not in known]
    outcomes, changed, offers = Outcomes(created=len(fresh)), {}, []
    for place, form in enumerate(forms):
        before = known.get(form.external_id)
        if before is None:
            continue
        is_same = form.columns()["content_sha256"] == before.newest_sha256
        if before.status == ListingStatus.WITHDRAWN or not is_same:
            changed[place] = form
        elif _offer(form) != (before.price_minor, before.quantity, before.variant_offers):
            offers.append((before.id, form))
        else:
            outcomes.unchanged += 1
    _change_offers(session, offers)
    outcomes.updated = len(offers)
    _create(session, sender, fresh)
    outcomes += _singly(session, sender, changed)
    return outcomes


def _known(session: Session, seller: Seller, names: Sequence[str]) -> dict[str, _Known]:
    if not lock_waiting_cases(session, seller.id, names):
        return {}
    newest = aliased(ListingRevision)
    rows = session.execute(
        select(
            Listing.id,
            Listing.external_id,
            Listing.status,
            Listing.price_minor,
            Listing.quantity,
            Listing.variant_offers,
            newest.content_sha256,
        )
        .join(newest, (newest.listing_id == Listing.id) & (newest.number == Listing.last_number))
        .where(Listing.seller_id == seller.id, is_one_of(Listing.external_id, names))
        .order_by(Listing.id)
        .with_for_update(of=Listing)
    )
    return {row.external_id: _Known(*row) for row in rows}


def _offer(form: ListingForm) -> tuple[int, int, dict[str, Any]]:
    return form.price_minor, form.quantity, form.variant_offers()


def _change_offers(session: Session, offers: Sequence[tuple[int, ListingForm]]) -> None:
    """Let new prices and quantities hold at once, and count the change."""
    if not offers:
        return
    table = Listing.__table__
    change = (
        update(table)  # type: ignore[arg-type]  # SQLAlchemy’s types
        .where(table.c.id == bindparam("listing"))
        .values(
            price_minor=bindparam("price"),
            quantity=bindparam("pieces"),
            variant_offers=bindparam("of_variants"),
            version=table.c.version + 1,
            changed_at=now(),
        )
    )
    names = ("price", "pieces", "of_variants")
    rows = [{"listing": id_, **dict(zip(names, _offer(form), strict=True))} for id_, form in offers]
    session.connection().execute(change, rows)


def _create(session: Session, sender: Sender, forms: Sequence[ListingForm]) -> None:
    """Copy new listings with their revisions, cases and checks."""
    if not forms:
        return
    ids = next_ids(session, Listing, len(forms))
    numbers = next_ids(session, ListingRevision, len(forms))
    revisions = [
        NewRevision(number, Owner(id_, form.external_id), sender, form.columns())
        for id_, number, form in zip(ids, numbers, forms, strict=True)
    ]
    _copy_listings(session, sender, forms, revisions)
    _copy_revisions(session, revisions)
    examined = _examined(session, sender, revisions, forms)
    open_cases(session, QUEUE, examined, actor=sender.actor, channel=CHANNEL, kind="new")
    note_pictures(session, revisions, are_new=True)  # type: ignore[arg-type]  # SQLAlchemy’s types


def _copy_listings(
    session: Session, sender: Sender, forms: Sequence[ListingForm], revisions: Sequence[Any]
) -> None:
    names = ("id", "seller_id", "external_id", "price_minor", "quantity", "variant_offers", "gtin")
    rows = [
        (one.listing_id, sender.seller.id, form.external_id, *_offer(form), one.gtin)
        for one, form in zip(revisions, forms, strict=True)
    ]
    copy_rows(session, Listing, names, rows)


def _copy_revisions(session: Session, revisions: Sequence[Any]) -> None:
    names = ("id", "listing_id", "seller_id", "submission_id", "content_sha256", *CONTENT)
    rows = [[getattr(one, name) for name in names] for one in revisions]
    copy_rows(session, ListingRevision, names, rows)


def _examined(
    session: Session, sender: Sender, revisions: Sequence[Any], forms: Sequence[ListingForm]
) -> list[Examined]:
    """Run every check that needs nothing from outside."""
    seller, standing = sender.seller, sender.standing
    offers = [
        Offer(one.listing_id, form.external_id, form.price_minor, form.variant_offers())
        for one, form in zip(revisions, forms, strict=True)
    ]
    facts = gather(session, {seller.id: seller.external_id}, revisions, now(), needs=CHANGING,
                   rules=standing.rules)  # fmt: skip
    facts = replace(facts, tree=standing.tree, brands=standing.brands)
    return [
        Examined(revision, _found(examine(revision, offer, facts)))
        for revision, offer in zip(revisions, offers, strict=True)
    ]


def _found(findings: dict[str, list[Finding]]) -> list[tuple[Check, Finding]]:
    return [(check, finding) for check in QUEUE.checks for finding in findings[check.name]]


def _singly(session: Session, sender: Sender, forms: dict[int, ListingForm]) -> Outcomes:
    outcomes = Outcomes()
    for place, form in forms.items():
        try:
            with session.begin_nested():
                _receive(session, sender, form, outcomes)
        except Refused as refusal:
            outcomes.refused[place] = refusal.said
        except (IntegrityError, DataError):
            log.exception("a listing of seller %s cannot be stored", sender.seller.id)
            outcomes.refused[place] = text("This failed on our side: nothing was done.")
    return outcomes


def _receive(session: Session, sender: Sender, form: ListingForm, outcomes: Outcomes) -> None:
    before = _known(session, sender.seller, [form.external_id]).get(form.external_id)
    received = receive_listing(session, sender.seller, form, actor=sender.actor, channel=CHANNEL,
                               submission=sender.submission)  # fmt: skip
    if before is None:
        outcomes.created += 1
        return
    offer = (before.price_minor, before.quantity, before.variant_offers)
    is_same = received.revision.content_sha256 == before.newest_sha256
    if is_same and offer == _offer(form):
        outcomes.unchanged += 1
    else:
        outcomes.updated += 1
