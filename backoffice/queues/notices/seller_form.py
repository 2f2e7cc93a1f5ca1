"""What is done about a seller, with all that the law asks for it."""

from datetime import date, timedelta
from typing import Any, ClassVar

from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from backoffice.core import clock
from backoffice.core.action import ActionForm
from backoffice.core.text import N_, text
from backoffice.marketplace.sanction import (
    EXCEPTIONS,
    FACTORS,
    UNWARNED,
    Earlier,
    Standing,
    said_of,
)
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.measures import ON_SELLERS
from backoffice.queues.standard_forms import long_text

SUSPENSION_DAYS = 14


class SellerForm(ActionForm):
    """A measure against one seller; what only one measure needs is folded under its name."""

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
    folds: ClassVar = {
        N_("For a suspension: until when, and what is weighed"): ("until", *FACTORS),
        N_("For the end of the account: with or without notice"): (
            "exception", "proof", "decisions",
        ),
    }  # fmt: skip
    whose = ""
    is_warned = False

    def offer(self, seller: Seller, known: Standing, earlier: Earlier) -> None:
        """Offer the measures beside where the seller stands, the exceptions, what may show them."""
        self.whose, self.is_warned = seller.display_name, known.warnings > 0
        self.measure.description = said_of(known)
        self.measure.choices = [
            SelectChoice("", N_("None")),
            *(SelectChoice(one.code, one.label) for one in ON_SELLERS),
        ]
        if known.suggested and known.suggested.days and not self.until.raw_data:
            self.until.data = self.until.object_data = today() + timedelta(known.suggested.days)
        self.exception.choices = [
            SelectChoice("", N_("Thirty days’ notice is given")),
            *(SelectChoice(code, label) for code, label in EXCEPTIONS.items()),
        ]
        self.decisions.choices = [SelectChoice(number, reference) for number, reference in earlier]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen measure needs: a warning, a date, four factors, or a proof."""
        valid = super().validate(extra_validators)
        if self.measure.data == "suspend_seller" and not self.is_warned:
            self.measure.errors = [*self.measure.errors, UNWARNED]
            valid = False
        for name in self._needed():
            field = self[name]
            if not field.data:
                said = text("The measure against %(seller)s needs it: fill this in.",
                            seller=self.whose)  # fmt: skip
                field.errors = [*field.errors, said]
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
