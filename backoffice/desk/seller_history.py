"""What happened to a seller: changes of its profile, its status and its plan."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan import Subscription
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.sanction import NAMES, SubjectKind, measures_of
from backoffice.marketplace.sanction.model import Sanction, SanctionKind
from backoffice.marketplace.seller import Seller, SellerHistory

SHOWN_MAX = 100


class Happened(NamedTuple):
    """One line: when, in words; for the profile, each field with its old and its new value."""

    at: datetime
    words: str | Text
    icon: str = "edit"
    tone: str = ""
    changes: Mapping[str, Any] | None = None


def history_of(session: Session, seller: Seller) -> list[Happened]:
    """Return the newest of what happened to a seller."""
    lines = [
        Happened(seller.created_at, N_("First registration received"), "plus"),
        *_status(seller),
        *_profile(session, seller),
        *_plans(session, seller),
    ]
    for measure in measures_of(session, SubjectKind.SELLER, seller.id):
        lines += _measure(measure)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN_MAX]


def _status(seller: Seller) -> Iterator[Happened]:
    if seller.approved_at:
        yield Happened(seller.approved_at, N_("Registration approved"), "check", "ok")


def _profile(session: Session, seller: Seller) -> Iterator[Happened]:
    rows = session.scalars(
        select(SellerHistory)
        .where(SellerHistory.seller_id == seller.id)
        .order_by(SellerHistory.id.desc())
        .limit(SHOWN_MAX)
    )
    for row in rows:
        yield Happened(row.at, N_("Profile changed"), changes=row.changes)


def _plans(session: Session, seller: Seller) -> Iterator[Happened]:
    for row in session.scalars(select(Subscription).where(Subscription.seller_id == seller.id)):
        yield Happened(row.starts_at, text("Plan %(plan)s begins", plan=row.plan.name), "euro")
        if row.ends_at:
            yield Happened(row.ends_at, text("Plan %(plan)s ends", plan=row.plan.name), "euro")


def _measure(measure: Sanction) -> Iterator[Happened]:
    kind = SanctionKind(measure.kind)
    name = text(NAMES[kind]).to_json()
    yield Happened(measure.starts_at, NAMES[kind], "lock", "bad")
    if kind == SanctionKind.TERMINATION and measure.applied_at not in (None, measure.starts_at):
        yield Happened(measure.applied_at, N_("The account has ended"), "x", "bad")
    if measure.ended_at:
        yield Happened(measure.ended_at, N_("The suspension has ended"), "back", "ok")
    if measure.lifted_at:
        yield Happened(measure.lifted_at, text("Taken back: %(measure)s", measure=name), "back")
