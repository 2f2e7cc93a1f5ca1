"""The forms by which an administrator gives programs their keys and addresses."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, StringField, URLField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from backoffice.intake.endpoints import is_web_address
from backoffice.intake.keys import SCOPES
from backoffice.staff.forms import BoxesField, clean

NAME_MAX, URL_MAX, DAYS_MAX = 100, 2000, 3650


def program_name() -> StringField:
    """Return the field that names a program; a new name adds it."""
    return StringField(
        _("Program"),
        [DataRequired(_("Name the program.")), Length(max=NAME_MAX)],
        [clean],
        description=_("As people call it, e.g. “Shop”. A new name adds a program."),
    )


class KeyForm(FlaskForm):
    """A key: for which program, for what, for how long."""

    integration = program_name()
    scopes = BoxesField(
        _("What it may do"),
        [InputRequired(_("Choose at least one."))],
        choices=[SelectChoice(scope.value, scope.value) for scope in SCOPES],
        default=[scope.value for scope in SCOPES],
    )
    days = IntegerField(
        _("Days until it expires"),
        [Optional(), NumberRange(1, DAYS_MAX, _("Write a number of days from 1 to 3,650."))],
        description=_("Without a number it holds until somebody revokes it."),
    )


class EndpointForm(FlaskForm):
    """An address that hears of every event."""

    integration = program_name()
    url = URLField(_("Address"), [DataRequired(_("Write an address.")), Length(max=URL_MAX)])

    def validate_url(self, field: URLField) -> None:
        """Refuse what no webhook could be sent to."""
        if not is_web_address(field.data or ""):
            raise ValidationError(_("Write a web address that begins with https://."))
