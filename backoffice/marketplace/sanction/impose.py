"""Warnings and strikes, and what every measure is recorded with.

Each measure is a function that changes what it says and returns what to give `lift`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.clock import add_months
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.sanction.model import Sanction, SanctionKind, SubjectKind
from backoffice.marketplace.sanction.scale import strike_scale
from backoffice.marketplace.seller import Seller
from config.settings import get_settings

Subject = Seller | Notifier
Change = dict[str, Any]


@dataclass(frozen=True)
class Basis:
    """What a measure rests on: the decision, its reasons, and when it was taken."""

    at: datetime
    case_id: int | None = None
    decision_id: int | None = None
    reason_codes: Sequence[str] = ()

    @classmethod
    def of(cls, context: Context) -> Self:
        """Return what a measure rests on that the context's decision takes."""
        decision = context.decision
        assert decision is not None  # noqa: S101 (measures are taken by a decision)
        codes = tuple(reason.code for reason in decision.reasons)
        return cls(context.at, context.case.id, decision.id, codes)

    @property
    def notified_at(self) -> datetime:
        """Return when its party is told: once it can no longer be undone."""
        return self.at + timedelta(seconds=get_settings().undo_seconds)


def warn(session: Session, subject: Subject, basis: Basis) -> Change:
    """Record a warning."""
    return impose(session, subject, SanctionKind.WARNING, basis)


def strike(session: Session, subject: Subject, basis: Basis) -> Change:
    """Record a strike, weighed by its gravest reason; it expires by itself."""
    ends_on = add_months(basis.at.date(), get_settings().strike_months)
    return impose(
        session,
        subject,
        SanctionKind.STRIKE,
        basis,
        weight=strike_scale().weight_of(basis.reason_codes),
        ends_at=datetime.combine(ends_on, basis.at.timetz()),
    )


def carry_over(session: Session, change: Change, basis: Basis) -> None:
    """Let a measure that stays rest on another decision; its dates stay what they are."""
    sanction = session.get_one(Sanction, change["sanction"], with_for_update=True)
    sanction.decision_id, sanction.reason_codes = basis.decision_id, list(basis.reason_codes)
    if sanction.kind == SanctionKind.STRIKE:
        sanction.weight = strike_scale().weight_of(basis.reason_codes)


def impose(
    session: Session, subject: Subject, kind: SanctionKind, basis: Basis, **more: Any
) -> Change:
    """Keep a measure; returns what to give `lift`."""
    sanction = Sanction(
        subject_kind=kind_of(subject),
        subject_id=subject.id,
        kind=kind,
        reason_codes=list(basis.reason_codes),
        case_id=basis.case_id,
        decision_id=basis.decision_id,
        starts_at=basis.at,
        notified_at=basis.notified_at,
        **more,
    )
    session.add(sanction)
    session.flush()
    return {"sanction": sanction.id}


def kind_of(subject: Subject) -> SubjectKind:
    """Return how sanctions name whom they hit."""
    return SubjectKind.SELLER if isinstance(subject, Seller) else SubjectKind.NOTIFIER
