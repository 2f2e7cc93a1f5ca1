"""What the forms share by which a case is opened from a ticket."""

from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from backoffice.core.party import Party
from backoffice.core.text import N_, Text

CHOOSE = SelectChoice("", N_("Choose…"))
Posted = MultiDict[str, Any] | None


class OpeningForm(Form):
    """What is asked before a case of another queue is opened."""

    method: ClassVar[str] = "post"
    status: ClassVar[int] = 422

    def complain(self, name: str, said: Text) -> None:
        """Add an error to a field."""
        self[name].errors = [*self[name].errors, said]


def share_address(one: Party, other: Party) -> bool:
    """Tell whether two parties are written to at one address."""
    return one.email.lower() == other.email.lower()
