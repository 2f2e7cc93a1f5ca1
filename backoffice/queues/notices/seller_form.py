"""What is done about a seller, with all that the law asks for it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import select, union
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from backoffice.core import clock
from backoffice.core.action import ActionForm
from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.text import N_, text
from backoffice.marketplace.sanction import (
    EXCEPTIONS,
    FACTORS,
    Sanction,
    Standing,
    SubjectKind,
    said_of,
)
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.measures import ON_SELLERS
from backoffice.queues.standard_forms import long_text

SUSPENSION_DAYS = 14
EARLIER_MAX, ROWS_MAX = 20, 1000
UNWARNED = N_("A suspension needs an earlier warning that stands: there is none. Warn first.")
Earlier = Sequence[tuple[int, str]]  # numbers of decisions with the references of their cases


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


def earlier_against(session: Session, case: Case, sellers: Sequence[int]) -> Mapping[int, Earlier]:
    """Return the newest decisions against each seller that stand: on cases of its own with
    reasons, or by a measure on it.
    """
    stands = (Decision.state == DecisionState.EXECUTED, Case.id != case.id)
    of_case = select(Decision.id, Case.reference, Case.seller_id.label("seller_id"))
    of_measure = select(Decision.id, Case.reference, Sanction.subject_id.label("seller_id"))
    rows = union(
        of_case.join(Case, Case.id == Decision.case_id)
        .where(Case.seller_id.in_(sellers), Decision.reasons.any(), *stands),
        of_measure.join(Case, Case.id == Decision.case_id)
        .join(Sanction, Sanction.decision_id == Decision.id)
        .where(Sanction.subject_kind == SubjectKind.SELLER, Sanction.subject_id.in_(sellers))
        .where(Sanction.lifted_at.is_(None), *stands),
    ).subquery()  # fmt: skip
    found: dict[int, list[tuple[int, str]]] = {one: [] for one in sellers}
    newest = select(rows).order_by(rows.c.id.desc()).limit(ROWS_MAX)
    for number, reference, seller_id in session.execute(newest):
        if len(found[seller_id]) < EARLIER_MAX:
            found[seller_id].append((number, reference))
    return found
