"""Where a seller or a notifier stands: recomputed from what was imposed, never a bare counter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.marketplace.listing import Listing
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.sanction.impose import Subject, kind_of
from backoffice.marketplace.sanction.model import Sanction, SanctionKind
from backoffice.marketplace.sanction.scale import Threshold, strike_scale

MEASURES_MAX = 100


class Standing(NamedTuple):
    """What counts against somebody now, and the measure that it suggests."""

    warnings: int
    strikes: int
    weight: int
    suggested: Threshold | None


@dataclass(frozen=True)
class Misuse:
    """How often somebody was at fault: in how long, of how many."""

    count: int
    total: int
    window: timedelta | None  # none: ever

    @property
    def ratio(self) -> float | None:
        """Return the share of faults; None where there is nothing to share."""
        return self.count / self.total if self.total else None


def standing(session: Session, subject_kind: str, subject_id: int, at: datetime) -> Standing:
    """Return what stands against a subject at a moment: strikes expire, warnings do not.

    Where a suspension is suggested and no warning stands, the warning is suggested first.
    """
    return standings(session, subject_kind, [subject_id], at)[subject_id]


def standings(
    session: Session, subject_kind: str, subject_ids: Collection[int], at: datetime
) -> dict[int, Standing]:
    """Return what stands against each of many subjects, asked for at once."""
    is_warning = Sanction.kind == SanctionKind.WARNING
    is_strike = (Sanction.kind == SanctionKind.STRIKE) & (Sanction.ends_at > at)
    rows = session.execute(
        select(
            Sanction.subject_id,
            func.count().filter(is_warning),
            func.count().filter(is_strike),
            func.coalesce(func.sum(Sanction.weight).filter(is_strike), 0),
        )
        .where(Sanction.subject_kind == subject_kind, Sanction.subject_id.in_(subject_ids))
        .where(Sanction.lifted_at.is_(None), Sanction.starts_at <= at)
        .group_by(Sanction.subject_id)
    )
    found = {subject_id: _standing(*counts) for subject_id, *counts in rows}
    return {one: found.get(one) or _standing(0, 0, 0) for one in subject_ids}


def _standing(warnings: int, strikes: int, weight: int) -> Standing:
    suggested = strike_scale().suggested(weight)
    if suggested and suggested.kind == SanctionKind.SUSPENSION and not warnings:
        suggested = suggested.model_copy(update={"kind": SanctionKind.WARNING, "days": 0})
    return Standing(warnings, strikes, weight, suggested)


def measures_of(session: Session, subject_kind: str, subject_id: int) -> Sequence[Sanction]:
    """Return every measure that a subject was given, the newest first: lapsed and lifted too."""
    return session.scalars(
        select(Sanction)
        .where(Sanction.subject_kind == subject_kind, Sanction.subject_id == subject_id)
        .order_by(Sanction.id.desc())
        .limit(MEASURES_MAX)
    ).all()


def misuse_of(session: Session, subject: Subject, at: datetime, window: timedelta) -> Misuse:
    """Return what the first two factors of a suspension rest on.

    Of a seller: warnings and strikes, of the listings that came in the window. Of a notifier:
    manifestly unfounded notices, of all that were ever decided.
    """
    if isinstance(subject, Notifier):
        total = subject.upheld_count + subject.dismissed_count + subject.unfounded_count
        return Misuse(subject.unfounded_count, total, None)
    faults = Sanction.of(kind_of(subject), subject.id).where(
        Sanction.kind.in_((SanctionKind.WARNING, SanctionKind.STRIKE)),
        Sanction.starts_at > at - window,
    )
    count = session.scalar(faults.with_only_columns(func.count())) or 0
    offered = select(func.count()).where(
        Listing.seller_id == subject.id, Listing.created_at > at - window
    )
    return Misuse(count, session.scalar(offered) or 0, window)
