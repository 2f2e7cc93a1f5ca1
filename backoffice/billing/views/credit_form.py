"""The form that credits a part or all of an invoice."""

from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from backoffice.billing.ledger import Source
from backoffice.core.money import parse_euros
from backoffice.core.typed_text import InvalidInput, parse_line
from backoffice.web.text import say

REASON_MAX = 200


def one_time() -> str:
    """Return the mark of one form: sent twice, it credits once."""
    return str(uuid4())


class CreditForm(FlaskForm):
    """Why, and how much: nothing typed is all that is left."""

    reason = StringField(
        _("Reason, as the credit note says it"),
        [DataRequired(_("Say why.")), Length(max=REASON_MAX)],
    )
    amount = StringField(_("Amount including VAT"), description=_("Empty: all that is left."))
    once = HiddenField(default=one_time)

    def validate_reason(self, field: StringField) -> None:
        """Refuse what cannot stand on paper."""
        try:
            field.data = parse_line(field.data or "", REASON_MAX)
        except InvalidInput as error:
            raise ValidationError(say(error.text)) from error

    def validate_amount(self, field: StringField) -> None:
        """Refuse what is no amount of euros."""
        try:
            self.amount_minor = parse_euros(field.data) if (field.data or "").strip() else None
        except InvalidInput as error:
            raise ValidationError(say(error.text)) from error

    def validate_once(self, field: HiddenField) -> None:
        """Refuse a mark that this form did not make."""
        try:
            UUID(field.data or "")
        except ValueError as error:
            raise ValidationError(_("Open the page again.")) from error

    @property
    def source(self) -> Source:
        """Return on what the credit note rests."""
        return Source("credit_form", self.once.data or "")
