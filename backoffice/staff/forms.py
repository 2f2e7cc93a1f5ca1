"""Forms of sign-in, the own account and the accounts of others."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.core.permissions import ROLES
from backoffice.staff import passwords
from backoffice.staff.model import ROLE_NAMES

LOCALES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]
KEYS = {
    "*": _("all of them"),
    "j": _("next row"),
    "k": _("previous row"),
    "o": _("open"),
    "x": _("select the row"),
    "n": _("take the next one"),
    "a": _("approve"),
    "r": _("refuse"),
    "i": _("ask for information"),
    "c": _("internal note"),
    "z": _("undo"),
    "f": _("filter"),
    "/": _("search"),
    "?": _("this list"),
}


class BoxesField(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def clean(value: str | None) -> str | None:
    """Drop what a line of text never holds: control characters and blanks around it."""
    return "".join(filter(str.isprintable, value)).strip() if value else value


class SignInForm(FlaskForm):
    """The first step: address and password."""

    email = EmailField(
        _("E-mail"), [DataRequired(_("Give your e-mail address.")), Length(max=254)], [clean]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Give your password."))])
    next = HiddenField()


class CodeForm(FlaskForm):
    """The second step: a code of the authenticator application, or a recovery code."""

    code = StringField(_("Code"), [DataRequired(_("Give the code.")), Length(max=40)])


class AskResetForm(FlaskForm):
    """Ask for a link to choose another password."""

    email = EmailField(
        _("E-mail"), [DataRequired(_("Give your e-mail address.")), Length(max=254)], [clean]
    )


class NewPasswordForm(FlaskForm):
    """Choose a password; `email` is whose it becomes."""

    new_password = PasswordField(_("New password"), [InputRequired(_("Choose a password."))])
    new_password_again = PasswordField(
        _("The same again"), [EqualTo("new_password", _("The two passwords differ."))]
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_email = email

    def validate_new_password(self, field: PasswordField) -> None:
        """Refuse what the house's rules refuse, and say why."""
        if why := passwords.problem_with(field.data or "", self.of_email):
            raise ValidationError(gettext(why))


class ChangePasswordForm(NewPasswordForm):
    """Choose another password, knowing the present one."""

    password = PasswordField(_("Present password"), [InputRequired(_("Give your password."))])


class ConfirmForm(FlaskForm):
    """Show that it is still her, before something that protects the account changes."""

    password = PasswordField(_("Password"), [InputRequired(_("Give your password."))])


class EnrolForm(CodeForm):
    """Prove that the application holds the new secret."""

    password = PasswordField(_("Password"))


class ProfileForm(FlaskForm):
    """What a person sets for herself."""

    name = StringField(_("Name"), [DataRequired(_("Give a name.")), Length(max=100)], [clean])
    locale = SelectField(_("Language"), choices=LOCALES)
    keys_off = BoxesField(
        _("Single keys switched off"), choices=[SelectChoice(*key) for key in KEYS.items()]
    )


class RolesForm(FlaskForm):
    """Which roles a person has; none is a person who may only see her own account."""

    roles = BoxesField(_("Roles"), choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES])


class InviteForm(RolesForm):
    """A new colleague."""

    name = StringField(_("Name"), [DataRequired(_("Give a name.")), Length(max=100)], [clean])
    email = EmailField(
        _("E-mail"),
        [DataRequired(_("Give an e-mail address.")), Email(_("This is not an e-mail address."))],
        [clean],
    )
    locale = SelectField(_("Language"), choices=LOCALES)
