"""Taking what a party sends: it is done whole, or nothing is and the page says why."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form

from backoffice.core.action import Context
from backoffice.core.answer import answer, keep_sent
from backoffice.core.answer import why_not as why_not_answer
from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.guard import lock_case
from backoffice.core.link import Scope
from backoffice.core.public import final_decision
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import NotFound, NotPossible
from backoffice.core.request import InfoRequest
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.portal.again import sent_again
from backoffice.portal.forms import (
    AnswerForm,
    ContestForm,
    ResubmitForm,
    answer_form,
    contest_form,
    resubmit_form,
)
from backoffice.portal.visit import Visit
from backoffice.queues.appeals.contest import contest
from backoffice.queues.appeals.contest import why_not as why_not_contest
from backoffice.queues.party_form import PartyForm


class Unaccepted(NamedTuple):
    """Why something was not taken; what was typed is in the form, or in `typed`."""

    status: int
    answering: AnswerForm | None = None
    contesting: ContestForm | None = None
    resubmitting: ResubmitForm | None = None
    said: Text | None = None
    typed: str = ""
    acting: tuple[str, Form] | None = None  # the name of the act, and its form


def take_answer(session: Session, visit: Visit, posted: MultiDict[str, Any]) -> Unaccepted | None:
    """Take the answer to the question that the form showed."""
    asked = session.get(InfoRequest, posted.get("request", 0, type=int))
    is_hers = asked is not None and asked.case_id == visit.case.id and asked.is_of(visit.party)
    if asked is None or not is_hers or visit.link.scope != Scope.ANSWER:
        raise NotFound(text("There is no such question."))
    form = answer_form(asked, visit.queue, visit.subject, posted)
    if (said := why_not_answer(session, visit.case, asked)) is not None:
        return Unaccepted(409, said=said, typed=form.answer.data)
    valid = form.validate()
    documents, corrections = form.sent(), form.corrections()
    if valid and not (form.answer.data or corrections or documents or form.errors):
        form.complain("answer", text("Write an answer, correct a field or add a document."))
    if form.errors:
        return Unaccepted(form.status, answering=form)
    try:
        with session.begin_nested():
            answer(
                session,
                visit.case,
                asked,
                actor=visit.actor,
                body=form.answer.data,
                corrections=corrections,
                documents=documents,
            )
    except InvalidFields as refused:
        form.blame(refused.errors, visit.queue.correctable)
        return Unaccepted(422, answering=form)
    except NotPossible as refused:
        return Unaccepted(refused.status, said=refused.said, typed=form.answer.data)
    return None


def take_appeal(session: Session, visit: Visit, posted: MultiDict[str, Any]) -> Unaccepted | None:
    """Take the appeal against the decision that the link was sent with."""
    link = visit.link
    if link.scope != Scope.CONTEST or link.decision_id is None:
        raise NotFound(text("There is no such decision."))
    decision = session.get_one(Decision, link.decision_id)
    form = contest_form(decision.told(visit.party.kind, visit.party.id), posted)
    if (said := why_not_contest(session, decision, visit.party, now())) is not None:
        return Unaccepted(409, said=said, typed=form.why.data)
    form.validate()
    documents = form.sent()
    if form.errors:
        return Unaccepted(form.status, contesting=form)
    try:
        case = contest(session, decision, visit.party, form.why.data, form.chosen)
    except NotPossible as refused:
        return Unaccepted(refused.status, said=refused.said, typed=form.why.data)
    keep_sent(session, case, documents, visit.party.ref)
    return None


def take_resubmission(
    session: Session, visit: Visit, posted: MultiDict[str, Any]
) -> Unaccepted | None:
    """Take a refused subject again, corrected; what was taken already is taken once."""
    link, resubmit = visit.link, visit.queue.resubmit
    if link.scope != Scope.CONTEST or link.decision_id is None or resubmit is None:
        raise NotFound(text("There is no such decision."))
    form = resubmit_form(visit.queue, visit.subject, posted)
    if not form.validate():
        return Unaccepted(form.status, resubmitting=form)
    case = lock_case(session, visit.case.reference)
    if (again := sent_again(session, case)) is not None:
        return None if _says(session, again, form) else _too_late(again, form)
    decision = final_decision(session, case)
    if decision is None or decision.id != link.decision_id:
        said = text("A newer decision replaced this one: use the link of our latest e-mail.")
        return Unaccepted(409, resubmitting=form, said=said)
    context = Context(session, case, visit.subject, visit.actor, now(), decision=decision)
    try:
        with session.begin_nested():
            new = resubmit.send(context, form.corrections())
    except InvalidFields as refused:
        form.blame(refused.errors)
        return Unaccepted(422, resubmitting=form)
    except NotPossible as refused:
        return Unaccepted(refused.status, resubmitting=form, said=refused.said)
    session.add(CaseLink(from_id=case.id, to_id=new.id, relation="earlier"))
    return None


def take_act(session: Session, visit: Visit, posted: MultiDict[str, Any]) -> Unaccepted | None:
    """Do what the queue lets this party do at present; raises NotFound where it has no such act."""
    act = next((one for one in visit.queue.party_acts if one.name == posted.get("do")), None)
    if act is None:
        raise NotFound(text("There is no such thing to do here."))
    form = act.form(posted)
    case = lock_case(session, visit.case.reference)
    context = Context(session, case, visit.subject, visit.actor, now())
    if not act.fits(context, visit.party):
        said = text("This can no longer be done: the page shows how things stand now.")
        return Unaccepted(409, said=said, typed=str(form.data.get("body") or ""))
    valid = form.validate()
    if isinstance(form, PartyForm):
        context.data["documents"] = form.sent()
    if not valid or form.errors:
        return Unaccepted(getattr(form, "status", 422), acting=(act.name, form))
    try:
        with session.begin_nested():
            act.take(context, visit.party, form)
    except InvalidFields as refused:
        for name, said in refused.errors.items():
            form[name].errors = [*form[name].errors, said]
        return Unaccepted(422, acting=(act.name, form))
    except NotPossible as refused:
        return Unaccepted(refused.status, said=refused.said, acting=(act.name, form))
    return None


def _says(session: Session, again: Case, form: ResubmitForm) -> bool:
    """Tell whether what was sent before says all that this form says."""
    sent = queue_of(again).sent(subject_of(session, again))
    return form.typed() == {name: sent.get(name, "").strip() for name in form.asked}


def _too_late(again: Case, form: ResubmitForm) -> Unaccepted:
    said = text(
        "You have sent it again already: it is examined under %(case)s.", case=again.reference
    )
    return Unaccepted(409, resubmitting=form, said=said)
