"""The party's answer to a request for information: it gives the case back to who asked."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.execute import restart_clock, resume_clock
from backoffice.core.files import keep
from backoffice.core.guard import lock_case
from backoffice.core.open import note_event, subject_changed
from backoffice.core.outbox import Channel, put_work
from backoffice.core.permissions import Actor
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.core.request import InfoRequest, open_requests
from backoffice.core.text import Text, text
from backoffice.core.uploads import Admitted


class Sent(NamedTuple):
    """A document that came with an answer, and what it is."""

    kind: str
    file: Admitted


def answer(
    session: Session,
    case: Case,
    request: InfoRequest,
    *,
    actor: Actor,
    body: str,
    corrections: dict[str, str],
    documents: Sequence[Sent] = (),
) -> None:
    """Take an answer once; a late one counts while the case waits for somebody.

    The case goes back to who asked once nobody else is still to answer.
    Raises NotPossible, or InvalidFields for corrections that cannot be taken.
    """
    lock_case(session, case.reference)
    session.refresh(request, with_for_update=True)
    if (refused := why_not(session, case, request)) is not None:
        raise NotPossible(refused)
    queue = queue_of(case)
    context = Context(session, case, subject_of(session, case), actor, now())
    if corrections and queue.correct:
        queue.correct(context, corrections)
    keep_sent(session, case, documents, f"{request.asked_of}:{request.asked_of_id}")
    request.answered_at, request.answer, request.corrections = context.at, body, corrections
    session.flush()
    if not open_requests(session, case):
        _give_back(context)
    subject_changed(session, queue, case, context.subject)
    values = {"fields": sorted(corrections), "documents": len(documents)}
    said = "answered" if context.at <= request.until else "answered_late"
    note_event(session, case, actor, said, body=body, values=values)
    record(
        session,
        stream=case.stream,
        verb=f"{queue.noun}.answered",
        actor=actor,
        detail={"request": request.id, "version": case.version, "answer": body, **values},
    )


def keep_sent(
    session: Session, case: Case, documents: Sequence[Sent], sent_by: str,
    uploaded_by: str = "portal",
) -> None:  # fmt: skip
    """Keep what a party sent, and owe the images of its pages."""
    for kind, file in documents:
        kept = keep(
            session, file, kind=kind, uploaded_by=uploaded_by, case_id=case.id, sent_by=sent_by
        )
        put_work(session, Channel.CHECKS, "pages.render", {"attachment_id": kept.id})


def is_asked(session: Session, request: InfoRequest) -> bool:
    """Tell whether the party may know of the question: it can no longer be taken back."""
    if request.withdrawn_at:
        return False
    decision = session.get(Decision, request.decision_id) if request.decision_id else None
    return decision is None or decision.is_final()


def why_not(session: Session, case: Case, request: InfoRequest) -> Text | None:
    """Return why this question can no longer be answered, or None when it can."""
    if request.answered_at:
        return text("We already have your answer to this question.")
    if not is_asked(session, request):
        return text("This question was withdrawn: you need not answer it.")
    if case.state == State.CLOSED:
        return text("We are no longer waiting for an answer on this case.")
    return None


def _give_back(context: Context) -> None:
    """Reopen the case for the person who asked, its clock running on; a held one stays held."""
    case = context.case
    if case.state != State.HELD:
        if queue_of(case).restarts_clock:
            restart_clock(context)
        else:
            resume_clock(context)
        case.state = State.OPEN
        case.waiting_for = case.waiting_until = None
    case.flag("no_reply", on=False)
    case.flag("answered")
