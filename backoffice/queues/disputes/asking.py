"""Asking either side for its answer by a date; both may be asked at the same time."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import DateField
from wtforms.validators import InputRequired

from backoffice.core.action import Action, Context, Effect, Mail
from backoffice.core.case import State
from backoffice.core.clock import PARIS, Unit, add, now
from backoffice.core.request import InfoRequest, open_requests
from backoffice.core.text import N_
from backoffice.queues.disputes.matter import about
from backoffice.queues.disputes.parties import SIDES
from backoffice.queues.standard import ask, question_mail
from backoffice.queues.standard_forms import RequestInfoForm
from config.settings import get_settings

WHILE = frozenset({State.OPEN, State.WAITING})


class AskForm(RequestInfoForm):
    """What one side is asked, and until when."""

    until = DateField(
        N_("Answer expected by"),
        [InputRequired(N_("Choose a date."))],
        description=N_("The clock stops until both sides have answered, or the date has passed."),
        default=lambda: (
            add(now(), get_settings().dispute_reply_days, Unit.BUSINESS_DAYS)
            .astimezone(PARIS)
            .date()
        ),
    )
    fields = None

    def prepare(self, context: Context) -> None:
        """Offer nothing to correct: a side answers in its own words, with its evidence."""


def _ask(side: str) -> Callable[[Context], dict[str, Any]]:
    def apply(context: Context) -> dict[str, Any]:
        """Put the question; one that the same side has not answered gives way to it."""
        party = SIDES[side](context.session, context.subject)
        pending = open_requests(context.session, context.case)
        replaced = [one for one in pending if one.is_of(party)]
        for one in replaced:
            one.withdrawn_at = context.at
        request = ask(context, party)
        others = [one.until for one in pending if one not in replaced]
        context.case.waiting_until = max([request.until, *others])
        return {"request": request.id, "instead_of": [one.id for one in replaced]}

    return apply


def _ask_no_more(context: Context, change: dict[str, Any]) -> None:
    context.session.get_one(InfoRequest, change["request"]).withdrawn_at = context.at
    for number in change["instead_of"]:
        context.session.get_one(InfoRequest, number).withdrawn_at = None


def _mails(side: str) -> Callable[[Context], Iterable[Mail]]:
    def mails(context: Context) -> Iterable[Mail]:
        party = SIDES[side](context.session, context.subject)
        mail = question_mail(f"dispute.{side}_asked", context, party)
        yield mail._replace(context={**mail.context, **about(context.subject)})

    return mails


def _asking(side: str, label: str, hotkey: str) -> Action:
    return Action(
        f"ask_{side}",
        label,
        AskForm,
        states=WHILE,
        effects=(Effect(f"ask_{side}", _ask(side), _ask_no_more),),
        state_after=State.WAITING,
        event=f"dispute.{side}_asked",
        mails=_mails(side),
        stops_clock=True,
        hotkey=hotkey,
        icon="chat",
    )


ASK_BUYER = _asking("buyer", N_("Ask the buyer"), "b")
ASK_SELLER = _asking("seller", N_("Ask the seller"), "s")
