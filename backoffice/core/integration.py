"""The marketplace's programs: their keys, and where they hear of outcomes."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.clock import now


class Integration(Identified, Base):
    """One program of the marketplace that calls the API and receives webhooks."""

    __tablename__ = "integration"
    name: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ApiKey(Identified, Base):
    """A key of an integration, shown once, kept as a SHA-256 of its random part."""

    __tablename__ = "api_key"
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True, info=marked(Personal.NONE))
    digest: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.SECRET))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), info=marked(Personal.NONE))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    integration: Mapped[Integration] = relationship(lazy="joined")


class WebhookEndpoint(Identified, Base):
    """An address of an integration that receives every event, signed with its own secret."""

    __tablename__ = "webhook_endpoint"
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), index=True)
    url: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    secret_encrypted: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.SECRET))
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
