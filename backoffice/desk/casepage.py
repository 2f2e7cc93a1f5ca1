"""Everything a case page shows, gathered in a fixed number of queries."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import render_template, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from backoffice.core.action import BUSY, Context
from backoffice.core.case import Case, CaseLink, State
from backoffice.core.checks import CheckResult, results_of
from backoffice.core.deadline import Deadline
from backoffice.core.decision import Decision, current_decision
from backoffice.core.files import Attachment
from backoffice.core.queue import QUEUES, Queue, queue_of
from backoffice.core.request import open_requests
from backoffice.core.text import Text
from backoffice.desk.access import case_url_for, readable_queues, scope, view_given
from backoffice.desk.glance import glance
from backoffice.desk.inbox import inbox
from backoffice.desk.listing import names_of, rows_of
from backoffice.desk.neighbours import place
from backoffice.desk.offers import (
    HELD,
    MINOR,
    Attempt,
    Offered,
    context_of,
    offered,
    own_actions,
    replacement,
)
from backoffice.desk.ruling import Ruling, ruling
from backoffice.desk.statements import told_of
from backoffice.desk.timeline import timeline
from backoffice.queues.standard import NOTE, OVERRIDE
from backoffice.web.errors import kept_text
from config.settings import get_settings


class Proof(NamedTuple):
    """What is said beside a field of the subject, and by how a check ended."""

    said: Any
    outcome: str


class Linked(NamedTuple):
    """A case that belongs to this one, and how."""

    case: Case
    queue: Queue
    relation: str


def nothing(session: Session, case: Case) -> dict[str, Any]:
    """Return what a page without more needs."""
    return {}


BESIDE = {"tickets": inbox}
"""By queue, what its page shows that only the desk knows."""


def case_page(case: Case, attempt: Attempt | None = None, said: Text | None = None) -> str:
    """Render a case's page; `said` is why what was attempted was not done."""
    queue = queue_of(case)
    context = context_of(scope(queue), case)
    name = queue.slug.replace("-", "_")
    return render_template(
        [f"queues/{name}.html", "desk/case.html"],
        said=said,
        failed=said is not None,
        attempt=attempt,
        case_url=case_url_for(case.reference),
        undo_seconds=get_settings().undo_seconds,
        **facts(context),
        **hands(context, attempt),
        **queue.evidence(context.session, case, context.subject),
        **BESIDE.get(queue.slug, nothing)(context.session, case),
    )


def facts(context: Context) -> dict[str, Any]:
    """Return what is known of the case."""
    session, case, subject = context.session, context.case, context.subject
    queue = queue_of(case)
    readable = {one.slug for one in readable_queues()}
    view, results = view_given(queue), results_of(session, case)
    return {
        "case": case,
        "queue": queue,
        "subject": subject,
        "row": rows_of(session, queue, [case], context.actor)[0],
        "view": view,
        "place": place(view, case) if "view" in request.values else None,
        "rule": session.get_one(Deadline, case.deadline_id),
        "results": results,
        "proofs": proofs(results),
        "attachments": attachments(session, case),
        "assignee": names_of(session, [case.assignee_id]).get(case.assignee_id),
        "glance": glance(session, case, subject, readable),
        "lines": timeline(session, case),
        "statements": told_of(session, case),
        "links": linked(session, case, readable),
        "questions": open_requests(session, case) if case.state == State.WAITING else [],
    }


def proofs(results: Sequence[CheckResult]) -> dict[str, Proof]:
    """Return what the checks say beside each field; the worst of them where several do."""
    found: dict[str, Proof] = {}
    for result in results:
        for name, said in result.facts.get("fields", {}).items():
            found.setdefault(name, Proof(said, result.outcome))
    return found


def hands(context: Context, attempt: Attempt | None) -> dict[str, Any]:
    """Return what the person may do."""
    minor = offered(context, MINOR, attempt)
    if chosen := _chosen(context, attempt):
        minor = [chosen if one.action is OVERRIDE else one for one in minor]
    offers = offered(context, own_actions(context), attempt)
    note = offered(context, (NOTE,), attempt)
    held = offered(context, HELD, attempt)
    return {
        "offers": offers,
        "minor": minor,
        "note": note[0] if note else None,
        "held": {one.action.name: one for one in held},
        "kept": kept_text(HTTPStatus.CONFLICT) if attempt else [],
        "is_kept_in_form": any(one.is_open for one in (*offers, *minor, *note, *held)),
        "may_claim": may_claim(context),
        "ruling": _ruling(context),
    }


def may_claim(context: Context) -> bool:
    """Tell whether the person may take the case now."""
    case, actor = context.case, context.actor
    is_hers = actor.may(queue_of(case).permission("claim")) and actor.id not in case.barred
    is_for_leads = "escalated" in case.flags
    if is_for_leads and not actor.may(queue_of(case).permission("override")):
        return False
    return is_hers and case.state in BUSY


def _chosen(context: Context, attempt: Attempt | None) -> Offered | None:
    """Return the override whose decision was chosen, by link or in what was posted."""
    posted = attempt if attempt and attempt.name == OVERRIDE.name else None
    name = posted.data.get("action") if posted else request.args.get("override")
    return replacement(context, name, posted) if name else None


def _ruling(context: Context) -> Ruling | None:
    case, session = context.case, context.session
    if case.state == State.HELD:
        return ruling(session, session.get_one(Decision, case.held_decision_id))
    standing = current_decision(session, case) if case.state == State.CLOSED else None
    return ruling(session, standing) if standing else None


def attachments(session: Session, case: Case) -> Sequence[Attachment]:
    """Return the files of a case with the images of their pages."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.case_id == case.id)
        .options(selectinload(Attachment.pages))
        .order_by(Attachment.id)
    ).all()


def linked(session: Session, case: Case, readable: set[str]) -> list[Linked]:
    """Return the cases that belong to this one, in queues one may read."""
    links = session.scalars(
        select(CaseLink).where(or_(CaseLink.from_id == case.id, CaseLink.to_id == case.id))
    ).all()
    other = {one.to_id if one.from_id == case.id else one.from_id: one.relation for one in links}
    if not other:
        return []
    cases = session.scalars(select(Case).where(Case.id.in_(other), Case.queue.in_(readable)))
    return [Linked(one, QUEUES[one.queue], other[one.id]) for one in cases]
