"""What is done about each thing reported: a choice for each, or one for all of them."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from backoffice.core.action import ActionForm
from backoffice.core.text import N_
from backoffice.queues.notices.measures import ON_TARGETS
from backoffice.queues.notices.model import NoticeTarget

NOTHING = "none"


class EveryForm(ActionForm):
    """What is done about everything that has no choice of its own."""

    all = SelectField(
        N_("The same for all"),
        [Optional()],
        description=N_("For everything below that is left “As above”."),
    )

    def offer(self, targets: Sequence[NoticeTarget]) -> None:
        """Offer the measures that one of these targets at least admits."""
        kinds = {one.kind for one in targets}
        self.all.choices = [
            SelectChoice("", N_("Choose for each")),
            *(SelectChoice(one.code, one.label) for one in ON_TARGETS if kinds & one.targets),
            SelectChoice(NOTHING, N_("No action")),
        ]


class TargetForm(ActionForm):
    """What is done about one target; the label is its title."""

    outcome = SelectField(N_("Outcome"), [Optional()])
    every: EveryForm | None = None

    def offer(self, target: NoticeTarget, every: EveryForm | None) -> None:
        """Offer the measures that this kind of target admits; nothing is chosen beforehand."""
        self.every = every
        self.outcome.label.text = target.title or target.typed
        self.outcome.choices = [
            SelectChoice("", N_("As above") if every else N_("Choose…")),
            *(
                SelectChoice(one.code, one.label)
                for one in ON_TARGETS
                if target.kind in one.targets
            ),
            SelectChoice(NOTHING, N_("No action")),
        ]

    @property
    def chosen(self) -> str:
        """Return what was chosen for it: by itself, or for all."""
        above = (self.every.all.data or "") if self.every else ""
        return self.outcome.data or above

    @property
    def data(self) -> dict[str, Any]:
        """Return its outcome, whichever way it was chosen."""
        return {"outcome": self.chosen}

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for an outcome that this kind of target admits."""
        valid = super().validate(extra_validators)
        if not self.chosen:
            self.outcome.errors = [N_("Choose an outcome.")]
        elif self.chosen not in {one.value for one in self.outcome.choices or ()}:
            self.outcome.errors = [N_("What is chosen for all does not fit this: choose here.")]
        return valid and not self.outcome.errors
