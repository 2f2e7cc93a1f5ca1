"""What has run by the clock: one row per job and period, so that two schedulers run it once."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now

KEPT = timedelta(days=30)


class ScheduleRun(Base):
    """One run of a periodic job; it is written in the transaction of the job's own work."""

    __tablename__ = "schedule_run"
    name: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    period: Mapped[datetime] = mapped_column(primary_key=True)  # when the period began
    at: Mapped[datetime] = mapped_column(default=now)


def begin_run(session: Session, name: str, period: datetime) -> bool:
    """Tell whether this run is ours to do; while another scheduler does it, wait for its end."""
    row = insert(ScheduleRun).values(name=name, period=period, at=now()).on_conflict_do_nothing()
    return session.execute(row.returning(ScheduleRun.name)).first() is not None


def forget_runs(session: Session) -> None:
    """Delete the runs of long ago."""
    session.execute(delete(ScheduleRun).where(ScheduleRun.period < now() - KEPT))
