"""Ending the suspensions of a seller before their day, by a decision; and letting them run on."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.lock import lock
from backoffice.marketplace.sanction.impose import Change
from backoffice.marketplace.sanction.model import Sanction, SanctionKind, SubjectKind
from backoffice.marketplace.seller import Seller, SellerStatus, restore_status, set_status


def end_suspensions(session: Session, seller: Seller, at: datetime) -> Change:
    """End what suspends a seller, who may sell again; returns what to give `run_on`."""
    lock(session, seller)
    rows = Sanction.of(SubjectKind.SELLER, seller.id).where(
        Sanction.kind == SanctionKind.SUSPENSION, Sanction.ended_at.is_(None)
    )
    running = session.scalars(rows.with_for_update()).all()
    for sanction in running:
        sanction.ended_at = at
    change: dict[str, Any] = {"sanctions": [one.id for one in running]}
    if seller.status == SellerStatus.SUSPENDED:
        change["status"] = set_status(seller, SellerStatus.ACTIVE, at=at)
    return change


def run_on(session: Session, seller: Seller, change: Change) -> None:
    """Take an early end back: the suspensions run on, the seller is as it was before."""
    lock(session, seller)
    for number in change["sanctions"]:
        lock(session, session.get_one(Sanction, number)).ended_at = None
    if "status" in change:
        restore_status(seller, change["status"])
