"""A ticket opened by an e-mail, and the guard against two robots that answer each other."""

import re
from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.text import text
from backoffice.intake.inbound import InboundMail, Outcome
from backoffice.intake.mail.enclosed import Enclosed, body_of, record_refused
from backoffice.intake.mail.message import InboundMessage
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.queue import QUEUE
from backoffice.queues.tickets.receive import Asked, Received, receive
from backoffice.web.text import say
from config.settings import get_settings

CHANNEL = "email"
COUNTED_WITHIN = timedelta(hours=1)
COMPARED_MAX = 20
PREFIXES = re.compile(r"^(?:(?:re|fwd?|tr|aw|réf?|rép)\s*(?:\[\d+\])?\s*:\s*)+", re.I)


def open_by_mail(session: Session, mail: InboundMessage, enclosed: Enclosed) -> Received:
    """Open a ticket of a person: an address alone proves nothing, so no account is joined."""
    with force_locale(mail.locale):
        subject = mail.subject or say(text("(no subject)"))
    requester = Party("person", 0, mail.name, mail.email, mail.locale)
    received = receive(
        session,
        Asked(requester, subject, body_of(mail, enclosed, mail.locale)),
        actor=Actor("party", None, mail.name),
        channel=CHANNEL,
        documents=enclosed.kept,
        acknowledge=may_be_told(session, mail),
        quoted=mail.quoted,
    )
    record_refused(session, received.case, enclosed.refused)
    return received


def may_be_told(session: Session, mail: InboundMessage) -> bool:
    """Tell whether this sender may be sent one more receipt within the hour."""
    sent = session.scalar(
        select(func.count())
        .select_from(InboundMail)
        .where(InboundMail.from_email == mail.email.lower())
        .where(InboundMail.received_at > now() - COUNTED_WITHIN)
        .where(InboundMail.outcome == Outcome.OPENED)
    )
    return (sent or 0) < get_settings().mail_receipts_per_hour


def last_alike(session: Session, mail: InboundMessage) -> tuple[Ticket, Case] | None:
    """Return the newest open ticket that this address began by e-mail under the same subject."""
    rows = session.execute(
        select(Ticket, Case)
        .join(Case, (Case.subject_id == Ticket.id) & (Case.queue == QUEUE.slug))
        .where(func.lower(Ticket.email) == mail.email.lower())
        .where(Ticket.requester_kind == "person", Case.channel == CHANNEL)
        .where(Case.state != State.CLOSED)
        .order_by(Ticket.id.desc())
        .limit(COMPARED_MAX)
    )
    about = _bare(mail.subject)
    return next(((one, case) for one, case in rows if _bare(one.subject) == about), None)


def _bare(subject: str) -> str:
    return PREFIXES.sub("", subject.strip()).casefold()
