"""Contesting a decision: whether a party still may, and the case that this opens."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.audit import record
from backoffice.core.case import Case, CaseLink
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.guard import lock_case
from backoffice.core.link import Scope, give_link
from backoffice.core.open import note_event, open_case
from backoffice.core.outbox import put_mail
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.public import final_decision, telling_decision
from backoffice.core.queue import QUEUES, queue_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.queues.appeals.model import Appeal
from config.settings import get_settings

SLUG = "appeals"


def appeal_of(session: Session, decision: Decision, party: Party) -> Appeal | None:
    """Return this party's appeal against this decision."""
    return session.scalars(
        select(Appeal).where(
            Appeal.decision_id == decision.id,
            Appeal.party_kind == party.kind,
            Appeal.party_id == party.id,
        )
    ).first()


def deciders(session: Session, case: Case, but_by: Case | None = None) -> tuple[int, ...]:
    """Return who decided or confirmed on a case; none of them may judge the appeal.

    Decisions that the appeal `but_by` itself made are left out.
    """
    own = select(Decision.id).where(Decision.case_id == (but_by.id if but_by else None))
    rows = session.execute(
        select(Decision.actor_id, Decision.confirmed_by_id).where(
            Decision.case_id == case.id,
            Decision.resolution.is_not(None),
            Decision.state.in_((DecisionState.EXECUTED, DecisionState.SUPERSEDED)),
            or_(Decision.part_of_id.is_(None), Decision.part_of_id.not_in(own)),
        )
    )
    return tuple(sorted({person for row in rows for person in row if person}))


def why_not(session: Session, decision: Decision, party: Party, at: datetime) -> Text | None:
    """Return why this party may not contest this decision, or None when it may."""
    case = decision.case
    known = final_decision(session, case)
    if known is None:
        return text("We are examining this case again: wait for the new decision.")
    if telling_decision(session, known, party) is not decision:
        return text("A newer decision replaced this one: use the link of our latest e-mail.")
    if appeal_of(session, decision, party):
        return text("You have already contested this decision: it is examined once.")
    return _closed_to(decision, party, at)


def _closed_to(decision: Decision, party: Party, at: datetime) -> Text | None:
    """Return why nobody, or not this party, may contest this decision, or no longer."""
    if decision.appeal_until is None:
        return text("This decision closes our internal procedure.")
    if decision.statements and not decision.told(party.kind, party.id):
        return text("This decision takes no measure against you: there is nothing to contest.")
    if decision.appeal_until < at:
        return text("The time to contest this decision with us has passed.")
    return None


def contest(
    session: Session, decision: Decision, party: Party, body: str, measures: Sequence[int] = (),
    *, opened_by: Actor | None = None, received_at: datetime | None = None,
) -> Case:  # fmt: skip
    """Open the appeal of a party against a decision; raises NotPossible with the reason.

    `measures` are the numbers of the statements it contests; none: the whole decision.
    `opened_by` is who of the staff opens it for a party that contested otherwise, at `received_at`.
    """
    first = lock_case(session, decision.case.reference)
    session.refresh(decision)
    at = received_at or clock.now()
    if (refused := why_not(session, decision, party, at)) is not None:
        raise NotPossible(refused)
    appeal = Appeal(
        decision=decision,
        first_case=first,
        seller_id=party.id if party.kind == "seller" else first.seller_id,
        party_kind=party.kind,
        party_id=party.id,
        party_name=party.name,
        party_email=party.email,
        locale=party.locale,
        text=body,
        measures=list(measures),
        received_at=at,
    )
    session.add(appeal)
    session.flush()
    actor = Actor("party", party.id, party.name)
    case = open_case(
        session, QUEUES[SLUG], appeal, actor=opened_by or actor,
        channel="staff" if opened_by else "portal", received_at=at, barred=deciders(session, first),
    )  # fmt: skip
    _mark(session, first, case, decision, actor)
    _acknowledge(session, case, appeal)
    return case


def _mark(session: Session, first: Case, case: Case, decision: Decision, actor: Actor) -> None:
    """Tie the appeal to the first case, which from now on says that it is contested."""
    session.add(CaseLink(from_id=first.id, to_id=case.id, relation="appeal"))
    first.flag("appealed")
    first.version += 1
    values = {"appeal": case.reference}
    note_event(session, first, actor, "appealed", decision_id=decision.id, values=values)
    record(
        session,
        stream=first.stream,
        verb=f"{queue_of(first).noun}.appealed",
        actor=actor,
        detail={"decision": decision.id, "version": first.version, **values},
    )


def _acknowledge(session: Session, case: Case, appeal: Appeal) -> None:
    """Owe the receipt, with a link by which the appellant follows the appeal."""
    months = get_settings().appeal_months
    link = give_link(
        session,
        case,
        party=(appeal.party_kind, appeal.party_id),
        scope=Scope.ANSWER,
        expires_at=clock.add(case.due_at, months, clock.Unit.MONTHS),
    )
    put_mail(
        session,
        event="appeal.received",
        to=appeal.party_email,
        locale=appeal.locale,
        context={
            "recipient": appeal.party_name,
            "reference": case.reference,
            "title": QUEUES[SLUG].title_for(
                Context(session, case, appeal, SYSTEM, case.received_at), appeal.party
            ),
            "about": appeal.first_case.reference,
            "due_at": case.due_at.isoformat(),
            "portal": link.id,
        },
        case_id=case.id,
    )
