"""Who has a case's page open, who writes, and the draft that outlives a change of holder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Integer, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.clock import now
from backoffice.core.refusal import Refused
from backoffice.core.text import text

GONE_AFTER = timedelta(seconds=40)
WRITES_FOR = timedelta(seconds=12)
KEPT_FOR = timedelta(days=1)


class Presence(Base):
    """One person before one case, as of the last sign of life of the page."""

    __tablename__ = "presence"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    typed_at: Mapped[datetime | None]

    def writes(self, at: datetime) -> bool:
        """Tell whether the person wrote a moment ago."""
        return self.typed_at is not None and at - self.typed_at < WRITES_FOR


class Draft(Base):
    """What is being written to a case's party, shared by whoever holds the case next."""

    __tablename__ = "draft"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    body: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    version: Mapped[int] = mapped_column(Integer, default=1)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))  # who wrote last
    changed_at: Mapped[datetime] = mapped_column(default=now)


class DraftChanged(Refused):
    """Somebody else wrote to the draft meanwhile; `draft` is what stands now."""

    status = 409


def be_present(session: Session, case_id: int, staff_id: int, *, is_writing: bool) -> None:
    """Note that somebody is before a case now."""
    at = now()
    seen = {"seen_at": at, **({"typed_at": at} if is_writing else {})}
    row = insert(Presence).values(case_id=case_id, staff_id=staff_id, **seen)
    session.execute(row.on_conflict_do_update(index_elements=["case_id", "staff_id"], set_=seen))


def others_present(session: Session, case_id: int, staff_id: int) -> Sequence[Presence]:
    """Return who else is before a case."""
    return session.scalars(
        select(Presence)
        .where(Presence.case_id == case_id, Presence.staff_id != staff_id)
        .where(Presence.seen_at > now() - GONE_AFTER)
        .order_by(Presence.staff_id)
    ).all()


def forget_presence(session: Session) -> None:
    """Remove the rows of people who are long gone."""
    session.execute(delete(Presence).where(Presence.seen_at < now() - KEPT_FOR))


def draft_of(session: Session, case_id: int) -> Draft | None:
    """Return what is being written to a case's party, if anything."""
    return session.get(Draft, case_id, populate_existing=True)


def save_draft(session: Session, case_id: int, body: str, *, version: int, staff_id: int) -> int:
    """Keep the text of a draft; returns its new version.

    `version` is the one that the text was made from, 0 where there was none. Raises DraftChanged
    where somebody else wrote since; the same text again is no change.
    """
    values = {"body": body, "staff_id": staff_id, "changed_at": now()}
    row = insert(Draft).values(case_id=case_id, version=1, **values).on_conflict_do_nothing()
    if session.execute(row.returning(Draft.version)).scalar() is not None:
        return 1
    draft = session.get_one(Draft, case_id, with_for_update=True, populate_existing=True)
    if draft.body == body:
        return draft.version
    if draft.version != version:
        said = text("Somebody else changed the draft while you wrote.")
        raise DraftChanged(said, draft=draft)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.version += 1
    session.flush()
    return draft.version


def write_draft(session: Session, case_id: int, body: str, staff_id: int) -> None:
    """Put a text in place of what the draft says, whatever that is."""
    draft = session.get(Draft, case_id, with_for_update=True, populate_existing=True)
    save_draft(session, case_id, body, version=draft.version if draft else 0, staff_id=staff_id)


def write_above(session: Session, case_id: int, body: str, staff_id: int) -> None:
    """Put a text above what the draft says."""
    draft = session.get(Draft, case_id, with_for_update=True, populate_existing=True)
    below = draft.body if draft else ""
    whole = "\n\n".join(filter(None, (body, below)))
    save_draft(session, case_id, whole, version=draft.version if draft else 0, staff_id=staff_id)


def clear_draft(session: Session, case_id: int) -> None:
    """Empty a draft whose text was sent; its version goes on, so that old pages notice."""
    draft = session.get(Draft, case_id, with_for_update=True, populate_existing=True)
    if draft is not None:
        draft.body, draft.version, draft.changed_at = "", draft.version + 1, now()
