"""The form by which staff open a dispute from an order, for a seller who wrote otherwise."""

from datetime import UTC, datetime, time
from typing import Any

from pydantic import ValidationError as Unfit
from wtforms import (
    DateField,
    Field,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.core import clock
from backoffice.core.model_errors import sentence
from backoffice.core.money import euros
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.order import Order
from backoffice.queues.disputes.form import DisputeForm
from backoffice.queues.disputes.forms import EXAMPLE, cents, read_amount, typed
from backoffice.queues.disputes.model import BASES, GROUNDS
from backoffice.queues.disputes.receive import Brought
from backoffice.queues.party_form import PartyForm
from backoffice.queues.standard_forms import long_text

FIELDS = {"amount_minor": "amount", "claimed_at": "claimed_on"}
"""What the page calls what a dispute is sent with."""


class OpenForm(PartyForm):
    """A refund request and the seller's objection, with the seller's evidence."""

    basis = SelectField(N_("Basis of the claim"), [InputRequired(N_("Choose a basis."))])
    claim = long_text(N_("What the buyer says"))
    claimed_on = DateField(N_("Asked on"), [InputRequired(N_("Choose a date."))])
    amount = StringField(
        N_("Amount asked for"), [InputRequired(N_("Write an amount."))], description=EXAMPLE
    )
    lines = SelectMultipleField(
        N_("Articles"), [Optional()], description=N_("None ticked: the whole order."),
        widget=ListWidget(), option_widget=CheckboxInput(),
    )  # fmt: skip
    grounds = SelectMultipleField(
        N_("Why the seller contests"), [Optional()],
        widget=ListWidget(), option_widget=CheckboxInput(),
    )  # fmt: skip
    answer = long_text(N_("What the seller says"), required=False)
    files = MultipleFileField(N_("Evidence of the seller"))
    at_most = 0

    def offer(self, order: Order, left_minor: int) -> None:
        """Offer the articles of an order; it opens with all that is left of it."""
        self.at_most = left_minor
        self.basis.choices = [
            SelectChoice("", N_("Choose…")),
            *(SelectChoice(one.value, label) for one, label in BASES.items()),
        ]
        self.grounds.choices = [SelectChoice(one.value, label) for one, label in GROUNDS.items()]
        self.lines.choices = [
            SelectChoice(one.external_id, text("%(title)s, %(amount)s", title=one.title,
                                               amount=euros(one.total_minor)))
            for one in order.lines
        ]  # fmt: skip
        if self.amount.raw_data is None:
            self.amount.data = typed(left_minor)

    def validate_amount(self, field: Field) -> None:
        """Read the amount, within what is left."""
        read_amount(field.data, self.at_most)

    def validate_claimed_on(self, field: Field) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > clock.now().astimezone(clock.PARIS).date():
            raise ValidationError(N_("This lies in the future."))

    def brought(self) -> list[Brought]:
        """Return the seller's documents that may be kept; complaints stand on their field."""
        return [Brought("seller", one._replace(kind="other")) for one in self.sent()]

    def said(self, order: Order, number: str) -> DisputeForm:
        """Return what it says as the API would send it; raises InvalidFields."""
        body = {
            "external_id": number,
            "order": order.external_id,
            "basis": self.basis.data,
            "claim": self.claim.data,
            "claimed_at": self._claimed_at(order),
            "amount_minor": cents(self.amount.data),
            "currency": order.currency,
            "lines": self.lines.data or [],
            "grounds": self.grounds.data or [],
            "answer": self.answer.data or "",
        }
        try:
            return DisputeForm.model_validate(body)
        except Unfit as unfit:
            problems = unfit.errors(include_url=False, include_input=False)
            raise InvalidFields({str(one["loc"][0]): sentence(one) for one in problems}) from unfit

    def _claimed_at(self, order: Order) -> datetime:
        """Return noon of the day, moved into the time between the order and now."""
        noon = datetime.combine(self.claimed_on.data, time(12), clock.PARIS).astimezone(UTC)
        if noon.date() == order.ordered_at.date():
            noon = max(noon, order.ordered_at)
        return min(noon, clock.now())

    def blame(self, errors: dict[str, Text]) -> None:
        """Put what the order contradicts on the fields."""
        for name, said in errors.items():
            first: Any = name.partition("/")[0]
            field = FIELDS.get(first, first)
            self.complain(field if field in self else "claim", said)
