"""The forms of the actions that every queue has, and the parts that queues' own forms share."""

from datetime import date, timedelta

from sqlalchemy import select
from wtforms import DateField, Field, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from backoffice.core import clock
from backoffice.core.action import ActionForm, Context
from backoffice.core.decision import reasons_for
from backoffice.core.queue import QUEUES, queue_of
from backoffice.core.text import N_
from backoffice.staff.model import Staff

TEXT_MAX = 5000
# What WTForms says by itself; marked here, so that it is said in the reader's language too.
BY_WTFORMS = (N_("Not a valid date value."), N_("Not a valid choice."))
ANSWER_DAYS = 7
ANSWER_DAYS_MAX = 60


def clean(value: str | None) -> str:
    """Return typed text without NULs, trimmed, line ends as the web sends none."""
    return (value or "").replace("\0", "").replace("\r\n", "\n").strip()


def long_text(label: str, *, required: bool = True, hint: str = "") -> TextAreaField:
    """Return a text area of at most 5,000 characters."""
    first = DataRequired(N_("Write a sentence here.")) if required else Optional()
    limit = Length(max=TEXT_MAX, message=N_("Keep this under 5,000 characters."))
    return TextAreaField(label, [first, limit], filters=[clean], description=hint)


class ReasonedForm(ActionForm):
    """A step that must say why."""

    facts = long_text(N_("Why"))


class RemarkForm(ActionForm):
    """An approval, with a remark for colleagues if there is one to make."""

    facts = long_text(
        N_("Remark"),
        required=False,
        hint=N_("Kept with the decision; the seller does not read it."),
    )


class DecisionForm(ActionForm):
    """A decision with coded reasons and the facts found; the reasons come from the dated table."""

    reasons = SelectMultipleField(
        N_("Reasons"), [InputRequired(N_("Choose at least one reason."))], coerce=int
    )
    facts = long_text(N_("Facts found"), hint=N_("The party reads this text as you write it."))

    def prepare(self, context: Context) -> None:
        """Offer the reasons in force for this action."""
        queue = queue_of(context.case)
        permission = queue.permission(self.action_name)
        locale = context.data.get("locale", "fr")
        rows = reasons_for(context.session, permission)
        self.reasons.choices = [SelectChoice(row.id, row.label(locale)) for row in rows]
        self.reasons.render_kw = {"rules": {row.id: row.rule for row in rows}}

    action_name = "reject"


class RequestInfoForm(ActionForm):
    """What is asked, until when, and which fields or documents are to be mended."""

    question = long_text(N_("What is needed"))
    until = DateField(
        N_("Answer expected by"),
        [InputRequired(N_("Choose a date."))],
        description=N_("The clock stops until then."),
        default=lambda: clock.now().astimezone(clock.PARIS).date() + timedelta(days=ANSWER_DAYS),
    )
    fields = SelectMultipleField(N_("To correct or supply"), [Optional()])

    def prepare(self, context: Context) -> None:
        """Offer the fields that a party of this queue may correct."""
        queue = queue_of(context.case)
        correctable = {} if context.case.kind in queue.without_checks else queue.correctable
        self.fields.choices = [SelectChoice(name, label) for name, label in correctable.items()]

    def validate_until(self, field: Field) -> None:
        """Refuse a date that is past or too far away."""
        today: date = clock.now().astimezone(clock.PARIS).date()
        if field.data and not today < field.data <= today + timedelta(days=ANSWER_DAYS_MAX):
            raise ValidationError(N_("Choose a date within the next 60 days."))


class NoteForm(ActionForm):
    """An internal note."""

    body = long_text(N_("Note"), hint=N_("Only the staff reads this."))


class EscalateForm(ActionForm):
    """Why a lead should look."""

    body = long_text(N_("Why a lead should look"))


class SendBackForm(ActionForm):
    """What the proposer should look at again."""

    body = long_text(N_("What to look at again"))


class AssignForm(ActionForm):
    """Who is to have the case."""

    to = SelectField(N_("Person"), [InputRequired(N_("Choose a person."))], coerce=int)
    body = long_text(N_("Message"), required=False)

    def prepare(self, context: Context) -> None:
        """Offer those who may work in this queue and are not barred from the case."""
        people = context.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name))
        self.to.choices = [SelectChoice(p.id, p.name) for p in people if _may_work(p, context)]


def _may_work(person: Staff, context: Context) -> bool:
    claim = queue_of(context.case).permission("claim")
    return person.actor.may(claim) and person.id not in context.case.barred


class RerouteForm(ActionForm):
    """Which queue the case belongs in."""

    target = SelectField(N_("Queue"), [InputRequired(N_("Choose a queue."))])
    facts = long_text(N_("Why"), required=False)

    def prepare(self, context: Context) -> None:
        """Offer the queues that can take this subject."""
        targets = queue_of(context.case).reroutes
        self.target.choices = [SelectChoice(s, QUEUES[s].title) for s in targets if s in QUEUES]


class OverrideForm(ActionForm):
    """Which action replaces the decision; its own fields are posted beside."""

    action = SelectField(N_("Decision instead"), [InputRequired(N_("Choose a decision."))])

    def prepare(self, context: Context) -> None:
        """Offer the queue's own actions that give a resolution."""
        actions = queue_of(context.case).actions
        self.action.choices = [
            SelectChoice(a.name, a.label)
            for a in actions
            if a.resolution
            and a.name != "reroute"
            and a.tells
            and (not a.kinds or context.case.kind in a.kinds)
        ]
