"""Asking the sellers whom a notice is about for their side, each by a link of its own."""

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core.action import Action, Context, Effect, Mail
from backoffice.core.case import State
from backoffice.core.clock import Unit, add, now
from backoffice.core.party import Party
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.parties import about
from backoffice.queues.standard import ask, question_mail
from backoffice.queues.standard_forms import RequestInfoForm
from config.settings import get_settings


class AskSellerForm(RequestInfoForm):
    """What the sellers are asked, until when, and which of them."""

    until = DateField(
        N_("Answer expected by"),
        [InputRequired(N_("Choose a date."))],
        description=N_("The clock stops until then, or until all have answered."),
        default=lambda: add(now(), get_settings().seller_reply_days, Unit.BUSINESS_DAYS).date(),
    )
    fields = None
    sellers = SelectMultipleField(
        N_("Sellers"), [InputRequired(N_("Choose whom to ask."))], coerce=int
    )

    def prepare(self, context: Context) -> None:
        """Offer the sellers behind the targets; all are asked unless chosen otherwise."""
        sellers = sellers_of(context.subject)
        self.sellers.choices = [SelectChoice(one.id, one.display_name) for one in sellers]
        if self.sellers.raw_data is None:
            self.sellers.data = [one.id for one in sellers]


def asked(context: Context) -> list[Party]:
    """Return the sellers whom the form asks."""
    chosen = set(context.data["sellers"])
    return [one.party for one in sellers_of(context.subject) if one.id in chosen]


def _ask(context: Context) -> dict[str, Any]:
    return {"requests": [ask(context, party).id for party in asked(context)]}


def _ask_no_more(context: Context, change: dict[str, Any]) -> None:
    for number in change["requests"]:
        context.session.get_one(InfoRequest, number).withdrawn_at = context.at


def _mails(context: Context) -> Iterable[Mail]:
    for party in asked(context):
        mail = question_mail("notice.seller_asked", context, party)
        yield mail._replace(context={**mail.context, **about(context.subject, party)})


ASK_SELLER = Action(
    "ask_seller",
    N_("Ask the seller"),
    AskSellerForm,
    states=frozenset({State.OPEN}),
    fits=lambda notice: bool(sellers_of(notice)),
    effects=(Effect("ask_sellers", _ask, _ask_no_more),),
    state_after=State.WAITING,
    event="notice.seller_asked",
    mails=_mails,
    stops_clock=True,
    hotkey="s",
    icon="chat",
    submit=N_("Ask and take the next"),
)
