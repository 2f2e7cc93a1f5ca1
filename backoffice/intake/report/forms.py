"""What each step of a report asks; what a value must be is said by the model of notices alone."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from backoffice.core.text import N_, Text, text
from backoffice.intake.report.words import KINDS, REGISTERS, TERRITORIES
from backoffice.marketplace.right_number import KINDS as RIGHT_KINDS
from backoffice.marketplace.right_number import REGISTERS as REGISTERS_OF
from backoffice.marketplace.right_number import RightKind
from backoffice.queues.notices.form import TARGETS_MAX
from backoffice.queues.notices.model import INFRINGES, NoticeKind
from backoffice.queues.party_form import PartyForm
from backoffice.queues.standard_forms import clean
from backoffice.staff.forms import BoxesField

ROLES = {"owner": N_("the holder of the right"), "agent": N_("somebody who acts for the holder")}


def choices(table: Mapping[Any, str]) -> list[SelectChoice]:
    """Return a table of words as the choices of a field."""
    return [SelectChoice(str(value), label) for value, label in table.items()]


class StepForm(Form):
    """One step of a report."""

    def complain(self, name: str, said: Text) -> None:
        """Add an error to a field."""
        self[name].errors = [*self[name].errors, said]

    def fit(self, kind: str) -> None:
        """Leave out what a report of this kind is not asked."""


class KindForm(StepForm):
    """What is wrong."""

    kind = RadioField(
        N_("What do you report?"),
        [InputRequired(N_("Choose what is wrong."))],
        choices=choices({kind: label for kind, (label, _) in KINDS.items()}),
        validate_choice=False,
    )

    def options(self) -> list[dict[str, Any]]:
        """Return the choices, each with a note that tells it from the others."""
        return [
            {"value": kind, "label": label, "note": note, "checked": self.kind.data == kind}
            for kind, (label, note) in KINDS.items()
        ]


class AboutForm(StepForm):
    """What it is about."""

    targets = TextAreaField(
        N_("Addresses, references or GTINs"),
        [DataRequired(N_("Give an address, a reference or a GTIN."))],
        [clean],
        description=text(
            "Of each listing, seller, review or message that you report: one per line,"
            " %(count)s at most.",
            count=TARGETS_MAX,
        ),
        render_kw={"rows": 4},
    )


class WhyForm(StepForm):
    """Why it is wrong."""

    explanation = TextAreaField(
        N_("Why it is against the law or our terms"),
        [DataRequired(N_("Say in your own words what is wrong."))],
        [clean],
        description=N_("The facts, in your own words."),
        render_kw={"rows": 8},
    )


class RightForm(StepForm):
    """The right that is invoked, and whose it is."""

    right_kind = SelectField(N_("Kind of right"), choices=choices(RIGHT_KINDS))
    register = SelectField(N_("Register"), validate_choice=False)
    number = StringField(N_("Number"), [DataRequired(N_("Give the number of the right."))], [clean])
    sign = StringField(N_("Name of the trademark or of the work"), [Optional()], [clean])
    territories = BoxesField(
        N_("Where it holds"), [Optional()], choices=choices(TERRITORIES), validate_choice=False
    )
    classes = StringField(
        N_("Classes of Nice"), [Optional()], [clean], description=N_("Numbers, such as 21, 25.")
    )
    expires_on = StringField(
        N_("Expires on"), [Optional()], [clean], description=N_("As 2030-12-31.")
    )
    holder_name = StringField(
        N_("Holder of the right"), [DataRequired(N_("Say whose right it is."))], [clean]
    )
    holder_country = SelectField(N_("Country of the holder"), default="FR", validate_choice=False)
    role = RadioField(
        N_("You are"),
        [InputRequired(N_("Say whether the right is yours."))],
        choices=choices(ROLES),
        validate_choice=False,
    )
    infringes = BoxesField(
        N_("What infringes it"),
        [InputRequired(N_("Choose at least one."))],
        choices=choices(INFRINGES),
        validate_choice=False,
    )
    test_purchase = TextAreaField(
        N_("Test purchase"),
        [Optional()],
        [clean],
        description=N_("If you bought one: when, under which order, what you received."),
        render_kw={"rows": 3},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder_country.choices = [SelectChoice(*one) for one in countries()]

    def fit(self, kind: str) -> None:
        """Ask the kind of right only where the report does not say it, and what that one has."""
        if kind == NoticeKind.COUNTERFEIT:
            self.register.choices = choices(REGISTERS)
            self.number.validators = [Optional()]  # copyright has none
            self.number.flags.required = False
            return
        del self.right_kind
        self.register.choices = choices({one: REGISTERS[one] for one in REGISTERS_OF[right(kind)]})
        if kind == RightKind.COPYRIGHT:
            del self.register, self.number, self.territories, self.expires_on
        if kind != RightKind.TRADEMARK:
            del self.classes


def right(kind: str) -> RightKind:
    """Return the right that a notice of this kind invokes; a trademark where it says none."""
    return RightKind(kind) if kind in set(RightKind) else RightKind.TRADEMARK


def countries() -> list[tuple[str, str]]:
    """Return every country by its code, in the order of the reader's language."""
    locale = get_locale()
    named = locale.territories.items() if locale else ()
    found = [(code, name) for code, name in named if len(code) == 2 and code.isalpha()]
    return sorted(found, key=lambda one: one[1])


class YouForm(StepForm):
    """Who reports."""

    name = StringField(N_("Your name"), [DataRequired(N_("Give your name."))], [clean])
    email = EmailField(
        N_("E-mail"),
        [DataRequired(N_("Give your e-mail address."))],
        [clean],
        description=N_("The receipt and our decision go there."),
    )
    organisation = StringField(N_("Organisation"), [Optional()], [clean])


class CheckForm(PartyForm):
    """The files and the promise, once all else was read again."""

    mandate = FileField(
        N_("Your mandate"),
        description=N_("What shows that you act for the holder; else we have to ask for it."),
    )
    good_faith = BooleanField(
        N_("I believe in good faith that what I say is accurate and complete"),
        [InputRequired(N_("Tick this box to send the report."))],
    )

    def fit(self, kind: str) -> None:
        """Ask everybody the same; whether a mandate is asked follows from the role."""
