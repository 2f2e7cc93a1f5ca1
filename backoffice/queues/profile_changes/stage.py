"""Edits of a profile by the seller: contact data applies at once, identity waits for a person."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.open import open_case
from backoffice.core.permissions import Actor
from backoffice.core.public import PENDING, WAITING, public_status
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.edit import apply_contact, as_change
from backoffice.marketplace.profile import CONTACT_FIELDS
from backoffice.marketplace.profile_fields import contradictions
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.profile_changes.model import ProfileChange
from backoffice.queues.profile_changes.queue import QUEUE

MAY_EDIT = frozenset({SellerStatus.ACTIVE, SellerStatus.SUSPENDED})


class Staged(NamedTuple):
    """A change that waits for a person, with its case."""

    change: ProfileChange
    case: Case


class Edited(NamedTuple):
    """What became of an edit: the columns applied at once, and what was staged."""

    applied: list[str]
    staged: Staged | None


def edit_profile(
    session: Session, seller: Seller, values: Mapping[str, Any], *, actor: Actor, channel: str
) -> Edited:
    """Apply and stage an edit, leaving out what is live already; the caller holds the seller's row.

    Raises InvalidFields for what contradicts itself, NotPossible while another identity edit is
    open or where the seller may not be edited.
    """
    if seller.status not in MAY_EDIT:
        raise NotPossible(text("Only the profile of a registered seller can be changed."),
                          seller_status=seller.status)  # fmt: skip
    if errors := contradictions(seller, values):
        raise InvalidFields(errors)
    change = as_change(seller, values)
    contact = {name: value for name, value in change.items() if name in CONTACT_FIELDS}
    identity = {name: value for name, value in change.items() if name not in CONTACT_FIELDS}
    staged = _stage(session, seller, identity, actor, channel) if identity else None
    if contact:
        apply_contact(session, seller, contact, actor)
    return Edited(list(contact), staged)


def open_change(session: Session, seller: Seller) -> Staged | None:
    """Return the seller's newest profile change with its case while nobody was told its outcome."""
    row = session.execute(
        select(ProfileChange, Case)
        .join(Case, (Case.subject_id == ProfileChange.id) & (Case.queue == QUEUE.slug))
        .where(ProfileChange.seller_id == seller.id)
        .order_by(ProfileChange.id.desc(), Case.id.desc())
        .limit(1)
    ).first()
    if row is None or public_status(session, row[1]) not in (PENDING, WAITING):
        return None
    return Staged(*row)


def _stage(
    session: Session, seller: Seller, identity: dict[str, Any], actor: Actor, channel: str
) -> Staged:
    standing = open_change(session, seller)
    if standing and _same(standing.change.changes, identity):
        return standing
    if standing:
        raise NotPossible(
            text("A change of this profile is being examined: wait for its outcome."),
            case=standing.case.reference,
        )
    change = ProfileChange(seller=seller, changes=identity, base_version=seller.version)
    session.add(change)
    session.flush()
    case = open_case(session, QUEUE, change, actor=actor, channel=channel)
    return Staged(change, case)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Compare two changes; the same IBAN is encrypted differently each time."""
    return {**one, "iban_encrypted": None} == {**other, "iban_encrypted": None}
