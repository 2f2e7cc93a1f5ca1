"""The forms of what may be done to a notice: an outcome per target, a measure per seller."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField

from backoffice.core.action import ActionForm, Context
from backoffice.core.text import N_
from backoffice.marketplace.sanction import SubjectKind, earlier_against, standings
from backoffice.marketplace.seller import Seller
from backoffice.queues.composite import CompositeForm
from backoffice.queues.notices.measures import MEASURES
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind
from backoffice.queues.notices.outcome_form import EveryForm, TargetForm
from backoffice.queues.notices.seller_form import SellerForm
from backoffice.queues.standard_forms import DecisionForm, long_text

HIT = frozenset({TargetKind.LISTING, TargetKind.REVIEW, TargetKind.MESSAGE})
OUTCOMES = N_("What is done about what was reported")


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
        self._ask_outcomes()
        self._ask_measures(context, sellers_of(notice))

    def _ask_outcomes(self) -> None:
        """Add a form for each target that a measure can hit; for several, one for all first."""
        known = [one for one in self.targets if one.kind in HIT]
        every = None
        if len(known) > 1:
            every = EveryForm(self.posted, prefix=f"{self._prefix}every-")
            every.offer(known)
            self._add("every", OUTCOMES, every)
        for target in known:
            form = TargetForm(self.posted, prefix=f"{self._prefix}t{target.id}-")
            form.offer(target, every)
            self._add(f"t{target.id}", "" if self.inner else OUTCOMES, form)

    def _ask_measures(self, context: Context, sellers: list[Seller]) -> None:
        ids = [one.id for one in sellers]
        known = standings(context.session, SubjectKind.SELLER, ids, context.at)
        earlier = earlier_against(context.session, context.case, ids)
        for seller in sellers:
            form = SellerForm(self.posted, prefix=f"{self._prefix}s{seller.id}-")
            form.offer(seller, known[seller.id], earlier[seller.id])
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
            first = next((field for form in self.inner.values() for field in form), self.reasons)
            first.errors = [
                N_("Nothing is done about any target: choose a measure, or dismiss the notice.")
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
