"""Old and new side by side: what the page of a profile change shows."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.text import text
from backoffice.marketplace.edit import MASK
from backoffice.marketplace.legal_forms import legal_form_label
from backoffice.marketplace.profile import IDENTITY_FIELDS
from backoffice.marketplace.profile_fields import label_of
from backoffice.queues.profile_changes.model import ProfileChange

STAGED_FIELDS = (*IDENTITY_FIELDS, "iban", "stripe_account")
"""The fields whose change is decided by a person: who the seller is, and where it is paid."""

_YES_NO = {True: text("Yes"), False: text("No")}


def evidence(session: Session, case: Case, change: ProfileChange) -> dict[str, Any]:
    """Return the rows that differ, and the names of the identity fields that stay."""
    live, proposed, fields = change.seller, change.proposed, change.fields
    rows = [
        {"name": label_of(name), "live": value_of(live, name), "proposed": value_of(proposed, name)}
        for name in fields
    ]
    unchanged = [
        label_of(name)
        for name in STAGED_FIELDS
        if name not in fields and value_of(live, name) is not None
    ]
    return {
        "rows": rows,
        "unchanged": unchanged,
        "profile_changed_since": live.version != change.base_version,
    }


def value_of(profile: Any, name: str) -> Any:
    """Return a field's value as a person reads it; an IBAN by its last four."""
    if name == "iban":
        return f"{MASK} {profile.iban_last4}" if profile.iban_last4 else None
    value = getattr(profile, name)
    if isinstance(value, bool):
        return _YES_NO[value]
    return legal_form_label(value) if name == "legal_form" and value else value
