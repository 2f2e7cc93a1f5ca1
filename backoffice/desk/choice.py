"""Which cases a bulk run is about: chosen one by one or by view, frozen with their versions."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, insert, literal, select
from sqlalchemy.orm import Session

from backoffice.core.action import Action, always
from backoffice.core.case import DUE_FIRST, Case
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES, Queue
from backoffice.core.refusal import NotFound, NotPossible
from backoffice.core.text import Text, text
from backoffice.desk.listing import Row, subjects_of
from backoffice.desk.model import BulkItem, BulkRun
from backoffice.desk.view import View
from config.settings import get_settings

NAMED_MAX = 100


class Exclusion(NamedTuple):
    """A case that will be left out as things stand, and why."""

    reference: str
    why: Text


class Outlook(NamedTuple):
    """What a run would do if it began now."""

    total: int
    left_out: list[Exclusion]
    left_out_total: int


def bulk_actions(queue: Queue, actor: Actor) -> list[Action]:
    """Return the actions that a person may take on many cases at once."""
    return [one for one in queue.actions if one.bulk and actor.may(one.permission(queue.noun))]


def fitting(actions: list[Action], rows: Sequence[Row]) -> list[Action]:
    """Return those of these actions that fit one of the rows at least, by its state and kind."""
    return [
        one
        for one in actions
        if any(one.is_possible(row.case) and one.fits(row.subject) for row in rows)
    ]


def bulk_action(queue: Queue, name: str, actor: Actor) -> Action:
    """Return an action that may be taken on many cases at once; raises NotFound."""
    action = next((one for one in bulk_actions(queue, actor) if one.name == name), None)
    if action is None:
        raise NotFound(text("There is no such action."))
    return action


def freeze(view: View, action: Action, references: Sequence[str] | None) -> BulkRun:
    """Keep which cases are meant, by reference or all of the view, as a run not yet begun."""
    session, queue, actor = view.scope
    most = get_settings().bulk_max
    conditions = view.conditions
    if references is not None:
        conditions = [Case.queue == queue.slug, Case.reference.in_(references[:most])]
    run = BulkRun(staff_id=actor.id, queue=queue.slug, action=action.name, view=view.query)
    session.add(run)
    session.flush()
    chosen = (
        select(literal(run.id), Case.id, Case.version)
        .where(*conditions)
        .order_by(*DUE_FIRST)
        .limit(most)
    )
    session.execute(insert(BulkItem).from_select(["run_id", "case_id", "version"], chosen))
    if total_of(session, run) == 0:
        raise NotPossible(text("Choose at least one case."))
    return run


def total_of(session: Session, run: BulkRun) -> int:
    """Return how many cases a run is about."""
    items = select(func.count()).select_from(BulkItem).where(BulkItem.run_id == run.id)
    return session.scalar(items) or 0


def outlook(session: Session, run: BulkRun, actor: Actor) -> Outlook:
    """Return what the run would do now: how many cases, and which it would leave out and why."""
    changed = BulkItem.version != Case.version
    taken = and_(Case.lease_until > func.now(), Case.holder_id != actor.id)
    unfit, barred = ~possible(session, run), is_barred(actor)
    items = (
        select(Case.reference, barred, changed, unfit)
        .join(BulkItem, BulkItem.case_id == Case.id)
        .where(BulkItem.run_id == run.id, barred | changed | taken | unfit)
        .order_by(*DUE_FIRST)
    )
    found = session.execute(items).all()
    named = [Exclusion(ref, _why(*reasons)) for ref, *reasons in found]
    return Outlook(total_of(session, run), named[:NAMED_MAX], len(found))


def possible(session: Session, run: BulkRun) -> ColumnElement[bool]:
    """Return the condition that a case of a run admits its action: by state, kind and subject."""
    action = QUEUES[run.queue].action(run.action)
    if action is None:
        return false()
    rules: list[ColumnElement[bool]] = [Case.state.in_(action.states)]
    if action.kinds is not None:
        rules.append(Case.kind.in_(action.kinds))
    if action.fits is not always:
        rules.append(Case.id.not_in(_misfits(session, run, action)))
    return and_(*rules)


def _misfits(session: Session, run: BulkRun, action: Action) -> list[int]:
    """Return the cases of a run whose subjects the action does not fit: only Python can tell."""
    items = (
        select(Case)
        .join(BulkItem, BulkItem.case_id == Case.id)
        .where(BulkItem.run_id == run.id, Case.kind.in_(action.kinds or QUEUES[run.queue].kinds))
    )
    cases = list(session.scalars(items))
    subjects = subjects_of(session, QUEUES[run.queue], cases)
    return [case.id for case in cases if not action.fits(subjects[case.subject_id])]


def is_barred(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that somebody took part in what a case contests."""
    return Case.barred.contains([actor.id])


def _why(is_barred: bool, is_changed: bool, is_unfit: bool) -> Text:
    if is_barred:
        return text("You took part in the decision that this case is about.")
    if is_changed:
        return text("It changed since it was chosen.")
    if is_unfit:
        return text("This is not possible in the case’s present state.")
    return text("Somebody else holds it.")
