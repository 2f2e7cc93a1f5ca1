"""The dated table of deadlines: per queue and kind, how long, in what unit, warned when."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core import clock
from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.text import N_, Text, text

PHRASES = {
    clock.Unit.BUSINESS_HOURS: N_("%(length)s business hours"),
    clock.Unit.WEEKDAY_HOURS: N_("%(length)s hours of business days"),
    clock.Unit.BUSINESS_DAYS: N_("%(length)s business days"),
    clock.Unit.CALENDAR_DAYS: N_("%(length)s calendar days"),
    clock.Unit.MONTHS: N_("%(length)s month(s)"),
}
ONE = {
    clock.Unit.BUSINESS_HOURS: N_("1 business hour"),
    clock.Unit.WEEKDAY_HOURS: N_("1 hour of business days"),
    clock.Unit.BUSINESS_DAYS: N_("1 business day"),
    clock.Unit.CALENDAR_DAYS: N_("1 day"),
    clock.Unit.MONTHS: N_("1 month"),
}


class Deadline(Identified, Base):
    """One rule, in force from a time on; a change is a new row, never an edit."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("queue", "kind", "starts_at"),
        CheckConstraint("length > 0", name="length"),
        CheckConstraint("warn_percent between 1 and 100", name="warn_percent"),
    )
    queue: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    length: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    warn_percent: Mapped[int] = mapped_column(Integer, default=75)
    rule: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    starts_at: Mapped[datetime]

    def phrase(self) -> Text:
        """Say the length for a person, e.g. “2 business days”."""
        if self.length == 1:
            return text(ONE[clock.Unit(self.unit)])
        return text(PHRASES[clock.Unit(self.unit)], length=self.length)


class Due(NamedTuple):
    """When a case is due, when to warn, and by which rule."""

    due_at: datetime
    warn_at: datetime
    unit: clock.Unit
    deadline_id: int


def due_for(session: Session, queue: str, kind: str, start: datetime) -> Due:
    """Return the due time of a case of this queue and kind that was received at `start`."""
    rule = session.scalars(
        select(Deadline)
        .where(Deadline.queue == queue, Deadline.kind.in_((kind, "")))
        .where(Deadline.starts_at <= start)
        .order_by(Deadline.kind.desc(), Deadline.starts_at.desc())
        .limit(1)
    ).one()
    unit = clock.Unit(rule.unit)
    due_at = clock.add(start, rule.length, unit)
    warn_at = clock.part(start, due_at, rule.warn_percent, unit)
    return Due(due_at, warn_at, unit, rule.id)
