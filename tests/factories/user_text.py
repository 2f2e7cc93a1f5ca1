"""Reviews and messages for tests: bodies as a marketplace sends them, kept ones."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import receive
from backoffice.marketplace.user_text_form import MESSAGE, REVIEW, MessageForm, ReviewForm
from tests.factories.seller import make_seller

_numbers = count(1)


def review_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace sends for a review of a seller, of no listing."""
    return {**{k: v for k, v in REVIEW.items() if k != "listing"}, **changes}


def message_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace sends for a message."""
    return {**MESSAGE, **changes}


def make_review(session: Session, seller: Seller | None = None, **changes: Any) -> Review:
    """Keep one more review."""
    seller = seller or make_seller(session)
    listing_id = changes.pop("listing_id", None)
    external_id = changes.pop("external_id", f"avis-{next(_numbers)}")
    form = ReviewForm.model_validate(review_body(**changes), strict=False)
    columns = form.columns() | {"listing_id": listing_id}
    return receive(session, Review, external_id, seller, columns)[0]


def make_message(session: Session, seller: Seller | None = None, **changes: Any) -> ThreadMessage:
    """Keep one more message."""
    seller = seller or make_seller(session)
    external_id = changes.pop("external_id", f"message-{next(_numbers)}")
    form = MessageForm.model_validate(message_body(**changes), strict=False)
    return receive(session, ThreadMessage, external_id, seller, form.columns())[0]
