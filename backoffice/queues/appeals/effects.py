"""What an appeal's decision changes: the first decision stands, or another takes its place."""

from typing import Any

from backoffice.core.action import Context, Effect
from backoffice.core.case import State
from backoffice.core.decide import newest_decision, supersede
from backoffice.core.decision import Decision, DecisionState, current_decision
from backoffice.core.execute import take_back
from backoffice.core.guard import lock_case
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import Barred, Invalid, NotPossible
from backoffice.core.text import Text, text
from backoffice.queues.appeals.contest import deciders


def standing(context: Context) -> Decision:
    """Return the decision under appeal: the one that stands now on the first case, locked.

    It may be newer than the contested one: a lead may have overridden that meanwhile.
    """
    case = lock_case(context.session, context.subject.first_case.reference)
    decision = current_decision(context.session, case)
    if decision is None or case.state != State.CLOSED:
        raise NotPossible(text("The first case was reopened: it must be decided there."))
    if context.actor.id in deciders(context.session, case, but_by=context.case):
        raise Barred(text("You took part in the decision that this case is about."))
    return decision


def _uphold(context: Context) -> dict[str, Any]:
    return {"decision": standing(context).id}


def _nothing(context: Context, change: dict[str, Any]) -> None:
    """Take nothing back: the first decision was never touched."""


def _replace(context: Context) -> dict[str, Any]:
    name = context.data["instead"]
    made = supersede(
        context.session,
        standing(context),
        name,
        actor=context.actor,
        data=context.data[name],
        part_of=context.decision,
    )
    return {"replacement": made.id}


def _restore(context: Context, change: dict[str, Any]) -> None:
    """Let the first decision stand again: untold, the other never was; told, it is made anew."""
    made = context.session.get_one(Decision, change["replacement"])
    case = lock_case(context.session, made.case.reference)
    is_last = newest_decision(context.session, case) is made
    if made.state != DecisionState.EXECUTED or not is_last:
        raise NotPossible(text("The first case was decided again meanwhile: decide it there."))
    if made.is_final(context.at):
        _make_anew(context, made)
        return
    subject = subject_of(context.session, case)
    first = Context(context.session, case, subject, context.actor, context.at, decision=made)
    take_back(queue_of(case), first)


def _make_anew(context: Context, made: Decision) -> None:
    before = context.session.get_one(Decision, made.supersedes_id)
    try:
        supersede(
            context.session, made, before.action, actor=context.actor, data=before.data,
            part_of=context.decision,
        )  # fmt: skip
    except Invalid as refused:
        raise NotPossible(
            text("The first decision can no longer be made as it was: override it there.")
        ) from refused


def hold_of_replacement(context: Context) -> Text | None:
    """Ask for a second person where the action that stands instead asks for one."""
    case = context.subject.first_case
    name = context.data["instead"]
    action = queue_of(case).action(name)
    subject = subject_of(context.session, case)
    first = Context(
        context.session, case, subject, context.actor, context.at, context.data[name],
        replaces=current_decision(context.session, case),
    )  # fmt: skip
    return action.hold(first) if action else None


UPHOLD = Effect("uphold", _uphold, _nothing)
REPLACE = Effect("replace", _replace, _restore)
