"""Corrections of a staged change by the seller, while it is examined."""

from collections.abc import Mapping

from backoffice.core.action import Context
from backoffice.marketplace.edit import as_change
from backoffice.marketplace.profile import CONTACT_FIELDS
from backoffice.marketplace.profile_fields import CORRECTABLE, parse_fields
from backoffice.queues.profile_changes.model import ProfileChange

STAGED_CORRECTABLE = {n: label for n, label in CORRECTABLE.items() if n not in CONTACT_FIELDS}
"""What may be asked for: contact data needs nobody's leave, so it is not among it."""


def correct(context: Context, written: Mapping[str, str]) -> None:
    """Take corrections typed by the seller, by field; raises InvalidFields, nothing is changed."""
    change: ProfileChange = context.subject
    proposed = change.proposed
    corrected = as_change(proposed, parse_fields(written, proposed))
    if corrected:
        change.changes = {**change.changes, **corrected}
