"""Categories: the tree that listings stand in, what each asks for, and what may not be sold."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked


class Category(Identified, Base):
    """One category, dated: a change is a new row with the same code.

    A code is the path from the root (`maison/cuisine/bouilloires`); attributes are inherited.
    """

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("code", "starts_at"),
        CheckConstraint("policy in ('open', 'restricted', 'forbidden')", name="policy"),
    )
    code: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    label_fr: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    label_en: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    policy: Mapped[str] = mapped_column(default="open", info=marked(Personal.NONE))
    rule: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))  # why not open
    # [{"code", "label_fr", "label_en", "required": true, "unit": "W", "values": ["…"]}]
    attributes: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.NONE))
    # Which names of outside taxonomies (Google's number or path, shop software) mean this one.
    aliases: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.NONE))
    needs_safety_contact: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
