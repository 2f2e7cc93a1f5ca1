"""Trader traceability (DSA art. 30(1)): each item verified by a check, by a person, or waived."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from backoffice.core.action import ActionForm, Context
from backoffice.core.checks import Outcome, results_of
from backoffice.core.text import N_
from backoffice.queues.standard_forms import TEXT_MAX, clean

ITEMS = {
    "name": N_("Company name"),
    "address": N_("Address"),
    "phone": N_("Phone number"),
    "email": N_("E-mail address"),
    "identity": N_("Identity document"),
    "payment": N_("Payment account"),
    "register": N_("Trade register"),
    "representative": N_("Legal representative"),
    "self_certification": N_("Self-certification"),
}
CHOICES = [
    SelectChoice("", N_("Choose…")),
    SelectChoice("verified", N_("Verified by me")),
    SelectChoice("waived", N_("Waived")),
]


def verified_by_checks(context: Context) -> dict[str, dict[str, str]]:
    """Return the items that a passing check proved, each with the check's name and source."""
    found: dict[str, dict[str, str]] = {}
    for result in results_of(context.session, context.case):
        if result.outcome == Outcome.PASS:
            for item in result.facts.get("verifies", []):
                found[item] = {"state": "verified", "by": result.name, "source": result.source}
    return found


def _select(label: str) -> SelectField:
    return SelectField(label, choices=CHOICES, default="")


def _why(label: str) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=TEXT_MAX)], filters=[clean])


class ApproveForm(ActionForm):
    """One select and one reason per item that no check verified; the form is always there."""

    facts = TextAreaField(
        N_("Remark"),
        [Optional(), Length(max=TEXT_MAX)],
        filters=[clean],
        description=N_("Kept with the decision; the seller does not read it."),
    )

    def prepare(self, context: Context) -> None:
        """Leave out what the checks verified."""
        verified = verified_by_checks(context)
        for item in ITEMS:
            if item in verified:
                del self[f"trace_{item}"]
                del self[f"why_{item}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask that each remaining item is verified or waived, with a reason."""
        valid = super().validate(extra_validators)
        for item in ITEMS:
            if f"trace_{item}" not in self:
                continue
            if not self[f"trace_{item}"].data:
                self[f"trace_{item}"].errors = [N_("Say whether you verified this or waive it.")]
                valid = False
            elif not self[f"why_{item}"].data:
                self[f"why_{item}"].errors = [N_("Say how you verified it, or why it is waived.")]
                valid = False
        return valid


for _item, _label in ITEMS.items():
    setattr(ApproveForm, f"trace_{_item}", _select(_label))
    setattr(ApproveForm, f"why_{_item}", _why(N_("How, or why")))


def assessed(context: Context) -> dict[str, dict[str, Any]]:
    """Return every item with its state, by whom or what, and why: the gate's record."""
    record: dict[str, dict[str, Any]] = dict(verified_by_checks(context))
    for item in ITEMS:
        if state := context.data.get(f"trace_{item}"):
            record[item] = {
                "state": state,
                "by": context.actor.ref,
                "why": context.data.get(f"why_{item}"),
                "at": context.at.isoformat(),
            }
    return record
