"""What a case opened from a ticket takes along: the conversation, its files, the tie."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import PARIS
from backoffice.core.files import Attachment
from backoffice.core.open import note_event
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.queues.standard_forms import TEXT_MAX
from backoffice.queues.tickets.model import Ticket, TicketMessage
from backoffice.queues.tickets.thread import messages_of


class Source(NamedTuple):
    """The ticket that a case is opened from, with its conversation."""

    case: Case
    ticket: Ticket
    messages: Sequence[TicketMessage]

    @property
    def theirs(self) -> list[TicketMessage]:
        """Return what the requester wrote."""
        return [one for one in self.messages if one.direction == "in" and not one.is_automatic]

    @property
    def words(self) -> str:
        """Return what the requester wrote as one text, as long as a form takes."""
        return "\n\n".join(one.body for one in self.theirs)[:TEXT_MAX]


class Opened(NamedTuple):
    """A case that was opened, and as whose evidence it takes the requester's files, if it does."""

    case: Case
    sent_by: str | None = None
    kind: str = "evidence"


def source_of(session: Session, case: Case, ticket: Ticket) -> Source:
    """Return a ticket with all that was said in it."""
    return Source(case, ticket, messages_of(session, ticket))


def carry(session: Session, source: Source, opened: Opened, actor: Actor) -> None:
    """Tie both cases and bring the conversation along; where they are tied already, do nothing."""
    case, new = source.case, opened.case
    if session.get(CaseLink, (case.id, new.id)):
        return
    session.add(CaseLink(from_id=case.id, to_id=new.id, relation="opened"))
    if opened.sent_by is not None:
        _copy_files(session, source, opened)
    said = {"case": case.reference}
    note_event(session, new, actor, "carried", internal=True, body=_written(source), values=said)
    said = {"case": new.reference}
    note_event(session, case, actor, "case_opened", internal=True, values=said)
    record(session, stream=case.stream, verb="ticket.case_opened", actor=actor, detail=said)


def _written(source: Source) -> str:
    """Return the conversation as text: who wrote when, and what."""
    return "\n\n".join(
        f"{one.author_name}, {one.at.astimezone(PARIS):%d/%m/%Y %H:%M}\n{one.body}"
        for one in source.messages
    )


def _copy_files(session: Session, source: Source, opened: Opened) -> None:
    """Give the new case rows of its own for the requester's files; the bytes are kept once."""
    for file in (file for one in source.theirs for file in one.files if file.storage_key):
        copy = Attachment(
            case_id=opened.case.id,
            kind=opened.kind,
            filename=file.filename,
            declared_content_type=file.declared_content_type,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            storage_key=file.storage_key,
            uploaded_by=file.uploaded_by,
            sent_by=opened.sent_by or "",
        )
        session.add(copy)
        session.flush()
        put_work(session, Channel.CHECKS, "pages.render", {"attachment_id": copy.id})
