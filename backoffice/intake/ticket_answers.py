"""What API v1 answers about tickets: the models of the OpenAPI document."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from backoffice.intake.answers import STATUS, CaseState


class TicketReceived(BaseModel):
    """A ticket that came in."""

    id: int
    case: str = Field(examples=["TIC-2026-000142"])
    status: str = STATUS


class TicketMessageReceived(BaseModel):
    """A message that came in, and the ticket that it went to."""

    id: int
    ticket: int = Field(
        description="Another one where the ticket was merged, or ended too long ago"
    )
    case: str = Field(examples=["TIC-2026-000142"])
    status: str = STATUS


class DocumentShown(BaseModel):
    """A file that went with a message."""

    filename: str
    content_type: str | None
    size_bytes: int


class TicketMessageShown(BaseModel):
    """One message, as the requester may read it."""

    id: int
    external_id: str | None
    at: datetime
    direction: Literal["in", "out"] = Field(description="in: of the requester; out: of ours")
    author: str
    body: str
    documents: list[DocumentShown]


class TicketState(BaseModel):
    """Where a ticket is, and what was said."""

    id: int
    external_id: str | None
    subject: str
    category: str
    case: CaseState
    merged_into: int | None = Field(description="The ticket that goes on for this one")
    rating: int | None = Field(description="1 (bad) to 5 (good)")
    messages: list[TicketMessageShown]
