"""What the list of notices may be filtered by besides what every list may."""

from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.queue import Filter
from backoffice.core.text import N_
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace import notifier
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.right import Right
from backoffice.marketplace.right_number import REGISTERS, parse_right_number
from backoffice.queues.column_filter import by_column
from backoffice.queues.notices.model import KINDS, Notice


def _notifiers(session: Session) -> list[tuple[str, str]]:
    return [(kind.value, label) for kind, label in notifier.KINDS.items()]


def _by_notifier(value: str) -> Any:
    known = select(Notice.id).join(Notifier, Notifier.id == Notice.notifier_id)
    return Case.subject_id.in_(known.where(Notifier.kind == value))


def by_right(value: str) -> Any:
    """Return the condition that a notice invokes the right with this number, as people type it."""
    numbers = {value.strip()}
    for kind, registers in REGISTERS.items():
        for register in registers:
            with suppress(InvalidInput):
                numbers.add(parse_right_number(register, kind, value).canonical)
    known = select(Notice.id).join(Right, Right.id == Notice.right_id)
    return Case.subject_id.in_(known.where(Right.number.in_(numbers - {""})))


FILTERS = (
    by_column("about", N_("Kind of notice"), KINDS, Notice.kind),
    Filter("notifier", N_("Notifier"), _notifiers, _by_notifier),
    Filter("right", N_("Number of the right"), None, by_right),
)
