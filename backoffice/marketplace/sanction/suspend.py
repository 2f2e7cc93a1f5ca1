"""Suspensions: of a seller, of a notifier; never without an earlier warning and four factors."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backoffice.core.lock import lock
from backoffice.core.refusal import NotPossible
from backoffice.core.text import N_, text
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.sanction.impose import Basis, Change, Subject, impose, kind_of
from backoffice.marketplace.sanction.model import Sanction, SanctionKind
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from config.settings import get_settings

FACTORS = {
    "number": N_("How many, in what time"),
    "share": N_("What share of everything sent"),
    "gravity": N_("How grave, with what consequences"),
    "intention": N_("With what intention, as far as it shows"),
}
"""What is weighed before a suspension (DSA art. 23(3)), by its name in `Sanction.factors`."""

UNWARNED = N_("A suspension needs an earlier warning that stands: there is none. Warn first.")


def suspend_seller(
    session: Session, seller: Seller, until: datetime, factors: Mapping[str, str], basis: Basis
) -> Change:
    """Suspend a seller until a date; raises NotPossible without a warning and the factors."""
    lock(session, seller)
    if seller.status not in (SellerStatus.ACTIVE, SellerStatus.SUSPENDED):
        raise NotPossible(text("Only a seller who may sell can be suspended."))
    weighed = _weighed(session, seller, until, factors, basis)
    before = set_status(seller, SellerStatus.SUSPENDED, at=basis.at)
    return _suspend(session, seller, until, weighed, basis, before=before)


def suspend_notifier(
    session: Session, notifier: Notifier, until: datetime, factors: Mapping[str, str], basis: Basis
) -> Change:
    """Take no notices of a notifier until a date (DSA art. 23(2)); raises NotPossible as above."""
    lock(session, notifier)
    weighed = _weighed(session, notifier, until, factors, basis)
    notifier.suspended_until = max(until, notifier.suspended_until or until)
    return _suspend(session, notifier, until, weighed, basis)


def _suspend(
    session: Session,
    subject: Subject,
    until: datetime,
    weighed: dict[str, str],
    basis: Basis,
    **more: object,
) -> Change:
    kind = SanctionKind.SUSPENSION
    return impose(session, subject, kind, basis, ends_at=until, applied_at=basis.at,
                  factors=weighed, **more)  # fmt: skip


def _weighed(
    session: Session, subject: Subject, until: datetime, factors: Mapping[str, str], basis: Basis
) -> dict[str, str]:
    """Return the factors, trimmed; raises NotPossible where a suspension may not be."""
    days = get_settings().suspension_days_max
    if not basis.at < until <= basis.at + timedelta(days=days):
        raise NotPossible(
            text("Give a suspension an end to come, within %(days)s days.", days=days)
        )
    weighed = {name: factors.get(name, "").strip() for name in FACTORS}
    for name, words in weighed.items():
        if not words:
            raise NotPossible(
                text("Write down all that is weighed: “%(factor)s” is empty.",
                     factor=text(FACTORS[name]))
            )  # fmt: skip
    warned = Sanction.of(kind_of(subject), subject.id).where(
        Sanction.kind == SanctionKind.WARNING, Sanction.notified_at <= basis.at
    )
    if session.scalars(warned.limit(1)).first() is None:
        raise NotPossible(text(UNWARNED))
    return weighed
