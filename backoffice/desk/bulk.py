"""Bulk runs: one action on many cases, each through `decide()` in its own unit of work.

A run may be worked on by several processes or begun again after one died: each case is taken by a
lock, and one that has an outcome is not touched again. Nothing of a run leaves before its end, so
that all of it can be taken back as one.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from backoffice.core.permissions import Actor
from backoffice.core.refusal import Invalid, NotFound, NotPossible, Refused
from backoffice.core.text import Text, text
from backoffice.core.work import unit_of_work
from backoffice.desk.choice import total_of
from backoffice.desk.model import BulkItem, BulkOutcome, BulkRun, BulkState
from backoffice.staff.model import Staff
from config.settings import get_settings

log = logging.getLogger(__name__)

MakeSession = Callable[[], Session]
UNDER_WAY = frozenset({BulkState.RUNNING, BulkState.UNDOING})
WORK = "bulk.run"
SLICE_SECONDS = 15  # then the rest is owed again, so that other work has its turn
AFTER_A_DEATH = timedelta(minutes=1)  # a worker goes on with what a web process left undone
LONGEST = timedelta(hours=1)  # what a run holds back leaves by then, whatever became of the run


def launch(
    make_session: MakeSession, run_id: UUID, actor: Actor, *, data: dict[str, list[str]], over: bool
) -> None:
    """Begin a run: at once if it is short, else as background work. A second press is refused."""
    with make_session() as session, unit_of_work(session):
        run = locked(session, run_id, actor, BulkState.DRAFT)
        run.state, run.data, run.over = BulkState.RUNNING, data, over
        is_short = _owe(session, run)
    if is_short:
        run_bulk(make_session, run_id)


def take_back(make_session: MakeSession, run_id: UUID, actor: Actor) -> None:
    """Begin to undo a whole run while nothing of it has left."""
    with make_session() as session, unit_of_work(session):
        run = locked(session, run_id, actor, BulkState.DONE)
        if run.undo_until is None or run.undo_until <= now():
            raise NotPossible(text("It is too late to undo: the messages have left."))
        run.state = BulkState.UNDOING
        _let_leave(session, run, now() + LONGEST)
        is_short = _owe(session, run)
    if is_short:
        run_bulk(make_session, run_id)


def locked(session: Session, run_id: UUID, actor: Actor, state: BulkState) -> BulkRun:
    """Return one of the person's own runs, its row locked, in the state that is asked for."""
    run = session.get(BulkRun, run_id, with_for_update=True)
    if run is None or run.staff_id != actor.id:
        raise NotFound(text("There is no such run."))
    if run.state != state:
        raise NotPossible(text("This run is already under way."))
    return run


def _owe(session: Session, run: BulkRun) -> bool:
    """Owe the work; tell whether it is so short that it is done at once, and owed for safety."""
    is_short = total_of(session, run) <= get_settings().bulk_inline_max
    available_at = now() + AFTER_A_DEATH if is_short else now()
    put_work(session, Channel.CHECKS, WORK, {"bulk": str(run.id)}, available_at=available_at)
    return is_short


def run_bulk(make_session: MakeSession, run_id: UUID) -> None:
    """Go on with a run, or with undoing it, for some seconds; what is left is owed again."""
    ends_at = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < ends_at:
        if not _next_item(make_session, run_id):
            with make_session() as session, unit_of_work(session):
                _finish(session, run_id)
            return
    with make_session() as session, unit_of_work(session):
        put_work(session, Channel.CHECKS, WORK, {"bulk": str(run_id)})


def _next_item(make_session: MakeSession, run_id: UUID) -> bool:
    with make_session() as session, unit_of_work(session):
        run = session.get_one(BulkRun, run_id)
        free = _items_left(run).limit(1).with_for_update(skip_locked=True, of=BulkItem)
        item = session.scalars(free).first() if run.state in UNDER_WAY else None
        if item is None:
            return False
        actor = session.get_one(Staff, run.staff_id).actor
        work = _decide if run.state == BulkState.RUNNING else _undo
        try:
            with session.begin_nested():
                work(session, run, item, actor)
        except Refused as refusal:
            _leave(run, item, _said(refusal))
        except Exception:
            log.exception("bulk run %s failed on case %s", run_id, item.case_id)
            _leave(run, item, text("This failed on our side: nothing was done."))
        return True


def _items_left(run: BulkRun) -> Select[BulkItem]:
    items = select(BulkItem).where(BulkItem.run_id == run.id).order_by(BulkItem.case_id)
    if run.state == BulkState.RUNNING:
        return items.where(BulkItem.outcome.is_(None))
    done = (BulkOutcome.DONE, BulkOutcome.HELD)
    return items.where(BulkItem.outcome.in_(done), BulkItem.said.is_(None))


def _decide(session: Session, run: BulkRun, item: BulkItem, actor: Actor) -> None:
    decision = decide(
        session, item.case.reference, run.action, actor=actor, data=run.data,
        version=item.version, bulk_id=run.id, over=run.over, undo_for=LONGEST,
    )  # fmt: skip
    if decision is None:
        item.outcome = BulkOutcome.DONE
        return
    item.decision_id = decision.id
    is_held = decision.state == DecisionState.HELD
    item.outcome = BulkOutcome.HELD if is_held else BulkOutcome.DONE


def _undo(session: Session, run: BulkRun, item: BulkItem, actor: Actor) -> None:
    name = "cancel_hold" if item.outcome == BulkOutcome.HELD else "undo"
    session.refresh(item.case)
    decide(session, item.case.reference, name, actor=actor, data={}, version=item.case.version)
    item.case.release_lease()  # nobody could hold them all
    item.outcome = BulkOutcome.UNDONE


def _leave(run: BulkRun, item: BulkItem, said: Text) -> None:
    if run.state == BulkState.RUNNING:
        item.outcome = BulkOutcome.LEFT_OUT
    item.said = said.to_json()


def _said(refusal: Refused) -> Text:
    if not isinstance(refusal, Invalid):
        return refusal.said
    errors = [error for field in refusal.form for error in field.errors]
    return text(str(errors[0])) if errors else refusal.said


def _finish(session: Session, run_id: UUID) -> None:
    """End a run once no case is left: from now on its messages wait for the time to undo alone."""
    run = session.get_one(BulkRun, run_id, with_for_update=True)
    if run.state not in UNDER_WAY or session.scalars(_items_left(run).limit(1)).first():
        return
    undo_until = now() + timedelta(seconds=get_settings().undo_seconds)
    _let_leave(session, run, undo_until)
    is_done = run.state == BulkState.RUNNING
    run.state = BulkState.DONE if is_done else BulkState.UNDONE
    run.finished_at, run.undo_until = now(), undo_until if is_done else None


def _let_leave(session: Session, run: BulkRun, until: datetime) -> None:
    """Move the end of undo, and with it all that waits for it, of decisions not yet final."""
    theirs = select(Decision.id).where(
        Decision.bulk_id == run.id, Decision.state == DecisionState.EXECUTED
    )
    session.execute(
        update(Decision)
        .where(Decision.id.in_(theirs), Decision.undo_until > now())
        .values(undo_until=until)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.decision_id.in_(theirs), OutboxMessage.taken_at.is_(None))
        .where(OutboxMessage.state == OutboxState.PENDING)
        .values(available_at=until)
        .execution_options(synchronize_session="fetch")
    )
