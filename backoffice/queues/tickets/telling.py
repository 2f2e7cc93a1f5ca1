"""What the requester of a ticket is told by e-mail."""

from collections.abc import Iterable
from typing import Any

from backoffice.core import clock
from backoffice.core.action import Context, Mail
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.receive import link_of
from backoffice.queues.tickets.thread import case_of, last_incoming, messages_of
from config.settings import get_settings


def replied_mail(context: Context) -> Iterable[Mail]:
    """Send our text, above what the requester wrote last."""
    yield _mail("ticket.replied", context, **_said(context), **_quoted(context))


def solved_mail(context: Context) -> Iterable[Mail]:
    """Tell that the ticket is closed, and ask how we did."""
    until = clock.add(context.at, get_settings().ticket_reopen_days, clock.Unit.CALENDAR_DAYS)
    yield _mail("ticket.solved", context, **_said(context), **_quoted(context),
                reopen_until=until.isoformat())  # fmt: skip


def merged_mail(context: Context) -> Iterable[Mail]:
    """Tell under which reference the ticket goes on, with the way there."""
    other = context.session.get_one(Ticket, context.subject.merged_into_id)
    case = case_of(context.session, other)
    mail = _mail("ticket.merged", context)
    there = link_of(context.session, case, other, context.decision.id if context.decision else None)
    words = {"into": case.reference, "into_title": other.subject, "portal": there}
    yield mail._replace(context={**mail.context, **words})


def _mail(event: str, context: Context, **words: Any) -> Mail:
    ticket: Ticket = context.subject
    decision_id = context.decision.id if context.decision else None
    known = {
        "recipient": ticket.name,
        "reference": context.case.reference,
        "title": ticket.subject,
        "portal": link_of(context.session, context.case, ticket, decision_id),
    }
    return Mail(event, ticket.email, ticket.locale, {**known, **words})


def opened_mail(context: Context) -> Mail:
    """Return the e-mail by which we write to somebody who had asked nothing."""
    return _mail("ticket.opened", context, **_said(context))


def _said(context: Context) -> dict[str, Any]:
    files = [one.filename for one in context.data.get("files") or ()]
    return {"text": context.data["body"], "files": files}


def _quoted(context: Context) -> dict[str, Any]:
    """Return what the requester wrote last, as the mail quotes it."""
    last = last_incoming(messages_of(context.session, context.subject))
    return {"quoted": last.body, "quoted_at": last.at.isoformat()} if last else {}
