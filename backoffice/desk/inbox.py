"""What the page of a ticket needs besides the case: macros, the draft, who else is here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.deadline import due_for
from backoffice.core.decision import Decision, Statement
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.presence import Draft, draft_of, others_present
from backoffice.core.public import final_decision
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.desk.listing import names_of
from backoffice.notify.statement import text_of
from backoffice.queues.tickets.macros import Run, run
from backoffice.queues.tickets.model import Ticket
from backoffice.queues.tickets.replies import Macro, all_in_force, in_force
from config.settings import get_settings

OTHERS_MAX = 8


def run_macro(
    session: Session, case: Case, ticket: Ticket, code: str, *, posted: Mapping[str, Any],
    actor: Actor, version: int, only_text: bool,
) -> Run:  # fmt: skip
    """Run the macro in force under this code on the draft; raises Failed, or NotPossible."""
    macro = in_force(session, Macro, code)
    if macro is None:
        raise NotPossible(text("There is no such macro any more."))
    draft = draft_of(session, case.id)
    values = values_of(session, case, ticket, actor)
    under_way = Run(session, case, actor, ticket.locale, values, version, posted,
                    body=draft.body if draft else "")  # fmt: skip
    return run(macro, under_way, only_text=only_text)


def values_of(
    session: Session, case: Case, ticket: Ticket, actor: Actor
) -> Mapping[str, Callable[[], str | None]]:
    """Return what the variables of canned replies say on a ticket; asked for one by one."""
    return {
        "requester": lambda: ticket.name,
        "reference": lambda: case.reference,
        "subject": lambda: ticket.subject,
        "seller": lambda: ticket.seller.display_name if ticket.seller else None,
        "order": lambda: ticket.order.external_id if ticket.order else None,
        "agent": lambda: actor.name,
        "brand": lambda: get_settings().brand,
        "statement": lambda: statement_text(session, ticket.requester),
    }


def statement_text(session: Session, party: Party) -> str | None:
    """Return the words of the party's last statement of reasons that stands, if any."""
    rows = session.execute(
        select(Statement, Case)
        .join(Decision, Decision.id == Statement.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Statement.recipient_kind == party.kind, Statement.recipient_id == party.id)
        .where(Case.state == State.CLOSED)
        .order_by(Statement.id.desc())
        .limit(10)
    ).all()
    for statement, case in rows:
        decision = final_decision(session, case)
        if decision is not None and decision.id == statement.decision_id:
            return text_of(statement)
    return None


def inbox(session: Session, case: Case) -> dict[str, Any]:
    """Return what the page of a ticket shows besides the case."""
    draft, ticket = draft_of(session, case.id), session.get_one(Ticket, case.subject_id)
    writer = names_of(session, [draft.staff_id]) if draft else {}
    return {
        "draft": draft,
        "draft_by": writer.get(draft.staff_id) if draft else None,
        "macros": all_in_force(session, Macro),
        "first_due_at": due_for(session, case.queue, "", case.received_at).due_at,
        "others_asked": others_asked(session, ticket),
    }


def others_asked(session: Session, ticket: Ticket) -> Sequence[Case]:
    """Return the newest other tickets of who asked: of the same account or the same address."""
    by_account = and_(
        Ticket.requester_kind == ticket.requester_kind,
        Ticket.requester_id == ticket.requester_id,
    )
    by_mail = func.lower(Ticket.email) == ticket.email.lower()
    return session.scalars(
        select(Case)
        .join(Ticket, (Case.subject_id == Ticket.id) & (Case.queue == "tickets"))
        .where(or_(by_account, by_mail), Ticket.id != ticket.id)
        .order_by(Ticket.id.desc())
        .limit(OTHERS_MAX)
    ).all()


def present(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    """Return who else is before a case, who of them writes, and the draft as it stands."""
    at, others = now(), others_present(session, case.id, actor.id or 0)
    names = names_of(session, [one.staff_id for one in others])
    return {
        "reading": [names[one.staff_id] for one in others if not one.writes(at)],
        "writing": [names[one.staff_id] for one in others if one.writes(at)],
        "draft": told(session, draft_of(session, case.id)),
    }


def told(session: Session, draft: Draft | None) -> dict[str, Any]:
    """Return a draft as its page is told of it."""
    if draft is None:
        return {"version": 0, "body": "", "by": ""}
    by = names_of(session, [draft.staff_id]).get(draft.staff_id, "")
    return {"version": draft.version, "body": draft.body, "by": by}
