"""Tickets that the staff opens: what somebody said by telephone, or a first message of ours."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.answer import Sent
from backoffice.core.case import State
from backoffice.core.outbox import put_mail
from backoffice.core.permissions import Actor
from backoffice.queues.tickets.effects import answer_first, await_answer
from backoffice.queues.tickets.receive import Asked, Received, receive
from backoffice.queues.tickets.telling import opened_mail


def write_first(
    session: Session, asked: Asked, *, actor: Actor, documents: Sequence[Sent] = ()
) -> Received:
    """Open a ticket by a message of ours; it waits for an answer, and its second clock stands."""
    received = receive(
        session, asked, actor=actor, channel="staff", documents=documents, acknowledge=False,
        direction="out", author_name=actor.name, staff_id=actor.id,
    )  # fmt: skip
    ticket, case, is_repeat = received
    if is_repeat:
        return received
    data = {"body": asked.body, "files": [one.file for one in documents]}
    context = Context(session, case, ticket, actor, clock.now(), data)
    answer_first(context, ticket)
    await_answer(context)
    case.state, case.paused_at, case.assignee_id = State.WAITING, context.at, actor.id
    mail = opened_mail(context)
    put_mail(session, event="ticket.opened", to=mail.to, locale=mail.locale, context=mail.context,
             case_id=case.id)  # fmt: skip
    return received
