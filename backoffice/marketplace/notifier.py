"""Notifiers: who reports, whether their word goes first, and how often they were right."""

import math
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.lock import lock
from backoffice.core.party import Party
from backoffice.core.text import N_
from backoffice.marketplace.contacts import parse_email

PRIVILEGED = 10_000
"""Above every accuracy: a trusted flagger's and an authority's notices come first (DSA art. 22)."""

OUTCOMES_MIN = 6  # fewer say nothing of anybody
ACCURACY_AXIS = 0.7  # the share of upheld notices that earns neither bonus nor malus
OUTCOMES = {"upheld": "upheld_count", "dismissed": "dismissed_count",
            "unfounded": "unfounded_count"}  # fmt: skip


class NotifierKind(StrEnum):
    """What kind of person reports."""

    INDIVIDUAL = "individual"
    ENTITY = "entity"
    TRUSTED_FLAGGER = "trusted_flagger"
    AUTHORITY = "authority"


KINDS = {
    NotifierKind.INDIVIDUAL: N_("Private person"),
    NotifierKind.ENTITY: N_("Firm or organisation"),
    NotifierKind.TRUSTED_FLAGGER: N_("Trusted flagger"),
    NotifierKind.AUTHORITY: N_("Authority"),
}


class TrustedStatus(StrEnum):
    """Whether the status that a digital services coordinator gave holds."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Notifier(Identified, Base):
    """Somebody who reports, known by the e-mail address alone."""

    __tablename__ = "notifier"
    __table_args__ = (
        CheckConstraint(
            "kind in ('individual', 'entity', 'trusted_flagger', 'authority')", name="kind"
        ),
        CheckConstraint("trusted_status in ('active', 'suspended', 'revoked')", name="trusted"),
        CheckConstraint("(kind <> 'trusted_flagger') or (trusted_status is not null)", name="flag"),
        CheckConstraint(
            "upheld_count >= 0 and dismissed_count >= 0 and unfounded_count >= 0", name="counts"
        ),
    )
    email: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    organisation: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    kind: Mapped[str] = mapped_column(default=NotifierKind.INDIVIDUAL, info=marked(Personal.NONE))
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    # Who gave the status of trusted flagger, for what area of law (DSA art. 22(2)).
    trusted_dsc: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    trusted_area: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    trusted_status: Mapped[str | None] = mapped_column(info=marked(Personal.NONE))
    trusted_since: Mapped[datetime | None]
    # How notices ended; unfounded: manifestly so, which is what misuse is made of (art. 23(2)).
    upheld_count: Mapped[int] = mapped_column(default=0)
    dismissed_count: Mapped[int] = mapped_column(default=0)
    unfounded_count: Mapped[int] = mapped_column(default=0)
    suspended_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    def __str__(self) -> str:
        return self.email

    @property
    def party(self) -> Party:
        """Return the notifier as it is written to."""
        return Party("notifier", self.id, self.name, self.email, self.locale)

    @property
    def is_privileged(self) -> bool:
        """Tell whether the notices come before those of others."""
        is_trusted = self.trusted_status == TrustedStatus.ACTIVE
        return self.kind == NotifierKind.AUTHORITY or (
            self.kind == NotifierKind.TRUSTED_FLAGGER and is_trusted
        )


def notifier_of(
    session: Session, *, email: str, name: str, organisation: str, locale: str
) -> Notifier:
    """Return the notifier with this address, added when new; what is known is never changed.

    Anybody may type anybody's address: kind, status and name of a known one are staff's to edit.
    """
    address = parse_email(email).lower()
    kind = NotifierKind.ENTITY if organisation else NotifierKind.INDIVIDUAL
    session.execute(
        insert(Notifier)
        .values(email=address, name=name, organisation=organisation, locale=locale, kind=kind)
        .on_conflict_do_nothing(index_elements=["email"])
    )
    return session.scalars(select(Notifier).where(Notifier.email == address)).one()


def priority_of(notifier: Notifier) -> int:
    """Return how urgent the notices are: greater goes first, 0 is somebody not known yet."""
    wrong = notifier.dismissed_count + notifier.unfounded_count
    accuracy = round(100 * accuracy_bonus(notifier.upheld_count, wrong))
    return accuracy + PRIVILEGED * notifier.is_privileged


def accuracy_bonus(right: int, wrong: int) -> float:
    """Return how much to trust a record: how far its share of right ones is from the axis, -1 to
    1, times a weight that grows with the logarithm of their number.
    """
    total = right + wrong
    if total < OUTCOMES_MIN:
        return 0.0
    distance = right / total - ACCURACY_AXIS
    reach = 1 - ACCURACY_AXIS if distance >= 0 else ACCURACY_AXIS
    return round(distance / reach * 5 * math.log(total, 4), 2)


def count_outcome(notifier: Notifier, outcome: str, by: int = 1) -> None:
    """Count how a notice ended, or with -1 take that back; the row stays locked meanwhile."""
    session, column = object_session(notifier), OUTCOMES[outcome]
    assert session is not None  # noqa: S101 (a notifier comes from the database)
    lock(session, notifier)
    setattr(notifier, column, getattr(notifier, column) + by)
