"""Cases of any queue: opened by the queue's own factory, acted on as a careful person would."""

from datetime import timedelta
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session
from wtforms import DateField, Field, SelectField, SelectMultipleField, TextAreaField

from backoffice.core.action import Action, Context
from backoffice.core.case import Case, State
from backoffice.core.claim import claim, lease_end
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision
from backoffice.core.form import bound_form
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES, Queue, queue_of, subject_of
from backoffice.staff.model import Staff

NOTHING = object()


def open_one(session: Session, queue: Queue, action: Action | None = None) -> Case:
    """Open one more case of a queue by `make_case` of `tests/factories/<noun>.py`.

    A queue of several kinds has `make_case_for(session, action_name)` too: a case that this fits.
    """
    factory = import_module(f"tests.factories.{queue.noun}")
    if action is not None and hasattr(factory, "make_case_for"):
        return factory.make_case_for(session, action.name)
    return factory.make_case(session)


def hold(case: Case, staff: Staff) -> None:
    """Lease a case to somebody, who holds one of each queue here: more than one may take."""
    case.holder_id, case.lease_until = staff.id, lease_end()


def posted(session: Session, case: Case, action: Action, actor: Actor) -> dict[str, Any] | None:
    """Return what a person posts who fills every field; None where one must choose from nothing."""
    form = bound_form(action, Context(session, case, subject_of(session, case), actor, now()), None)
    data = {field.name: _filled(field) for field in form}
    if NOTHING in data.values():
        return None
    if action.door == "override":
        chosen = queue_of(case).action(data["action"])
        data |= posted(session, case, chosen, actor) or {}
    return data


def _filled(field: Field) -> Any:
    if isinstance(field, SelectField | SelectMultipleField):
        values = [choice.value for choice in field.choices or () if choice.value]
        if not values:
            return NOTHING if field.flags.required else None
        return values[:1] if isinstance(field, SelectMultipleField) else values[0]
    if isinstance(field, DateField):
        return (now() + timedelta(days=3)).date().isoformat()
    return "Relu avec soin." if isinstance(field, TextAreaField) else field.data


def act(session: Session, case: Case, action: Action, actor: Actor) -> Decision | None:
    """Take an action on a case, claimed first where it must be."""
    if action.needs_claim and not case.is_held_by(actor.id):
        claim(session, case, actor)
    data = posted(session, case, action, actor)
    assert data is not None, f"{action.name} has nothing to choose from"
    return decide(
        session, case.reference, action.name, actor=actor, data=data, version=case.version
    )


def bring(
    session: Session, queue: Queue, state: State, actor: Actor, confirmed_by: Actor | None = None,
    action: Action | None = None,
) -> Case:  # fmt: skip
    """Open a case and bring it to a state by a real decision, which cannot be undone now."""
    case = open_one(session, queue, action)
    if state != State.OPEN:
        actions = (one for one in QUEUES[queue.slug].actions if one.is_possible(case))
        leading = next(one for one in actions if one.state_after == state)
        decision = act(session, case, leading, actor)
        assert decision is not None
        if confirmed_by is not None:
            decide(session, case.reference, "confirm_hold", actor=confirmed_by, data={},
                   version=case.version)  # fmt: skip
        decision.undo_until = now() - timedelta(seconds=1)
        session.flush()
    return case
