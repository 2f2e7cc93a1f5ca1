"""Decided notices for tests: what the form of an uphold says, and decisions that were told."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.core.link import PortalLink
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.permissions import Actor
from backoffice.marketplace.listing import Listing
from backoffice.marketplace.sanction import Basis, warn
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.parties import notifier_party
from tests.factories.appeal import act
from tests.factories.notice import make_notice, make_online
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

FACTS = "Le titre et la photo montrent le signe TERRABELLE."
FACTORS = {
    "number": "Deux en un mois.",
    "share": "Deux annonces sur trois.",
    "gravity": "Des contrefaçons.",
    "intention": "Prévenu, il a recommencé.",
}


class Reported(NamedTuple):
    """A notice about two listings of Anna and one of Boris."""

    notice: Notice
    case: Case
    anna: Seller
    boris: Seller
    first: Listing
    second: Listing
    other: Listing


def make_reported(session: Session, **changes: Any) -> Reported:
    """Report two listings of one seller and one of another together."""
    anna = make_seller(session, company__trade_name="Poterie Anna")
    boris = make_seller(session, company__trade_name="Boutique Boris")
    first, second, other = (
        make_online(session, anna, title="Théière d’Anna"),
        make_online(session, anna, title="Bol d’Anna"),
        make_online(session, boris, title="Vase de Boris"),
    )
    notice, case, _ = make_notice(session, first, second, other, **changes)
    return Reported(notice, case, anna, boris, first, second, other)


def uphold_all(session: Session, reported: Reported, actor: Actor, second: Actor) -> Decision:
    """Withdraw and suspend Anna's listings and suspend her; suspend Boris's, and warn him."""
    warned(session, reported.anna)
    until = (now() + timedelta(days=10)).date()
    measures = {
        reported.first: "withdraw_listing",
        reported.second: "suspend_listing",
        reported.other: "suspend_listing",
        reported.anna: suspension(until),
        reported.boris: "warn_seller",
    }
    data = uphold(session, reported.notice, measures)
    return upheld(session, reported.case, data, actor, second)


def reason_id(session: Session, code: str = "notice_trademark") -> int:
    """Return the number of a reason."""
    return session.scalars(select(Reason.id).where(Reason.code == code)).one()


def uphold(
    session: Session, notice: Notice, measures: dict[Listing | Seller, Any], **more: Any
) -> dict[str, Any]:
    """Return what the form of an uphold says: a measure by listing or seller, none for others."""
    data: dict[str, Any] = {"reasons": [reason_id(session)], "facts": FACTS, **more}
    for target in notice.targets:
        data[f"t{target.id}"] = {"outcome": measures.get(target.listing, "none")}
    for seller in sellers_of(notice):
        said = measures.get(seller, "")
        data[f"s{seller.id}"] = said if isinstance(said, dict) else {"measure": said}
    return data


def suspension(until: Any) -> dict[str, Any]:
    """Return what the form says of a seller who is suspended."""
    return {"measure": "suspend_seller", "until": until, **FACTORS}


def warned(session: Session, seller: Seller) -> None:
    """Record an earlier warning, without which nobody may be suspended."""
    warn(session, seller, Basis(now() - timedelta(days=30)))


def told(session: Session, *decisions: Decision) -> None:
    """Let all that decisions owe have left, and the time to undo them have passed."""
    session.flush()
    at = now()
    for decision in decisions:
        decision.undo_until = at
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.decision_id == decision.id)
            .where(OutboxMessage.state == OutboxState.PENDING)
            .values(state=OutboxState.SENT, taken_at=at, sent_at=at)
        )
    session.flush()
    session.expire_all()


def upheld(
    session: Session, case: Case, data: dict[str, Any], actor: Actor | None = None,
    confirmed_by: Actor | None = None,
) -> Decision:  # fmt: skip
    """Uphold a notice for good, by two persons where it asks for them; everybody is told."""
    decision = act(session, case, "uphold", actor or make_staff(session).actor, data)
    if case.state == "held":
        second = confirmed_by or make_staff(session, role="lead").actor
        decide(session, case.reference, "confirm_hold", actor=second, data={},
               version=case.version)  # fmt: skip
    told(session, decision)
    return decision


def seller_link(session: Session, decision: Decision, seller: Seller) -> PortalLink:
    """Return the link by which a seller was told a decision."""
    return _link(session, decision, seller.party.kind, seller.id)


def notifier_link(session: Session, decision: Decision, notice: Notice) -> PortalLink:
    """Return the link by which the notifier was told a decision."""
    party = notifier_party(session, notice)
    return _link(session, decision, party.kind, party.id)


def _link(session: Session, decision: Decision, kind: str, number: int) -> PortalLink:
    links = select(PortalLink).where(
        PortalLink.decision_id == decision.id,
        PortalLink.party_kind == kind,
        PortalLink.party_id == number,
    )
    return session.scalars(links).one()
