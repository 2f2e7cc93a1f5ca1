"""The forms of the decisions on a dispute: how much, of what, when, and why."""

from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.core.action import ActionForm, Context
from backoffice.core.money import euros, parse_euros
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.buyer_rights import waits_for_return
from backoffice.marketplace.order import OrderLine
from backoffice.queues.disputes.goods import lines_of
from backoffice.queues.disputes.moved import at_most_minor
from backoffice.queues.standard_forms import DecisionForm, long_text

ALL, LINES, AMOUNT = "all", "lines", "amount"
AT_ONCE, AFTER_RETURN = "at_once", "after_return"
BOTH_READ = N_("Both sides read this text as you write it.")
EXAMPLE = N_("In euros, for example 24,90.")


class ProtectForm(DecisionForm):
    """Why the refund is refused."""

    action_name = "protect"
    facts = long_text(N_("Facts found"), hint=BOTH_READ)


class RefundForm(DecisionForm):
    """How much the buyer is refunded, when, and why."""

    action_name = "refund"
    what = RadioField(N_("What is refunded"), [InputRequired(N_("Choose what is refunded."))])
    lines = SelectMultipleField(
        N_("Articles"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    amount = StringField(N_("Amount"), description=EXAMPLE)
    when = RadioField(N_("When"), [InputRequired(N_("Choose when the money leaves."))])
    facts = long_text(N_("Facts found"), hint=BOTH_READ)
    left = HiddenField()  # what could be refunded when the form was opened, in cents
    at_most = 0
    sold: list[OrderLine]

    def prepare(self, context: Context) -> None:
        """Offer what is left of the order, in whole, by article or by amount."""
        super().prepare(context)
        order = context.subject.order
        self.at_most = at_most_minor(context.session, context.case, order)
        self.sold = list(order.lines)
        self.what.choices = [
            SelectChoice(ALL, text("All that is left, %(amount)s", amount=euros(self.at_most))),
            SelectChoice(LINES, N_("The articles ticked below")),
            SelectChoice(AMOUNT, N_("The amount typed below")),
        ]
        self.lines.choices = [SelectChoice(one.external_id, _priced(one)) for one in self.sold]
        self.when.choices = [SelectChoice(AT_ONCE, N_("At once"))]
        if order.returned_at is None:
            self.when.choices.append(SelectChoice(AFTER_RETURN, N_("After the goods are back")))
        if self.what.raw_data is None:
            self._propose(context)
        if not self.left.data:
            self.left.data = str(self.at_most)

    def _propose(self, context: Context) -> None:
        """Open with what the buyer asks for, after the return where such a claim asks for it."""
        dispute = context.subject
        claimed = lines_of(dispute)
        self.lines.data = [one.external_id for one in claimed] if dispute.lines else []
        waits = waits_for_return(dispute.basis, dispute.order)
        self.when.data = AFTER_RETURN if waits else AT_ONCE
        if dispute.amount_minor == self.at_most:
            self.what.data = ALL
        elif dispute.lines and sum(one.total_minor for one in claimed) == dispute.amount_minor:
            self.what.data = LINES
        else:
            self.what.data, self.amount.data = AMOUNT, typed(dispute.amount_minor)

    def validate_left(self, field: Field) -> None:
        """Refuse a form that was filled in when another amount was left."""
        if field.data != str(self.at_most):
            raise ValidationError(self._changed())

    def validate_what(self, field: Field) -> None:
        """Say beside the choice what all of it cannot be."""
        if self.left.data != str(self.at_most):
            raise ValidationError(self._changed())
        if field.data == ALL and self.at_most <= 0:
            raise ValidationError(text(N_("Nothing is left of this order to refund.")))

    def validate_lines(self, field: Field) -> None:
        """Ask for an article where articles are chosen, within what is left."""
        if self.what.data == LINES:
            if not field.data:
                raise ValidationError(N_("Tick at least one article."))
            check_amount(self._of_lines(), self.at_most)

    def validate_amount(self, field: Field) -> None:
        """Read the amount where one is to be typed, within what is left."""
        if self.what.data == AMOUNT:
            read_amount(field.data, self.at_most)

    def _changed(self) -> Text:
        return text(
            "What is left of this order changed meanwhile, it is %(left)s now: check the amount.",
            left=euros(self.at_most),
        )

    def _of_lines(self) -> int:
        return sum(one.total_minor for one in self.sold if one.external_id in self.lines.data)

    @property
    def amount_minor(self) -> int:
        """Return what the form says in cents; 0 while it says nothing that can be read."""
        if self.what.data == ALL:
            return self.at_most
        return self._of_lines() if self.what.data == LINES else cents(self.amount.data)

    @property
    def data(self) -> dict[str, Any]:
        """Return the values, the amount in cents, and whether the buyer has all that was paid."""
        amount_minor = self.amount_minor
        ended = "refunded" if amount_minor >= self.at_most else "refunded_in_part"
        return {**super().data, "amount_minor": amount_minor, "resolution": ended}


class GoodwillForm(ActionForm):
    """How much the marketplace pays the buyer itself, and why."""

    amount = StringField(N_("Amount"), [InputRequired(N_("Write an amount."))], description=EXAMPLE)
    facts = long_text(N_("Why we pay it ourselves"), hint=BOTH_READ)
    at_most = 0

    def prepare(self, context: Context) -> None:
        """Open with what the buyer asks for, as far as it is left."""
        dispute = context.subject
        self.at_most = at_most_minor(context.session, context.case, dispute.order)
        if self.amount.raw_data is None:
            self.amount.data = typed(min(dispute.amount_minor, self.at_most))

    def validate_amount(self, field: Field) -> None:
        """Read the amount, within what is left."""
        read_amount(field.data, self.at_most)

    @property
    def data(self) -> dict[str, Any]:
        """Return the values, and the amount in cents."""
        return {**super().data, "amount_minor": cents(self.amount.data)}


def read_amount(said: str | None, at_most: int) -> int:
    """Return a typed amount in cents; raises ValidationError for none, and above what is left."""
    try:
        amount_minor = parse_euros(said or "")
    except InvalidInput as refused:
        raise ValidationError(refused.text) from refused
    check_amount(amount_minor, at_most)
    return amount_minor


def check_amount(amount_minor: int, at_most: int) -> None:
    """Refuse nothing, and more than is left."""
    if amount_minor <= 0:
        raise ValidationError(N_("Write an amount above zero."))
    if amount_minor > at_most:
        raise ValidationError(
            text("No more than %(left)s can still be refunded.", left=euros(at_most))
        )


def cents(said: str | None) -> int:
    """Return a typed amount in cents, 0 for what is none: `validate` has said so."""
    try:
        return parse_euros(said or "")
    except InvalidInput:
        return 0


def typed(amount_minor: int) -> str:
    """Return an amount as a person would type it."""
    return f"{amount_minor // 100},{amount_minor % 100:02d}"


def _priced(line: OrderLine) -> Text:
    return text("%(title)s, %(amount)s", title=line.title, amount=euros(line.total_minor))
