"""What API v1 answers about reviews and messages: the models of the OpenAPI document."""

from datetime import datetime

from pydantic import BaseModel, Field


class UserTextShown(BaseModel):
    """What a review and a message share."""

    external_id: str
    seller: str
    order: str | None
    author: str
    text: str
    status: str = Field(
        description="Removed by a decision that stands, else shown", examples=["shown", "removed"]
    )
    version: int = Field(description="Counts changes of it")


class ReviewShown(UserTextShown):
    """A review as it is kept."""

    listing: str | None
    rating: int
    written_at: datetime


class MessageShown(UserTextShown):
    """A message as it is kept."""

    thread: str
    side: str
    sent_at: datetime
