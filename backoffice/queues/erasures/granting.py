"""What may stand instead of a decision on a request once the party's complaint is granted."""

from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.core.action import Context
from backoffice.core.decision import Statement

MORE: Mapping[str, Mapping[str, Any]] = {"accept": {}, "accept_in_part": {}}


def granted(context: Context, contested: Sequence[Statement]) -> Mapping[str, Mapping[str, Any]]:
    """Return more than was granted: all of it, or another part."""
    return MORE
