"""What the person may do with a case now: each action with its form, ready to be shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import get_locale
from wtforms import Field, SelectMultipleField

from backoffice.core.action import Action, ActionForm, Context
from backoffice.core.clock import now
from backoffice.core.decision import current_decision
from backoffice.core.form import bound_form
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.text import N_, Text, text
from backoffice.desk.filters import Scope
from backoffice.desk.preview import Preview
from backoffice.queues.standard import (
    ASSIGN,
    CANCEL_HOLD,
    CONFIRM_HOLD,
    ESCALATE,
    NOTE,
    OVERRIDE,
    REOPEN,
    REROUTE,
    SEND_BACK,
)

MINOR = (ASSIGN, REROUTE, ESCALATE, REOPEN, OVERRIDE)
HELD = (CONFIRM_HOLD, SEND_BACK, CANCEL_HOLD)
TAKE_FIRST = text(N_("Take the case first."))


class Attempt(NamedTuple):
    """What was posted and not carried out: its text is kept, its errors or its preview shown."""

    name: str
    data: Mapping[str, Any]
    is_checked: bool = False  # show what is wrong with it
    preview: Preview | None = None


class Fold(NamedTuple):
    """Fields that few need, under a line to unfold."""

    label: str
    fields: list[Field]

    @property
    def is_open(self) -> bool:
        """Tell whether something in it is wrong or was filled in."""
        return any(one.errors or (one.data and one.data != one.object_data) for one in self.fields)


class Group(NamedTuple):
    """Fields of a form under a heading, if they have one, and those folded below them."""

    heading: str
    fields: list[Field]
    folds: list[Fold]


@dataclass
class Offered:
    """One action as the page shows it; a blocked one stays and says why."""

    action: Action
    form: ActionForm
    blocked: Text | None = None
    is_open: bool = False
    inner: Action | None = None  # of an override: the decision that is to stand instead
    preview: Preview | None = None
    choices: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def groups(self) -> Iterator[Group]:
        """Yield its own fields, then those of each form within the form under its label."""
        yield from _groups(self.form, "")

    def replacements(self) -> dict[str, str]:
        """Return the decisions that may stand instead: their names and labels."""
        return {choice.value: choice.label for choice in self.form["action"].iter_choices()}


def _groups(form: ActionForm, label: str) -> Iterator[Group]:
    inside: Mapping[str, ActionForm] = getattr(form, "inner", {})
    inner = {one.name for each in inside.values() for one in each}
    folded = {name for names in form.folds.values() for name in names}
    own = [one for one in form if one.name not in inner]
    folds = [Fold(words, [form[name] for name in names]) for words, names in form.folds.items()]
    yield Group(label, [one for one in own if one.short_name not in folded], folds)
    for name, each in inside.items():
        yield from _groups(each, getattr(form, "labels", {})[name])


def offered(
    context: Context, actions: tuple[Action, ...], attempt: Attempt | None
) -> list[Offered]:
    """Return those of these actions that the person may take and the case admits.

    One that was just attempted stays, blocked where need be, so that no typed text is lost.
    """
    shown = []
    for action in actions:
        attempted = attempt if attempt and attempt.name == action.name else None
        if not may_take(context, action):
            continue
        is_offered = action.is_possible(context.case) and _makes_sense(context, action)
        if is_offered or attempted:
            why = _blocked(context, action) if is_offered else NO_LONGER
            shown.append(_shown(context, action, attempted, why))
    return shown


NO_LONGER = text(N_("This is not possible in the case’s present state."))


def may_take(context: Context, action: Action) -> bool:
    """Tell whether the person has the right to this action on this case."""
    case, actor = context.case, context.actor
    if action.is_decision and actor.id in case.barred:
        return False
    return actor.may(action.permission(queue_of(case).noun))


def _makes_sense(context: Context, action: Action) -> bool:
    if action is REROUTE:
        return bool(queue_of(context.case).reroutes)
    if action is OVERRIDE:
        return current_decision(context.session, context.case) is not None
    return action.fits(context.subject)


def _blocked(context: Context, action: Action) -> Text | None:
    is_mine = context.case.holder_id == context.actor.id
    return TAKE_FIRST if action.needs_claim and not is_mine else action.blocked(context)


def _shown(
    context: Context, action: Action, attempt: Attempt | None, blocked: Text | None
) -> Offered:
    form = bound_form(action, context, attempt.data if attempt else None)
    if attempt and attempt.is_checked:
        form.validate()
    return Offered(
        action,
        form,
        blocked,
        is_open=attempt is not None,
        preview=attempt.preview if attempt else None,
        choices={one.name: _options(one) for one in form if isinstance(one, SelectMultipleField)},
    )


def _options(one: SelectMultipleField) -> list[dict[str, Any]]:
    rules = (one.render_kw or {}).get("rules", {})
    return [
        {"value": choice[0], "label": choice[1], "checked": choice[2], "note": rules.get(choice[0])}
        for choice in one.iter_choices()
    ]


def replacement(context: Context, name: str, attempt: Attempt | None) -> Offered | None:
    """Return the override with the form of the decision that was chosen to stand instead."""
    inner = queue_of(context.case).action(name)
    if inner is None or inner.resolution is None or not may_take(context, OVERRIDE):
        return None
    shown = _shown(context, inner, attempt, None)
    return Offered(
        OVERRIDE, shown.form, None, True, inner=inner, preview=shown.preview, choices=shown.choices
    )


def own_actions(context: Context) -> tuple[Action, ...]:
    """Return the queue's decisions and the request for information; refusals come last."""
    actions = (
        action
        for action in queue_of(context.case).actions
        if action not in MINOR + HELD and action is not NOTE and action.door == "decide"
    )
    return tuple(sorted(actions, key=lambda action: action.tone == "bad"))


def context_of(scope: Scope, case: Any) -> Context:
    """Return in what the forms of a case are prepared; labels follow the reader's language."""
    subject = subject_of(scope.session, case)
    data = {"locale": str(get_locale())}
    return Context(scope.session, case, subject, scope.actor, now(), data)
