"""What a decision changed on a request, kept as JSON and put back by an undo."""

from datetime import datetime
from typing import Any

from backoffice.core.action import Context
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues.erasures.model import Erasure, Stage

DONE = (Stage.EXECUTED, Stage.COMPLETED)


def keep_columns(erasure: Erasure, *names: str) -> dict[str, Any]:
    """Return these columns as they are now; raises NotPossible once data is gone."""
    if erasure.stage in DONE:
        raise NotPossible(text("The data was erased: this can no longer be changed."))
    values = {name: getattr(erasure, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def put_back(context: Context, change: dict[str, Any]) -> None:
    """Put columns back as they were; raises NotPossible once data is gone."""
    erasure: Erasure = context.subject
    if erasure.stage in DONE:
        raise NotPossible(text("The data was erased: this can no longer be changed."))
    for name, value in change.items():
        is_time = name.endswith("_at") and value is not None
        setattr(erasure, name, datetime.fromisoformat(value) if is_time else value)
