"""Buyers: only what a case needs to name them and to write to them."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class Buyer(Identified, Base):
    """A consumer who ordered, named by the marketplace's own identifier."""

    __tablename__ = "buyer"
    external_id: Mapped[str] = mapped_column(unique=True, info=marked(Personal.PARTY))
    name: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    email: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
