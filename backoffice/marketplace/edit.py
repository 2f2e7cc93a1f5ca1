"""Edits of a seller's live profile: applied, kept in history, taken back exactly.

A change is a mapping of profile columns to values as JSON keeps them; an IBAN is in it encrypted,
with its last four and its fingerprint.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.outbox import put_mail
from backoffice.core.permissions import Actor
from backoffice.core.secrets import encrypt, fingerprint
from backoffice.marketplace.profile import COLUMNS, IBAN_COLUMNS, ProfileColumns, copy_profile
from backoffice.marketplace.seller import Seller, SellerHistory

EMAILS = ("contact_email", "email")
MASK = "••••"


class Profile(ProfileColumns):
    """A profile that no row holds: a live one with a change laid over it."""


def overlaid(live: ProfileColumns, change: Mapping[str, Any]) -> Profile:
    """Return the profile as it would be with this change."""
    profile = Profile()
    copy_profile(live, profile)
    for name, value in change.items():
        setattr(profile, name, from_json(name, value))
    profile.set_address_key()
    return profile


def as_change(live: ProfileColumns, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that differ from the live ones, by column; `iban` comes in clear."""
    columns = dict(values)
    change: dict[str, Any] = {}
    if "iban" in columns:
        iban = columns.pop("iban")
        mark = fingerprint(iban, "iban") if iban else None
        if mark != live.iban_fingerprint:
            encrypted = to_json(encrypt(iban)) if iban else None
            kept = (encrypted, iban[-4:] if iban else None, mark)
            change = dict(zip(IBAN_COLUMNS, kept, strict=True))
    for name, value in columns.items():
        if value != getattr(live, name):
            change[name] = to_json(value)
    return change


def apply_change(
    session: Session, seller: Seller, change: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """Lay a change over a seller's live profile; returns what was there, for `restore`.

    The caller holds the seller's row.
    """
    before = {name: to_json(getattr(seller, name)) for name in change}
    for name, value in change.items():
        setattr(seller, name, from_json(name, value))
    seller.set_address_key()
    seller.version += 1
    session.add(
        SellerHistory(seller_id=seller.id, actor=actor.ref, changes=_history(before, change))
    )
    return before


def restore(
    session: Session, seller: Seller, before: Mapping[str, Any], after: Mapping[str, Any],
    actor: Actor,
) -> None:  # fmt: skip
    """Take a change back, but for columns that were changed again since."""
    untouched = {n: v for n, v in before.items() if to_json(getattr(seller, n)) == after[n]}
    if untouched:
        apply_change(session, seller, untouched, actor)


def apply_contact(
    session: Session, seller: Seller, change: Mapping[str, Any], actor: Actor
) -> None:
    """Apply a change of contact data at once; a changed e-mail is told to the old address too."""
    before = apply_change(session, seller, change, actor)
    for name in EMAILS:
        if name in change:
            tell_email_change(session, seller, name, before[name])


def tell_email_change(session: Session, seller: Seller, name: str, old: str) -> None:
    """Tell both addresses that an e-mail address of the seller was changed."""
    new = getattr(seller, name)
    for to in (old, new):
        put_mail(
            session,
            event="profile_change.email_changed",
            to=to,
            locale=seller.locale,
            context={
                "recipient": seller.representative,
                "title": seller.display_name,
                "old_email": masked_email(old),
                "new_email": masked_email(new),
                "changed_at": now().isoformat(),
            },
        )


def masked_email(address: str) -> str:
    """Return an address that its owner recognises and nobody else can write to."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{MASK}@{domain}"


def to_json(value: Any) -> Any:
    """Return a profile's value as JSON keeps it; bytes are encrypted already."""
    if isinstance(value, bytes):
        return value.decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(name: str, value: Any) -> Any:
    """Return a profile's value from what `to_json` made of it."""
    if value is None:
        return None
    if name == "iban_encrypted":
        return value.encode()
    if name == "birth_date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value


def snapshot(profile: ProfileColumns) -> dict[str, Any]:
    """Return every column of a profile as JSON keeps it."""
    return {name: to_json(getattr(profile, name)) for name in COLUMNS}


def shown(name: str, value: Any) -> Any:
    """Return a column's value for people: an IBAN by its last four."""
    return f"{MASK} {value}" if name == "iban_last4" and value else value


def _history(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return old and new by field, an IBAN masked."""
    return {
        "iban" if name == "iban_last4" else name: {
            "old": shown(name, before[name]),
            "new": shown(name, after[name]),
        }
        for name in after
        if name not in ("iban_encrypted", "iban_fingerprint")
    }
