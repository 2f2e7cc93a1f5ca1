"""What may stand instead of a decision on a dispute once a side's complaint is granted."""

from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.core.action import Context
from backoffice.core.decision import Statement

MORE: Mapping[str, Mapping[str, Any]] = {"refund": {}, "goodwill": {}}
LESS: Mapping[str, Mapping[str, Any]] = {"protect": {}, "refund": {}, "goodwill": {}}


def granted(context: Context, contested: Sequence[Statement]) -> Mapping[str, Mapping[str, Any]]:
    """Return more for a buyer who complains; for a seller no refund, a smaller one, or our own."""
    by_buyer = all(one.recipient_kind == "buyer" for one in contested)
    return MORE if by_buyer else LESS
