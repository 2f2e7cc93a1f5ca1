"""The forms of what may be done to a notice: an outcome per target, a measure per seller."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from backoffice.core import clock
from backoffice.core.action import ActionForm, Context
from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.text import N_
from backoffice.marketplace.sanction import EXCEPTIONS, FACTORS
from backoffice.marketplace.seller import Seller
from backoffice.queues.composite import CompositeForm
from backoffice.queues.notices.measures import MEASURES, ON_SELLERS, ON_TARGETS
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind
from backoffice.queues.standard_forms import DecisionForm, long_text

SUSPENSION_DAYS = 14
EARLIER_MAX = 20
NOTHING = "none"


class TargetForm(ActionForm):
    """What is done about one target."""

    outcome = SelectField(N_("Outcome"), [InputRequired(N_("Choose an outcome."))])

    def offer(self, target: NoticeTarget) -> None:
        """Offer the measures that this kind of target admits; the label is the target's title."""
        fitting = [one for one in ON_TARGETS if target.kind in one.targets]
        self.outcome.choices = [
            *(SelectChoice(one.code, one.label) for one in fitting),
            SelectChoice(NOTHING, N_("No action")),
        ]


class SellerForm(ActionForm):
    """What is done about one seller, with all that the law asks for it."""

    measure = SelectField(N_("Measure against the seller"), [Optional()])
    until = DateField(
        N_("Suspended until"),
        [Optional()],
        default=lambda: today() + timedelta(days=SUSPENSION_DAYS),
    )
    number = long_text(FACTORS["number"], required=False)
    share = long_text(FACTORS["share"], required=False)
    gravity = long_text(FACTORS["gravity"], required=False)
    intention = long_text(FACTORS["intention"], required=False)
    exception = SelectField(N_("Without thirty days’ notice because of"), [Optional()])
    proof = long_text(N_("What proves the exception"), required=False)
    decisions = SelectMultipleField(
        N_("Earlier decisions that show repetition"), [Optional()], coerce=int
    )

    def offer(self, context: Context, seller: Seller) -> None:
        """Offer the measures, the exceptions, and the earlier decisions against this seller."""
        self.measure.choices = [
            SelectChoice("", N_("None")),
            *(SelectChoice(one.code, one.label) for one in ON_SELLERS),
        ]
        self.exception.choices = [
            SelectChoice("", N_("Thirty days’ notice is given")),
            *(SelectChoice(code, label) for code, label in EXCEPTIONS.items()),
        ]
        self.decisions.choices = [
            SelectChoice(one.id, case.reference) for one, case in _earlier(context, seller)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen measure needs: a date and four factors, or a proof."""
        valid = super().validate(extra_validators)
        for name in self._needed():
            field = self[name]
            if not field.data:
                field.errors = [*field.errors, N_("This measure needs it: fill this in.")]
                valid = False
        return valid

    def _needed(self) -> tuple[str, ...]:
        if self.measure.data == "suspend_seller":
            return ("until", *FACTORS)
        if self.measure.data == "terminate_seller" and self.exception.data:
            return ("proof",)
        return ()


def today() -> date:
    """Return the day in Paris."""
    return clock.now().astimezone(clock.PARIS).date()


def _earlier(context: Context, seller: Seller) -> Any:
    """Return the newest decisions with reasons on cases of this seller."""
    return context.session.execute(
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.seller_id == seller.id, Case.id != context.case.id)
        .where(Decision.state == DecisionState.EXECUTED, Decision.reasons.any())
        .order_by(Decision.id.desc())
        .limit(EARLIER_MAX)
    ).all()


def sellers_of(notice: Notice) -> list[Seller]:
    """Return the sellers behind the targets, each once, in the order of the targets."""
    return list({one.seller.id: one.seller for one in notice.targets if one.seller}.values())


class UpholdForm(CompositeForm, DecisionForm):
    """Reasons and facts, an outcome for each target, a measure for each seller."""

    action_name = "uphold"
    targets: list[NoticeTarget]

    def prepare(self, context: Context) -> None:
        """Offer the reasons, and a form for each target and each seller."""
        super().prepare(context)
        notice: Notice = context.subject
        self.targets = list(notice.targets)
        for target in notice.targets:
            if target.kind in (TargetKind.SELLER, TargetKind.UNKNOWN):
                continue
            form = TargetForm(self.posted, prefix=f"{self._prefix}t{target.id}-")
            form.offer(target)
            self._add(f"t{target.id}", target.title or target.typed, form)
        for seller in sellers_of(notice):
            form = SellerForm(self.posted, prefix=f"{self._prefix}s{seller.id}-")
            form.offer(context, seller)
            self._add(f"s{seller.id}", seller.display_name, form)

    def _add(self, name: str, label: str, form: ActionForm) -> None:
        self.inner[name], self.labels[name] = form, label

    @property
    def data(self) -> dict[str, Any]:
        """Return the values, and whether all that was reported is answered by a measure."""
        data = super().data
        return {**data, "resolution": self._resolution(data)}

    def _resolution(self, data: dict[str, Any]) -> str:
        known = [one for one in self.targets if one.kind != TargetKind.UNKNOWN]
        return "upheld" if all(outcome_of(one, data) for one in known) else "upheld_in_part"

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for at least one measure: a notice without any is dismissed."""
        valid = super().validate(extra_validators)
        if valid and not measures_in(self.data):
            self.reasons.errors = [
                *self.reasons.errors,
                N_("Nothing is done about any target: choose a measure, or dismiss the notice."),
            ]
            return False
        return valid


def outcome_of(target: NoticeTarget, data: Mapping[str, Any]) -> str:
    """Return the measure that a form's data takes about a target, empty for none."""
    name, field = f"t{target.id}", "outcome"
    if target.kind == TargetKind.SELLER:
        name, field = f"s{target.seller_id}", "measure"
    chosen = (data.get(name) or {}).get(field) or ""
    return chosen if chosen in MEASURES else ""


def measures_in(data: dict[str, Any]) -> list[str]:
    """Return the codes of the measures that a form's data asks for."""
    chosen = (values.get("outcome") or values.get("measure") for values in data.values()
              if isinstance(values, dict))  # fmt: skip
    return [code for code in chosen if code in MEASURES]


class DismissForm(ActionForm):
    """Why no measure is taken, for the notifier to read; whether it was manifestly unfounded."""

    facts = long_text(
        N_("Why no measure is taken"), hint=N_("The notifier reads this text as you write it.")
    )
    unfounded = BooleanField(
        N_("Manifestly unfounded: counts towards a suspension of the notifier")
    )
