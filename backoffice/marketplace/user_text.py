"""What buyers and sellers wrote in the shop: shown, until a decision removes it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from backoffice.core.base import Personal, marked
from backoffice.core.clock import now
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
