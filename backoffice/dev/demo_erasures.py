"""The demo's deletion requests: asked, verified, delayed by what is in the way, ended otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case, State
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.decision import Reason
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.dev.demo_cases import backdate
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.erasures.receive import Asked, receive
from backoffice.staff.model import Staff

VERIFIED = {"how": "signed_in"}


def demo_erasures(session: Session, deciders: Iterator[Staff]) -> None:
    """Let a seller and buyers ask: one of them is in dispute, and three have no other request."""
    disputing, *buyers = _buyers(session)
    seller = select(Seller).where(Seller.status == SellerStatus.ACTIVE).order_by(Seller.id).limit(1)
    _granted(session, disputing, next(deciders).actor)
    _refused(session, buyers[0], next(deciders).actor)
    _withdrawn(session, buyers[1], next(deciders).actor)
    _ask(session, session.scalars(seller).one().party, 70, "close",
         "Nous cessons notre activité à la fin du mois.")  # fmt: skip
    case = _ask(session, buyers[2], 30, "erase", "Merci d’effacer toutes mes données.")
    _act(session, case, "verify", next(deciders).actor, VERIFIED)
    for party in buyers[3:]:
        _ask(session, party, 3, "both", "Je ne commande plus chez vous.",
             asked_by="bureau@courriel.example")  # fmt: skip


def _buyers(session: Session) -> list[Party]:
    """Return five buyers, first one whose dispute is open: it delays what she asks for."""
    its = (Case.queue == "disputes") & (Case.subject_id == Dispute.id)
    is_open = (
        select(Dispute.id).join(Case, its)
        .where(Dispute.buyer_id == Buyer.id, Case.state != State.CLOSED).exists()
    )  # fmt: skip
    rows = session.scalars(select(Buyer).order_by(is_open.desc(), Buyer.id.desc()).limit(5))
    return [one.party for one in rows]


def _ask(
    session: Session, party: Party, hours_ago: int, kind: str, words: str, asked_by: str = ""
) -> Case:
    at = clock.now() - timedelta(hours=hours_ago)
    asked = Asked(party, kind, words, asked_by=asked_by, received_at=at)
    return receive(session, asked, actor=SYSTEM, channel="api").case


def _granted(session: Session, party: Party, actor: Actor) -> None:
    """Grant one: it is done once the dispute is over."""
    case = _ask(session, party, 240, "both", "Fermez mon compte et effacez mes données.")
    _act(session, case, "verify", actor, VERIFIED)
    _act(session, case, "accept", actor, {"facts": ""})
    _date(session, case, 200)


def _refused(session: Session, party: Party, actor: Actor) -> None:
    """Refuse one whose holder was never shown to be the one who asks."""
    case = _ask(session, party, 300, "erase", "Effacez tout, immédiatement.",
                asked_by="inconnu@courriel.example")  # fmt: skip
    reason = session.scalars(select(Reason).where(Reason.code == "erasure_identity")).one()
    facts = "Le titulaire du compte n’a pas confirmé la demande."
    _act(session, case, "refuse", actor, {"reasons": [reason.id], "facts": facts})
    _date(session, case, 180)


def _withdrawn(session: Session, party: Party, actor: Actor) -> None:
    case = _ask(session, party, 160, "close", "Je veux partir.")
    _act(session, case, "withdraw", actor, {"how": "ticket", "facts": ""})
    _date(session, case, 90)


def _act(session: Session, case: Case, name: str, actor: Actor, data: dict[str, Any]) -> None:
    claim(session, case, actor)
    decide(session, case.reference, name, actor=actor, data=data, version=case.version)


def _date(session: Session, case: Case, hours_ago: int) -> None:
    """Make it as if it had been decided then, and everybody had been told."""
    at = clock.now() - timedelta(hours=hours_ago)
    backdate(session, case, case.received_at, at)
    session.execute(delete(OutboxMessage).where(OutboxMessage.case_id == case.id))
