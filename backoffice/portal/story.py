"""What a party reads about its case: where it stands, what was said, what was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.answer import is_asked
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision, Statement
from backoffice.core.files import Attachment
from backoffice.core.link import Scope
from backoffice.core.party import Matter, Message, Piece, Side
from backoffice.core.public import final_decision, telling_decision
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_, Text, text
from backoffice.portal.again import SentAgain, may_send_again, told_again
from backoffice.portal.visit import Visit
from backoffice.portal.words import ANSWERED, called, examined, outcome, told_outcome
from backoffice.queues.appeals.contest import why_not
from backoffice.queues.appeals.model import Appeal


class Said(NamedTuple):
    """One thing that one side wrote to the other, and the fields that it asks for or corrects."""

    at: datetime
    is_ours: bool
    body: str
    fields: tuple[str, ...] = ()


class Contested(NamedTuple):
    """An appeal of this party, and its outcome once it may be told."""

    appeal: Appeal
    case: Case
    decision: Decision | None
    outcome: str
    statements: list[Statement]


class Story(NamedTuple):
    """Everything that the page says."""

    heading: str
    called: str
    title: str
    matter: Matter | None
    decision: Decision | None
    statements: list[Statement]
    asked: InfoRequest | None
    requests: list[InfoRequest]
    exchanges: list[Said]
    sent: list[tuple[str, str | Text]]
    documents: list[Attachment]
    sides: Sequence[Side]
    thread: Sequence[Message]
    contested: list[Contested]
    may_contest: bool
    why_not: Text | None
    may_send_again: bool
    again: SentAgain | None


def tell(session: Session, visit: Visit) -> Story:
    """Put together what the visitor may know now; nothing is written."""
    decision = _told(session, visit)
    matter = _matter(session, visit, decision)
    requests = _requests(session, visit)
    asked = _open_one(visit, requests)
    refused = _refusal(session, visit, decision)
    thread = thread_of(session, visit)
    return Story(
        heading=_heading(session, visit, decision, asked, thread),
        called=called(visit.queue.noun, visit.party, visit.queue.title),
        title=matter.title if matter else visit.case.title,
        matter=matter,
        decision=decision,
        statements=decision.told(visit.party.kind, visit.party.id) if decision else [],
        asked=asked,
        requests=requests,
        exchanges=_exchanges(visit, requests),
        sent=_sent(session, visit),
        documents=documents_of(session, visit),
        sides=visit.queue.sides(session, visit.case, visit.subject),
        thread=thread,
        contested=_contested(session, visit),
        may_contest=decision is not None and refused is None,
        why_not=refused,
        may_send_again=may_send_again(session, visit, decision),
        again=told_again(session, visit),
    )


def _told(session: Session, visit: Visit) -> Decision | None:
    """Return the decision that the party was told: later ones that changed nothing for it are not
    its own.
    """
    decision = final_decision(session, visit.case)
    return telling_decision(session, decision, visit.party) if decision else None


def _matter(session: Session, visit: Visit, decision: Decision | None) -> Matter | None:
    context = Context(session, visit.case, visit.subject, visit.actor, now(), decision=decision)
    return visit.queue.matter(context, visit.party)


def documents_of(session: Session, visit: Visit) -> list[Attachment]:
    """Return what the party itself sent to this case, through whichever door."""
    by_party = Attachment.uploaded_by.in_(("api", "portal", "report"))
    is_first = visit.party == visit.queue.party(session, visit.subject)
    mine = Attachment.sent_by.in_([visit.party.ref, *([""] if is_first else [])])
    rows = select(Attachment).where(Attachment.case_id == visit.case.id, by_party, mine)
    return list(session.scalars(rows.order_by(Attachment.id)))


def thread_of(session: Session, visit: Visit) -> Sequence[Message]:
    """Return the conversation with the visitor, where the case is one."""
    told = visit.queue.thread
    return told(session, visit.case, visit.subject, visit.party) if told else ()


def piece_of(session: Session, visit: Visit, number: int) -> Piece | None:
    """Return a piece of evidence that the visitor may look at, whichever side brought it."""
    sides = visit.queue.sides(session, visit.case, visit.subject)
    pieces = (one for side in sides for one in side.pieces)
    return next((one for one in pieces if one.attachment.id == number), None)


def _heading(
    session: Session, visit: Visit, decision: Decision | None, asked: InfoRequest | None,
    thread: Sequence[Message],
) -> str:  # fmt: skip
    noun = visit.queue.noun
    if decision:
        replaced = decision.supersedes_id
        before = session.get(Decision, replaced) if replaced else None
        return told_outcome(noun, decision, visit.party, before)
    if asked:
        return N_("We need something from you")
    if thread and thread[-1].is_ours:
        return ANSWERED.get(noun, N_("We have answered you"))
    return examined(noun, visit.party)


def _requests(session: Session, visit: Visit) -> list[InfoRequest]:
    rows = select(InfoRequest).where(InfoRequest.case_id == visit.case.id).order_by(InfoRequest.id)
    asked = (row for row in session.scalars(rows) if row.is_of(visit.party))
    return [row for row in asked if is_asked(session, row)]


def _open_one(visit: Visit, requests: list[InfoRequest]) -> InfoRequest | None:
    """Return the newest question, while it waits for an answer that this link may give."""
    newest = requests[-1] if requests else None
    may_answer = visit.link.scope == Scope.ANSWER and visit.case.state != State.CLOSED
    return newest if newest and may_answer and newest.answered_at is None else None


def documents_told(session: Session, visit: Visit) -> list[Statement]:
    """Return the statements that the visitor may have as files: of the case, of its appeals."""
    decision = final_decision(session, visit.case)
    told = decision.told(visit.party.kind, visit.party.id) if decision else []
    return [*told, *(one for appeal in _contested(session, visit) for one in appeal.statements)]


def _refusal(session: Session, visit: Visit, decision: Decision | None) -> Text | None:
    if decision is None:
        return None
    if (refused := why_not(session, decision, visit.party, now())) is not None:
        return refused
    if visit.link.scope != Scope.CONTEST or visit.link.decision_id != decision.id:
        return text("To contest this decision, open the link of the e-mail that told it.")
    return None


def _exchanges(visit: Visit, requests: list[InfoRequest]) -> list[Said]:
    """Return what was written, newest first: an appeal's own text is the first of it."""
    said = []
    if isinstance(visit.subject, Appeal):
        said.append(Said(visit.case.received_at, False, visit.subject.text))
    labels = visit.queue.correctable
    for one in requests:
        wanted = tuple(labels[name] for name in one.fields if name in labels)
        said.append(Said(one.asked_at, True, one.question, wanted))
        if one.answered_at:
            mended = tuple(labels[name] for name in one.corrections if name in labels)
            said.append(Said(one.answered_at, False, one.answer, mended))
    return said[::-1]


def _sent(session: Session, visit: Visit) -> list[tuple[str, str | Text]]:
    if visit.party.kind != visit.queue.party(session, visit.subject).kind:
        return []
    labels, sent = visit.queue.correctable, visit.queue.sent(visit.subject)
    said = [(labels[name], value) for name, value in sent.items()]
    return [(label, value) for label, value in (*said, *visit.queue.wrote(visit.subject)) if value]


def _contested(session: Session, visit: Visit) -> list[Contested]:
    party = (visit.party.kind, visit.party.id)
    rows = session.execute(
        select(Appeal, Case)
        .join(Case, (Case.subject_id == Appeal.id) & (Case.queue == "appeals"))
        .where(Appeal.first_case_id == visit.case.id)
        .where(Appeal.party_kind == party[0], Appeal.party_id == party[1])
        .order_by(Appeal.id.desc())
    )
    found = []
    for appeal, case in rows:
        decision = final_decision(session, case)
        said = outcome("appeal", decision) if decision else ""
        told = decision.told(*party) if decision else []
        found.append(Contested(appeal, case, decision, said, told))
    return found
