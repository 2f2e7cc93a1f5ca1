"""Appeals for tests: a decided registration, the link of its mail, the appeal against it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.core.link import PortalLink
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import Actor
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.secrets import token
from backoffice.queues.appeals.contest import contest
from backoffice.queues.registrations.traceability import ITEMS
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff

APPROVAL = {f"trace_{item}": "verified" for item in ITEMS} | {
    f"why_{item}": "Pièces relues." for item in ITEMS
}
OVERTURN = {
    "facts": "Le mandat était joint.",
    "instead": "approve",
    **{f"approve-{name}": value for name, value in APPROVAL.items()},
}


def registration_case(session: Session, **changes) -> Case:
    """Open a registration of a company of its own, without documents."""
    return make_registration(session, documents=[], **changes).case


def refusal(session: Session, code: str = "identity_mismatch") -> dict:
    """Return what the form of a refusal says."""
    reason = session.scalars(select(Reason).where(Reason.code == code)).one()
    return {"reasons": [reason.id], "facts": "Le registre nomme une autre gérante."}


def act(session: Session, case: Case, action: str, actor: Actor, data=None, **more):
    """Claim the case if it is waiting for somebody, and take an action on it."""
    if case.state in ("open", "waiting") and case.holder_id is None:
        claim(session, case, actor)
    return decide(
        session, case.reference, action, actor=actor, data=data or {}, version=case.version, **more
    )


def pass_undo(session: Session, *decisions: Decision) -> None:
    """Let the time to undo pass."""
    for decision in decisions:
        decision.undo_until = now() - timedelta(seconds=1)
    session.flush()


def refused_by(session: Session, actor: Actor) -> Decision:
    """Refuse a new registration for good."""
    decision = act(session, registration_case(session), "reject", actor, refusal(session))
    pass_undo(session, decision)
    return decision


def link_of(session: Session, decision: Decision) -> PortalLink:
    """Return the link that the mail of this decision carries."""
    return session.scalars(select(PortalLink).where(PortalLink.decision_id == decision.id)).one()


def path_of(link: PortalLink) -> str:
    """Return the address that a link opens."""
    return f"/p/{token('p', link.id)}"


def party_of(session: Session, case: Case):
    """Return the party at the other end of a case."""
    return queue_of(case).party(session, subject_of(session, case))


def appeal_against(session: Session, decision: Decision, body: str = "La gérante est ma mère."):
    """Contest a decision as its party; returns the appeal's case."""
    return contest(session, decision, party_of(session, decision.case), body)


def rows_of(session: Session, decision: Decision) -> list[OutboxMessage]:
    """Return what leaves with a decision."""
    rows = select(OutboxMessage).where(OutboxMessage.decision_id == decision.id)
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


def amendment(session: Session) -> dict:
    """Return what the form of an amended refusal says."""
    data = refusal(session, "documents_missing")
    return {
        "facts": "Le mandat est valable, mais il manque une pièce.",
        "instead": "reject",
        "reject-reasons": data["reasons"],
        "reject-facts": "L’extrait manque.",
    }


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    moderator = make_staff(session, role="moderator").actor
    return appeal_against(session, refused_by(session, moderator))
