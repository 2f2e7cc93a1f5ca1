"""Measures for tests: imposed at moments of one's choice."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.marketplace.sanction import (
    FACTORS,
    Basis,
    Sanction,
    suspend_notifier,
    suspend_seller,
    warn,
)
from backoffice.marketplace.sanction.impose import Change, Subject
from backoffice.marketplace.seller import Seller

DAY = timedelta(days=1)
WEIGHED = dict.fromkeys(FACTORS, "Trois annonces sur quatre, après deux avertissements.")


def ago(days: float) -> Basis:
    """Return what a measure of so many days ago rests on."""
    return Basis(now() - timedelta(days=days))


def suspend(session: Session, subject: Subject, until: datetime, **more: Any) -> Change:
    """Suspend somebody who was warned a month before."""
    basis = more.pop("basis", None) or ago(0)
    warn(session, subject, Basis(basis.at - 30 * DAY))
    apply: Any = suspend_seller if isinstance(subject, Seller) else suspend_notifier
    return apply(session, subject, until, more.pop("factors", WEIGHED), basis)


def row(session: Session, change: Change) -> Sanction:
    """Return the sanction of a change."""
    session.flush()
    return session.get_one(Sanction, change["sanction"])
