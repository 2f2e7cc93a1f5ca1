"""What the forms of a ticket's actions ask."""

from typing import Any

from wtforms import MultipleFileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from backoffice.core.action import ActionForm, Context
from backoffice.core.presence import draft_of
from backoffice.core.text import N_
from backoffice.core.typed_text import InvalidInput
from backoffice.core.uploads import Admitted
from backoffice.queues.party_form import FILES_MAX, admitted, files_hint, named
from backoffice.queues.standard_forms import clean, long_text
from backoffice.queues.tickets.merging import newest_other
from backoffice.queues.tickets.model import CATEGORIES


class EnclosureField(MultipleFileField):
    """Files that go with a message; its data are those that may be kept."""

    data: list[Admitted]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Leave out the empty part that a browser sends where no file was chosen."""
        self.data = [one for one in valuelist if getattr(one, "filename", "")]

    def pre_validate(self, form: Any) -> None:
        """Admit the files; each complaint names its file."""
        if len(self.data or ()) > FILES_MAX:
            raise ValidationError(files_hint())
        uploads, self.data = self.data or [], []
        for upload in uploads:
            try:
                self.data.append(admitted(upload))
            except InvalidInput as refused:
                raise ValidationError(named(upload, refused)) from None


class ReplyForm(ActionForm):
    """What we write to the requester."""

    body = long_text(N_("Your reply"), hint=N_("The requester reads this text as you write it."))
    files = EnclosureField(N_("Documents"))

    def prepare(self, context: Context) -> None:
        """Begin with the draft that is being written."""
        draft = draft_of(context.session, context.case.id)
        if self.body.raw_data is None and draft is not None:
            self.body.data = draft.body


class SolveForm(ActionForm):
    """A last word to the requester, if there is one to say."""

    body = long_text(
        N_("Closing words"), required=False,
        hint=N_("The requester reads this text as you write it."),
    )  # fmt: skip
    files = EnclosureField(N_("Documents"))


class MergeForm(ActionForm):
    """The ticket in which this one goes on."""

    into = StringField(
        N_("Goes on in ticket"),
        [InputRequired(N_("Write the reference of a ticket."))],
        filters=[clean, str.upper],
        description=N_("Its reference, for example TIC-2026-000017; of the same requester."),
    )

    def prepare(self, context: Context) -> None:
        """Propose the requester's newest other ticket that is not closed."""
        if self.into.raw_data is None and (other := newest_other(context)) is not None:
            self.into.data = other.reference


class LinkForm(ActionForm):
    """The case that belongs with this one."""

    to = StringField(
        N_("Belongs with case"),
        [InputRequired(N_("Write the reference of a case."))],
        filters=[clean, str.upper],
        description=N_("Its reference, for example DIS-2026-000017."),
    )


class RecategoriseForm(ActionForm):
    """What the ticket is about."""

    category = SelectField(N_("Category"), [InputRequired(N_("Choose a category."))])

    def prepare(self, context: Context) -> None:
        """Offer the categories, the present one chosen."""
        self.category.choices = [SelectChoice(one.value, said) for one, said in CATEGORIES.items()]
        if self.category.raw_data is None:
            self.category.data = context.subject.category
