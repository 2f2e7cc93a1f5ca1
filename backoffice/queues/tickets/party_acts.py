"""What the requester of a ticket may do from its link: write again, and say how we did."""

from typing import Any

from wtforms import Form, MultipleFileField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.audit import record
from backoffice.core.open import note_event
from backoffice.core.party import Party
from backoffice.core.public import final_decision
from backoffice.core.queue import PartyAct
from backoffice.core.text import N_
from backoffice.queues.party_form import PartyForm
from backoffice.queues.standard_forms import long_text
from backoffice.queues.tickets.replying import MERGED, SOLVED, receive_message
from backoffice.queues.tickets.thread import told_messages
from config.settings import get_settings

RATINGS = {
    5: N_("5, very good"),
    4: N_("4, good"),
    3: N_("3, so-so"),
    2: N_("2, bad"),
    1: N_("1, very bad"),
}


class WriteForm(PartyForm):
    """A message, with documents."""

    body = long_text(N_("Your message"))
    files = MultipleFileField(N_("Documents"))  # below the text


class RateForm(Form):
    """How good our help was, and why."""

    rating = RadioField(
        N_("Our help was"),
        [InputRequired(N_("Choose an answer."))],
        coerce=int,
        choices=[SelectChoice(number, label) for number, label in RATINGS.items()],
    )
    comment = long_text(N_("What we could do better"), required=False)


def goes_on(context: Context, party: Party) -> bool:
    """Tell whether messages belong here, and not to a ticket that this one was merged into."""
    return context.case.resolution != MERGED


def write(context: Context, party: Party, form: Any) -> None:
    """Take a message; one that is sent again before we answered is taken once."""
    documents = context.data["documents"]
    known = told_messages(context.session, context.subject)
    is_repeat = known and (known[-1].direction, known[-1].body) == ("in", form.body.data)
    if is_repeat and not documents:
        return
    receive_message(
        context.session, context.subject, context.case, party_name=party.name,
        body=form.body.data, channel="portal", documents=documents,
    )  # fmt: skip


def may_rate(context: Context, party: Party) -> bool:
    """Tell whether a ticket is solved for good, and not rated too long ago to change one's mind."""
    case, rated_at = context.case, context.subject.rated_at
    if case.resolution != SOLVED or final_decision(context.session, case) is None:
        return False
    days = get_settings().ticket_rating_days
    return rated_at is None or context.at <= clock.add(rated_at, days, clock.Unit.CALENDAR_DAYS)


def rate(context: Context, party: Party, form: Any) -> None:
    """Keep how we did, in place of what was said before."""
    ticket, case = context.subject, context.case
    ticket.rating, ticket.rating_comment = form.rating.data, form.comment.data
    ticket.rated_at = ticket.rated_at or context.at
    said = {"rating": ticket.rating}
    note_event(context.session, case, context.actor, "rated", internal=True,
               body=ticket.rating_comment, values=said)  # fmt: skip
    record(context.session, stream=case.stream, verb="ticket.rated", actor=context.actor,
           detail={**said, "comment": ticket.rating_comment})  # fmt: skip


PARTY_ACTS = (
    PartyAct(
        "rate",
        N_("How did we do?"),
        N_("Send my answer"),
        N_("Thank you for telling us."),
        fits=may_rate,
        take=rate,
        form=RateForm,
    ),
    PartyAct(
        "reply",
        N_("Write to us"),
        N_("Send my message"),
        N_("We have received your message. Thank you."),
        fits=goes_on,
        take=write,
        form=WriteForm,
        hint=N_("It reaches the same people, with all that was written before."),
    ),
)
