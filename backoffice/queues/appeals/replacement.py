"""The form by which an appeal changes a decision: another action of the first queue, whole.

Nothing of that action is repeated here: its own form stands inside this one, is validated by its
own rules and handed to `supersede` as it was posted.
"""

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
from backoffice.queues.composite import CompositeForm
from backoffice.queues.standard_forms import long_text


def offered(case: Case, standing: Decision, actor: Actor, *, opposite: bool) -> list[Action]:
    """Return the actions that may stand instead of a decision.

    A measure restricts the party, another outcome does not: the opposite is on the other side.
    """
    queue = queue_of(case)
    first = queue.action(standing.action)
    return [
        action
        for action in queue.actions
        if action.resolution
        and action.name != "reroute"
        and action.tells
        and (action.kinds is None or case.kind in action.kinds)
        and actor.may(action.permission(queue.noun))
        and (bool(action.measure) != bool(first and first.measure)) is opposite
    ]


class ReplacementForm(CompositeForm):
    """Why, which action instead, and that action's own fields, named after it."""

    facts = long_text(
        N_("Why the decision changes"), hint=N_("The appellant reads this text as you write it.")
    )
    instead = SelectField(N_("New decision"), [InputRequired(N_("Choose a decision."))])
    opposite = True

    def prepare(self, context: Context) -> None:
        """Bind the form of each action that may stand instead."""
        case = context.subject.first_case
        standing = current_decision(context.session, case)
        actions = offered(case, standing, context.actor, opposite=self.opposite) if standing else []
        self.labels = {action.name: action.label for action in actions}
        self.instead.choices = [SelectChoice(name, label) for name, label in self.labels.items()]
        if self.posted is None and len(actions) == 1:
            self.instead.data = actions[0].name
        subject = subject_of(context.session, case)
        first = Context(context.session, case, subject, context.actor, context.at)
        for action in actions:
            self.inner[action.name] = bound_form(action, first, self.posted, f"{action.name}-")

    @property
    def asked(self) -> dict[str, ActionForm]:
        """Return the form of the action that was chosen."""
        chosen = self.inner.get(self.instead.data)
        return {self.instead.data: chosen} if chosen else {}


class OverturnForm(ReplacementForm):
    """The opposite outcome."""


class AmendForm(ReplacementForm):
    """Another measure, or the same for other reasons."""

    opposite = False
