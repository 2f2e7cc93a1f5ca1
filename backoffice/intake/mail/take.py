"""Taking an e-mail: into the ticket that it answers, or as a new ticket; each mail once."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseLink
from backoffice.core.open import note_event
from backoffice.core.permissions import SYSTEM
from backoffice.intake.inbound import InboundMail, Outcome
from backoffice.intake.mail.asked import answer_request
from backoffice.intake.mail.enclosed import body_of, record_refused, sort_files
from backoffice.intake.mail.message import InboundMessage, read
from backoffice.intake.mail.opening import CHANNEL, last_alike, may_be_told, open_by_mail
from backoffice.intake.mail.place import Place, is_requester, place_of, ticket_of
from backoffice.intake.mail.returned import note_bounce
from backoffice.intake.mail.robots import Kind
from backoffice.queues.tickets.model import Ticket, TicketMessage
from backoffice.queues.tickets.queue import QUEUE
from backoffice.queues.tickets.replying import receive_message

FORGED = "spoofed_reference"


def take_mail(session: Session, raw: bytes, *, size_bytes: int | None = None) -> InboundMail:
    """Take one e-mail; the same again changes nothing and returns what it became.

    `size_bytes` is the size of the whole where `raw` is only the beginning of a mail too large.
    """
    mail = read(raw, is_beginning=size_bytes is not None)
    _wait_for_turn(session, mail)
    known = session.scalars(select(InboundMail).where(InboundMail.digest == mail.digest)).first()
    if known is not None:
        return known
    row = InboundMail(
        digest=mail.digest,
        message_id=mail.message_id,
        from_email=mail.email.lower(),
        size_bytes=size_bytes or len(raw),
        outcome=Outcome.DROPPED,
    )
    if mail.bounce:
        _take_back(session, mail, row)
    else:
        _place(session, mail, row)
    session.add(row)
    session.flush()
    return row


def _wait_for_turn(session: Session, mail: InboundMessage) -> None:
    """Let the mails of one address be taken one after the other, since they are counted."""
    key = func.hashtextextended(f"mail {mail.email.lower()}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def _take_back(session: Session, mail: InboundMessage, row: InboundMail) -> None:
    case = note_bounce(session, mail.bounce) if mail.bounce else None
    if case is not None:
        row.outcome, row.case_id = Outcome.BOUNCED, case.id


def _place(session: Session, mail: InboundMessage, row: InboundMail) -> None:
    """Put an e-mail where it belongs; what a robot wrote about no ticket is dropped."""
    place, is_robot = place_of(session, mail), mail.kind is not Kind.PERSON
    ticket = ticket_of(session, place.case)
    if ticket is not None and place.case is not None:
        row.outcome = Outcome.AUTOMATIC if is_robot else Outcome.ADDED
        _add(session, mail, row, ticket, place.case)
    elif not is_robot:
        _place_elsewhere(session, mail, row, place)


def _place_elsewhere(
    session: Session, mail: InboundMessage, row: InboundMail, place: Place
) -> None:
    """Give an answer to who asked for it; everything else becomes a ticket."""
    enclosed = sort_files(mail, row.size_bytes)
    if place.case is not None and answer_request(session, place.case, mail, enclosed):
        row.outcome, row.case_id = Outcome.ADDED, place.case.id
    elif (
        place == Place() and not may_be_told(session, mail) and (alike := last_alike(session, mail))
    ):
        row.outcome = Outcome.ADDED
        _add(session, mail, row, *alike)
    else:
        received = open_by_mail(session, mail, enclosed)
        row.outcome, row.case_id = Outcome.OPENED, received.case.id
        row.ticket_message_id = _first_message(session, received.ticket.id)
        _relate(session, place, received.case)


def _relate(session: Session, place: Place, case: Case) -> None:
    """Tell the staff of what a new ticket names: another case, or one it could not prove."""
    if place.is_forged:
        case.flag(FORGED)
        note_event(session, case, SYSTEM, FORGED, internal=True)
    if place.case is not None:
        session.add(CaseLink(from_id=place.case.id, to_id=case.id, relation="linked"))


def _add(
    session: Session, mail: InboundMessage, row: InboundMail, ticket: Ticket, case: Case
) -> None:
    """Add the e-mail to a ticket's thread; the address of another writer is shown with it."""
    enclosed, is_hers = sort_files(mail, row.size_bytes), is_requester(ticket, mail)
    message = receive_message(
        session, ticket, case,
        party_name=mail.name,
        body=body_of(mail, enclosed, ticket.locale),
        channel=CHANNEL,
        documents=enclosed.kept,
        quoted=mail.quoted,
        author_email="" if is_hers else mail.email,
        is_automatic=mail.kind is not Kind.PERSON,
        acknowledge=is_hers and may_be_told(session, mail),
    )  # fmt: skip
    # It went to the ticket into which this one was merged, or to one that it began.
    gone_to = select(Case).where(Case.queue == QUEUE.slug, Case.subject_id == message.ticket_id)
    case = session.scalars(gone_to).one()
    row.case_id, row.ticket_message_id = case.id, message.id
    if _first_message(session, message.ticket_id) == message.id:
        row.outcome = Outcome.OPENED
    record_refused(session, case, enclosed.refused)


def _first_message(session: Session, ticket_id: int) -> int | None:
    return session.scalar(
        select(func.min(TicketMessage.id)).where(TicketMessage.ticket_id == ticket_id)
    )
