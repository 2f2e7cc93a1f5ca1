"""What is sent of a review or a message: the models that validate it and that document it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.core.clock import now
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, parse_line, parse_text
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID

TEXT_MAX = 10_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)

REVIEW: JsonDict = {
    "seller": "shop-1042",
    "listing": "bouilloire-12",
    "order": "CMD-2026-88121",
    "author": "Claire D.",
    "rating": 4,
    "text": "Belle bouilloire, livrée un jour plus tard que promis.",
    "written_at": "2026-06-09T09:12:00+02:00",
}
MESSAGE: JsonDict = {
    "seller": "shop-1042",
    "thread": "fil-5521",
    "order": "CMD-2026-88121",
    "side": "buyer",
    "author": "Claire D.",
    "text": "Bonjour, quand ma commande part-elle ?",
    "sent_at": "2026-06-08T18:40:00+02:00",
}


def _past(at: datetime) -> datetime:
    """Refuse a time that no shop has seen; an hour of another zone is read as ours."""
    if not EARLIEST <= at <= now() + CLOCKS_DIFFER:
        raise InvalidInput(text("Write when it happened: a time since 2000, not one to come."))
    return at.astimezone(UTC)


def _said(raw: str) -> str:
    return parse_text(raw, TEXT_MAX)


def _maybe(raw: str) -> str:
    return _said(raw) if raw.strip() else ""


Reference = Annotated[str, Field(pattern=EXTERNAL_ID)]
Given = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(parse_line)]
Past = Annotated[AwareDatetime, AfterValidator(_past)]


class UserTextForm(BaseModel):
    """What a review and a message share."""

    model_config = STRICT
    seller: Reference
    order: Given | None = Field(None, description="The marketplace's own number, kept as given")
    author: Given

    def columns(self) -> dict[str, Any]:
        """Return what is stored, but for the rows that `seller` and `listing` name."""
        sent = self.model_dump(exclude={"seller", "listing"})
        return sent | {"order": self.order or ""}


class ReviewForm(UserTextForm):
    """A buyer's review of a seller, or of one of its listings."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [REVIEW]})
    listing: Reference | None = Field(None, description="The seller's own number of the listing")
    rating: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(_maybe)] = ""
    written_at: Past


class MessageForm(UserTextForm):
    """One message between a buyer and a seller."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [MESSAGE]})
    thread: Given
    side: Literal["buyer", "seller"]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), AfterValidator(_said)]
    sent_at: Past
