"""Protected brands: whose they are, under which number, and who may sell under them."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked


class ProtectedBrand(Identified, Base):
    """One brand that its owner asked us to watch, dated: a change is a new row of the name."""

    __tablename__ = "protected_brand"
    __table_args__ = (UniqueConstraint("name", "starts_at"),)
    name: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    owner: Mapped[str] = mapped_column(info=marked(Personal.PARTY))
    register: Mapped[str] = mapped_column(info=marked(Personal.NONE))  # INPI, EUIPO, WIPO
    number: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    classes: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # of Nice
    # External numbers of the sellers who may use it.
    authorised: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, info=marked(Personal.PARTY)
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
