"""Opening a case: its number, its due time, its first line, and the checks it asks for."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core import search
from backoffice.core.audit import record
from backoffice.core.case import Case, CaseEvent, QueueStay
from backoffice.core.clock import PARIS, now
from backoffice.core.copy import next_numbers
from backoffice.core.deadline import Due, due_for
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.core.queue import Queue


def open_case(
    session: Session,
    queue: Queue,
    subject: Any,
    *,
    actor: Actor,
    channel: str,
    kind: str = "",
    received_at: datetime | None = None,
    barred: tuple[int, ...] = (),
    verb: str = "opened",
) -> Case:
    """Open a case about a flushed subject; the caller's transaction makes both last."""
    received_at = received_at or now()
    due = due_for(session, queue.slug, kind, received_at)
    (reference,) = new_references(session, queue, 1)
    values = case_values(queue, subject, reference, due, kind, channel, received_at)
    case = Case(**values, words=func.to_tsvector("simple", ""), barred=list(barred))
    session.add(case)
    session.flush()
    enter_queue(session, case)
    reindex(session, queue, case, subject)
    note_event(session, case, actor, verb)
    record(
        session,
        stream=case.stream,
        verb=f"{queue.noun}.{verb}",
        actor=actor,
        detail=opening(case.reference, channel),
    )
    ask_checks(session, queue, case)
    return case


def new_references(session: Session, queue: Queue, count: int) -> list[str]:
    """Return references that no case has."""
    year = now().astimezone(PARIS).year
    numbers = next_numbers(session, queue.sequence, count)
    return [f"{queue.prefix}-{year}-{number:06d}" for number in numbers]


def case_values(
    queue: Queue, subject: Any, reference: str, due: Due, kind: str, channel: str,
    received_at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Return the columns of a case about a subject, which is new in its queue."""
    return {
        "reference": reference,
        "queue": queue.slug,
        "kind": kind,
        "subject_id": subject.id,
        "seller_id": getattr(subject, "seller_id", None),
        "title": queue.case_title(subject),
        "channel": channel,
        "received_at": received_at,
        "due_at": due.due_at,
        "warn_at": due.warn_at,
        "deadline_id": due.deadline_id,
    }


def opening(reference: str, channel: str) -> dict[str, Any]:
    """Return the detail of the audit entry that a case begins with."""
    return {"reference": reference, "channel": channel}


def stay_of(case_id: int, queue: str, due_at: datetime) -> dict[str, Any]:
    """Return the columns of a stay in a queue that begins now."""
    return {"case_id": case_id, "queue": queue, "entered_at": now(), "due_at": due_at}


def event_of(case_id: int, actor: Actor, verb: str) -> dict[str, Any]:
    """Return the columns of a line of the timeline that only says who did what."""
    return {
        "case_id": case_id,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "verb": verb,
    }


def enter_queue(session: Session, case: Case) -> None:
    """Begin a stay in the queue."""
    session.add(QueueStay(**stay_of(case.id, case.queue, case.due_at)))


def leave_queue(session: Session, case: Case) -> None:
    """End the running stay in the queue."""
    stay = session.scalars(
        select(QueueStay).where(QueueStay.case_id == case.id, QueueStay.left_at.is_(None))
    ).first()
    if stay:
        stay.left_at = now()


def restore_stays(session: Session, case: Case, since: datetime) -> None:
    """Make it as if the case had neither entered nor left its queue since a time."""
    for stay in session.scalars(select(QueueStay).where(QueueStay.case_id == case.id)):
        if stay.entered_at >= since:
            session.delete(stay)
        elif stay.left_at and stay.left_at >= since:
            stay.left_at = None


def reindex(session: Session, queue: Queue, case: Case, subject: Any) -> None:
    """Bring the case's title and search columns up to its subject."""
    case.title = queue.case_title(subject)
    search.index(session, case, queue.words(session, subject), queue.keys(session, subject))


def subject_changed(session: Session, queue: Queue, case: Case, subject: Any) -> None:
    """Make pages opened earlier stale, bring the search up to the subject, ask the checks again."""
    case.version += 1
    reindex(session, queue, case, subject)
    ask_checks(session, queue, case)


def ask_checks(session: Session, queue: Queue, case: Case) -> None:
    """Owe a run of the queue's checks, where the case is of a kind that they look at."""
    if queue.checks and case.kind not in queue.without_checks:
        put_work(session, Channel.CHECKS, "checks.run", {"case_id": case.id}, case_id=case.id)


def note_event(session: Session, case: Case, actor: Actor, verb: str, **more: Any) -> CaseEvent:
    """Add a line to the case's timeline; `more` may give body, values, internal, decision_id."""
    event = CaseEvent(**event_of(case.id, actor, verb), **more)
    session.add(event)
    return event
