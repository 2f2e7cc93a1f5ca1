"""What finance types about a move that does not match, and about a payout at the bank."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from backoffice.core.typed_text import has_hidden

REASON_MAX = 2_000


def tidy(value: str | None) -> str | None:
    """Drop what nobody types: control characters but for new lines, and blanks around it."""
    if not value:
        return value
    return "".join(one for one in value if one == "\n" or not has_hidden(one)).strip()


def why(label: str) -> TextAreaField:
    """Return the field of a reason, which is always asked for."""
    needed = DataRequired(_("Write a sentence here."))
    limit = Length(max=REASON_MAX, message=_("Keep this under 2,000 characters."))
    return TextAreaField(label, [needed, limit], filters=[tidy])


class ExplainForm(FlaskForm):
    """Why a difference is right as it is."""

    reason = why(_("Why this is right as it is"))


class JoinForm(FlaskForm):
    """Which move and entry belong together, and why."""

    other = RadioField(_("Belongs to"), validators=[InputRequired(_("Choose a line."))], coerce=int)
    reason = why(_("Why they belong together"))


class AdjustForm(FlaskForm):
    """Against which account the books are brought to what Stripe says, and why."""

    account = SelectField(_("Against the account"))
    reason = why(_("Why the books are adjusted"))


class SendBackForm(FlaskForm):
    """Why an adjusting entry is not posted."""

    answer = why(_("Why it is sent back"))


class BankForm(FlaskForm):
    """The bank's own line of a payout."""

    on = DateField(_("Booked by the bank on"), [InputRequired(_("Give the day."))])
    reference = StringField(
        _("The bank’s reference"),
        [DataRequired(_("Copy the words of the bank’s line.")), Length(max=140)],
        filters=[lambda value: tidy(value.replace("\n", " ")) if value else value],
    )

    def refuse(self, said: Any) -> None:
        """Say beside the day why this cannot be."""
        self.on.errors = [*self.on.errors, said]
