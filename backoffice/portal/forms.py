"""The forms of the portal: an answer with corrections and documents, and an appeal."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    FileField,
    Form,
    MultipleFileField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.core.decision import Statement
from backoffice.core.queue import Queue
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_, Text, text
from backoffice.queues.party_form import DOCUMENT, PartyForm
from backoffice.queues.standard_forms import clean, long_text

LINE_LENGTH_MAX = 300


class CorrectingForm(Form):
    """The fields of a queue that a party may correct, with what they say now."""

    asked: tuple[str, ...] = ()

    def typed(self) -> dict[str, str]:
        """Return every field as typed."""
        return {name: (self[name].data or "").strip() for name in self.asked}

    def corrections(self) -> dict[str, str]:
        """Return the fields that were changed, as typed."""
        typed = self.typed().items()
        return {name: value for name, value in typed if value != self[name].default.strip()}


class ResubmitForm(CorrectingForm):
    """All that a refused subject said, to be corrected and sent again."""

    status = 422

    def blame(self, errors: Mapping[str, Text]) -> None:
        """Put errors on their fields."""
        for name, said in errors.items():
            self[name].errors = [*self[name].errors, said]


class AnswerForm(PartyForm, CorrectingForm):
    """A free text, beside the fields and documents that were asked for."""

    answer = long_text(N_("Your answer"), required=False)

    def blame(self, errors: Mapping[str, Text], labels: Mapping[str, str]) -> None:
        """Put errors on their fields; one about a field that was not asked names it."""
        for name, said in errors.items():
            if name in self:
                self.complain(name, said)
            else:
                problem = {"field": {"msgid": labels.get(name, name), "values": {}}}
                problem["problem"] = said.to_json()
                self.complain("answer", text("%(field)s: %(problem)s", **problem))


class ContestForm(PartyForm):
    """Why the decision is wrong, in the party's words, and which of several measures."""

    measures = SelectMultipleField(
        N_("What you contest"),
        coerce=int,
        description=N_("What you do not tick stays as it is."),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    why = long_text(N_("Why you contest the decision"))

    def offer(self, told: Sequence[Statement], posted: Mapping[str, Any] | None) -> None:
        """Offer the measures that the party was told; all are contested unless chosen otherwise."""
        self.measures.choices = [
            (one.id, said_with(one)) for one in told if one.measure and len(told) > 1
        ]
        if posted is None:
            self.measures.data = [number for number, _ in self.measures.choices]

    def validate_measures(self, field: Any) -> None:
        """Ask for at least one of several measures."""
        if field.choices and not field.data:
            raise ValidationError(N_("Tick at least one measure that you contest."))

    @property
    def chosen(self) -> list[int]:
        """Return the numbers of the statements that are contested; none where all are."""
        return self.measures.data if len(self.measures.data) < len(self.measures.choices) else []


def said_with(statement: Statement) -> Text:
    """Return a measure with what it hits, in one line."""
    parts = statement.parts
    return text("%(about)s: %(measure)s", about=parts["about"], measure=_sentence(parts["measure"]))


def _sentence(said: str | dict[str, Any]) -> dict[str, Any]:
    return said if isinstance(said, dict) else text(said).to_json()


def contest_form(told: Sequence[Statement], posted: Mapping[str, Any] | None = None) -> ContestForm:
    """Return the form by which a party contests what it was told."""
    form = ContestForm(posted)
    form.offer(told, posted)
    return form


def answer_form(
    asked: InfoRequest, queue: Queue, subject: Any, posted: Mapping[str, Any] | None = None
) -> AnswerForm:
    """Return the form of an answer, with a field for each thing that was asked, and for proofs."""
    names = [name for name in asked.fields if name in queue.correctable]
    proofs = queue.proofs.get(asked.asked_of, {})
    fields = {f"{DOCUMENT}{kind}": MultipleFileField(label) for kind, label in proofs.items()}
    return _form(AnswerForm, names, queue, subject, **fields)(posted)


def resubmit_form(
    queue: Queue, subject: Any, posted: Mapping[str, Any] | None = None
) -> ResubmitForm:
    """Return the form that sends a subject again, with a field for all it says."""
    names = [name for name in queue.correctable if not name.startswith(DOCUMENT)]
    return _form(ResubmitForm, names, queue, subject)(posted)


def _form(kind: type[Any], names: list[str], queue: Queue, subject: Any, **more: Any) -> Any:
    sent = queue.sent(subject)
    fields = {name: _field(name, queue, sent.get(name, "")) for name in names}
    values = tuple(name for name in names if not name.startswith(DOCUMENT))
    return type("AskedForm", (kind,), {**fields, **more, "asked": values})


def _field(name: str, queue: Queue, present: str) -> Any:
    label = queue.correctable[name]
    if name.startswith(DOCUMENT):
        return FileField(label)
    if prose := queue.prose.get(name):
        limit = Length(max=prose.length_max, message=N_("This text is too long: shorten it."))
        return TextAreaField(
            label, [Optional(), limit], [clean], description=prose.hint, default=present,
            render_kw={"rows": prose.rows},
        )  # fmt: skip
    limit = Length(max=LINE_LENGTH_MAX, message=N_("Keep this under 300 characters."))
    return StringField(label, [Optional(), limit], default=present)
