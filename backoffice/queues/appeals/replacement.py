"""The form by which an appeal changes a decision: another action of the first queue, whole.

Nothing of that action is repeated here: its own form stands inside this one, is validated by its
own rules and handed to `supersede` as it was posted. It opens as the decision stands, so that only
what changes has to be filled in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core.action import Action, ActionForm, Context
from backoffice.core.case import Case
from backoffice.core.decision import Decision, current_decision
from backoffice.core.form import bound_form
from backoffice.core.permissions import Actor
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.text import N_
from backoffice.queues.appeals.model import Appeal
from backoffice.queues.composite import CompositeForm
from backoffice.queues.standard_forms import long_text

Said = Mapping[str, Mapping[str, Any]]
"""What the forms of the actions that may stand instead say at first, by the action's name."""


def possible(case: Case, actor: Actor) -> list[Action]:
    """Return the actions of a case's queue by which an appeal may change its decision."""
    queue = queue_of(case)
    return [
        action
        for action in queue.actions
        if action.resolution
        and action.name != "reroute"
        and action.tells
        and (action.kinds is None or case.kind in action.kinds)
        and actor.may(action.permission(queue.noun))
    ]


def on_side(context: Context, standing: Decision, *, opposite: bool) -> Said:
    """Return the actions on the same or the other side of a decision, the same one as it stands.

    A measure restricts the party, another outcome does not: the opposite is on the other side.
    """
    first = queue_of(context.case).action(standing.action)
    return {
        action.name: standing.data if action.name == standing.action else {}
        for action in possible(context.case, context.actor)
        if (bool(action.measure) != bool(first and first.measure)) is opposite
    }


def overturning(first: Context, appeal: Appeal, standing: Decision) -> Said:
    """Return what may stand when an appeal is granted: as the first queue says, if it does."""
    granted = queue_of(first.case).granted
    if granted is not None:
        return granted(first, appeal.contested)
    return on_side(first, standing, opposite=True)


def amending(first: Context, appeal: Appeal, standing: Decision) -> Said:
    """Return what may stand when an appeal changes a decision and leaves its side."""
    return on_side(first, standing, opposite=False)


class ReplacementForm(CompositeForm):
    """Why, which action instead, and that action's own fields, named after it."""

    facts = long_text(
        N_("Why the decision changes"), hint=N_("The appellant reads this text as you write it.")
    )
    instead = SelectField(N_("New decision"), [InputRequired(N_("Choose a decision."))])
    offer: Callable[[Context, Appeal, Decision], Said]

    def prepare(self, context: Context) -> None:
        """Bind the form of each action that may stand instead; one that is alone is chosen."""
        case = context.subject.first_case
        standing = current_decision(context.session, case)
        first = Context(
            context.session, case, subject_of(context.session, case), context.actor, context.at,
            decision=standing,
        )  # fmt: skip
        said = self.offer(first, context.subject, standing) if standing else {}
        actions = [one for one in possible(case, context.actor) if one.name in said]
        self.labels = {action.name: action.label for action in actions}
        self.instead.choices = [SelectChoice(name, label) for name, label in self.labels.items()]
        likely = [name for name in self.labels if said[name]] or list(self.labels)
        if self.posted is None and len(likely) == 1:
            self.instead.data = likely[0]
        for action in actions:
            filled = {action.name: said[action.name]} if said[action.name] else None
            posted = self.posted if self.posted is not None else filled
            self.inner[action.name] = bound_form(action, first, posted, f"{action.name}-")

    @property
    def asked(self) -> dict[str, ActionForm]:
        """Return the form of the action that was chosen."""
        chosen = self.inner.get(self.instead.data)
        return {self.instead.data: chosen} if chosen else {}


class OverturnForm(ReplacementForm):
    """The opposite outcome, as far as the decision is contested."""

    offer = staticmethod(overturning)


class AmendForm(ReplacementForm):
    """Another measure, or the same for other reasons."""

    offer = staticmethod(amending)
