"""What buyers and sellers wrote in the shop: shown, until a decision removes it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column, relationship

from backoffice.core.base import Personal, marked
from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.seller import Seller


class TextStatus(StrEnum):
    """Whether anybody reads it."""

    SHOWN = "shown"
    REMOVED = "removed"


class UserTextColumns:
    """What a review and a message share: whose shop, which order, who wrote it, what it says."""

    __tablename__: str
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    order: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))  # kept as given
    author: Mapped[str] = mapped_column(default="", info=marked(Personal.PARTY))
    text: Mapped[str] = mapped_column(default="", info=marked(Personal.FREE))
    status: Mapped[str] = mapped_column(default=TextStatus.SHOWN, info=marked(Personal.NONE))
    status_at: Mapped[datetime | None]  # when a decision changed it last
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @declared_attr
    def seller(cls) -> Mapped[Seller]:  # noqa: N805 (as SQLAlchemy asks)
        """Whose shop it is about."""
        return relationship()


Row = TypeVar("Row", bound=UserTextColumns)


def receive(
    session: Session,
    model: type[Row],
    external_id: str,
    seller: Seller,
    columns: Mapping[str, Any],
) -> tuple[Row, bool]:
    """Keep what a shop sent under a number; tell whether that is new. A removed one stays so.

    Raises NotPossible where the number is known of another seller.
    """
    named = {"external_id": external_id, "seller_id": seller.id}
    added = session.scalar(
        insert(model)
        .values(**named, **columns)
        .on_conflict_do_nothing(index_elements=["external_id"])
        .returning(model.id)
    )
    row = session.scalars(
        select(model)
        .where(model.external_id == external_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.seller_id != seller.id:
        raise NotPossible(text("This number is known of another seller: choose another."))
    if any(getattr(row, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(row, name, value)
        touch(row, now())
    return row, added is not None


def set_status(row: UserTextColumns, status: TextStatus, at: datetime) -> dict[str, Any]:
    """Change whether anybody reads it; returns what to give `restore`."""
    before = {"table": row.__tablename__, "id": row.id, "status": row.status}
    row.status = status
    row.status_at = at
    touch(row, at)
    return before


def restore(row: UserTextColumns, before: dict[str, Any], at: datetime) -> None:
    """Put a status back as `set_status` found it."""
    row.status = before["status"]
    row.status_at = at
    touch(row, at)


def touch(row: UserTextColumns, at: datetime) -> None:
    """Count one more change."""
    row.version += 1
    row.changed_at = at
