"""Buyers: only what a case needs to name them and to write to them."""

from datetime import datetime

from sqlalchemy import Index, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now
from backoffice.core.party import Party


class Buyer(Identified, Base):
    """A consumer who ordered, named by the marketplace's own identifier."""

    __tablename__ = "buyer"
    __table_args__ = (Index("ix_buyer_email", sql("lower(email)")),)
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def party(self) -> Party:
        """Return the buyer as it is written to."""
        return Party("buyer", self.id, self.name, self.email, self.locale)


def keep_buyer(session: Session, external_id: str, **columns: str) -> Buyer:
    """Keep a buyer under the marketplace's number, by what was said last."""
    session.execute(
        insert(Buyer)
        .values(external_id=external_id, **columns)
        .on_conflict_do_update(index_elements=["external_id"], set_=columns)
    )
    query = select(Buyer).where(Buyer.external_id == external_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()
