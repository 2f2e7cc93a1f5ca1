"""Rights that notices invoke: who holds them, under which number, and who speaks for the holder."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.search import fold
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.right_number import check_territories, parse_right_number

CLASSES = range(1, 46)  # of Nice: 1 to 34 goods, 35 to 45 services


class RightHolder(Identified, Base):
    """A person or firm that holds rights, one row for a name and a country."""

    __tablename__ = "right_holder"
    __table_args__ = (UniqueConstraint("name_key", "country"),)
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    name_key: Mapped[str] = mapped_column(info=marked(Personal.PARTY))  # the name, folded
    country: Mapped[str] = mapped_column(default="FR", info=marked(Personal.NONE))
    address: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    email: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    created_at: Mapped[datetime] = mapped_column(default=now)

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"


class Right(Identified, Base):
    """One right; of those with a number, one row for the number of a register."""

    __tablename__ = "ip_right"  # `right` is a word of SQL
    __table_args__ = (
        CheckConstraint(
            "kind in ('trademark', 'copyright', 'design', 'patent', 'geographical_indication')",
            name="kind",
        ),
        CheckConstraint("1 <= all(classes) and 45 >= all(classes)", name="classes"),
        Index("uq_ip_right_number", "kind", "register", "number", unique=True,
              postgresql_where=sql("number <> ''")),
        Index("uq_ip_right_unnumbered", "holder_id", "kind", "sign", unique=True,
              postgresql_where=sql("number = ''")),
    )  # fmt: skip
    holder_id: Mapped[int] = mapped_column(ForeignKey("right_holder.id"), index=True)
    kind: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    register: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    number: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # canonical
    sign: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))  # or the work
    territories: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.NONE)
    )
    classes: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    expires_on: Mapped[date | None] = mapped_column(Date)
    images: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))  # numbers of attachments
    created_at: Mapped[datetime] = mapped_column(default=now)
    verified_at: Mapped[datetime | None]  # in the register, by a person
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    holder: Mapped[RightHolder] = relationship()

    def __str__(self) -> str:
        return " ".join(filter(None, (self.register, self.number, self.sign)))


class Mandate(Identified, Base):
    """A notifier who says that it is a holder, or acts for one."""

    __tablename__ = "mandate"
    __table_args__ = (
        UniqueConstraint("notifier_id", "holder_id", "role"),
        CheckConstraint("role in ('owner', 'agent')", name="role"),
    )
    notifier_id: Mapped[int] = mapped_column(ForeignKey("notifier.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("right_holder.id"), index=True)
    role: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(default=now)
    notifier: Mapped[Notifier] = relationship()
    holder: Mapped[RightHolder] = relationship()


class HolderSaid(NamedTuple):
    """What a notice says of the holder."""

    name: str
    country: str = "FR"
    address: str = ""
    email: str = ""


class RightSaid(NamedTuple):
    """What a notice says of the right; the number as typed."""

    kind: str
    register: str = ""
    number: str = ""
    sign: str = ""
    territories: Sequence[str] = ()
    classes: Sequence[int] = ()
    expires_on: date | None = None
    images: Sequence[int] = ()


def find_right(session: Session, kind: str, register: str, number: str) -> Right | None:
    """Return the right with this canonical number of a register."""
    return session.scalars(
        select(Right).where(Right.kind == kind, Right.register == register, Right.number == number)
    ).first()


def record_right(
    session: Session, notifier: Notifier, holder: HolderSaid, right: RightSaid, *, role: str
) -> Right:
    """Keep what a notice says of a right and who speaks for it; what is known is never changed.

    Where the number is known under another holder the right stays that one's, and the mandate is
    for the holder named here: that both differ is for a person to see. Raises InvalidInput.
    """
    number = parse_right_number(right.register, right.kind, right.number)
    check_territories(number.register, right.territories)
    if not set(right.classes) <= set(CLASSES):
        raise InvalidInput(text("Classes of Nice go from 1 to 45."))
    owner = _holder(session, holder)
    mandate = {"notifier_id": notifier.id, "holder_id": owner.id, "role": role}
    session.execute(insert(Mandate).values(**mandate).on_conflict_do_nothing())
    session.execute(
        insert(Right)
        .values(
            holder_id=owner.id,
            kind=right.kind,
            register=number.register,
            number=number.canonical,
            sign=right.sign,
            territories=list(right.territories),
            classes=sorted(set(right.classes)),
            expires_on=right.expires_on,
            images=list(right.images) or None,
        )
        .on_conflict_do_nothing()
    )
    if number.canonical:
        found = find_right(session, right.kind, number.register, number.canonical)
    else:
        found = session.scalars(
            select(Right).where(
                Right.holder_id == owner.id,
                Right.kind == right.kind,
                Right.sign == right.sign,
                Right.number == "",
            )
        ).one()
    assert found is not None  # noqa: S101 (it was there, or was added above)
    return found


def _holder(session: Session, said: HolderSaid) -> RightHolder:
    key = fold(said.name)
    session.execute(
        insert(RightHolder).values(**said._asdict(), name_key=key).on_conflict_do_nothing()
    )
    return session.scalars(
        select(RightHolder).where(RightHolder.name_key == key, RightHolder.country == said.country)
    ).one()


def holder_named(session: Session, typed: str) -> RightHolder | None:
    """Return the holder of this name, the country in brackets where several have it."""
    parts = re.fullmatch(r"(.+?)\s*\(([A-Za-z]{2})\)", typed.strip())
    name, country = (parts[1], parts[2].upper()) if parts else (typed.strip(), "")
    query = select(RightHolder).where(RightHolder.name_key == fold(name))
    if country:
        query = query.where(RightHolder.country == country)
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None
