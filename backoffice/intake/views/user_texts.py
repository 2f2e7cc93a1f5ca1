"""Reviews and messages: keeping what the shop shows, telling whether it was removed."""

import re
from typing import TypeVar

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, api
from backoffice.intake.told_user_text import tell_message, tell_review
from backoffice.intake.user_text_answers import MessageShown, ReviewShown
from backoffice.marketplace.listing import by_reference
from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import EXTERNAL_ID, Seller, by_external_id
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import UserTextColumns, receive
from backoffice.marketplace.user_text_form import MessageForm, ReviewForm

REFUSALS = (400, 409, 413, 415, 422)
Row = TypeVar("Row", bound=UserTextColumns)


@blueprint.put("/reviews/<external_id>")
@door(Scope.REVIEWS_WRITE)
@api.validate(
    resp=Answers(*REFUSALS, HTTP_200=ReviewShown, HTTP_201=ReviewShown),
    operation_id="put_review",
    tags=["reviews"],
)
def put_review(external_id: str, json: ReviewForm) -> tuple[ReviewShown, int]:
    """Keep a review: a new one answers 201, a known one 200 with what it says now.

    One that a decision removed stays removed, whatever is sent. Needs the scope `reviews:write`.
    """
    session, seller = db.session(), _seller(external_id, json.seller)
    listing = by_reference(session, seller.id, json.listing) if json.listing else None
    if json.listing and listing is None:
        raise InvalidFields({"listing": text("This seller has no listing of this number.")})
    columns = json.columns() | {"listing_id": listing.id if listing else None}
    review, is_new = receive(session, Review, external_id, seller, columns)
    return tell_review(session, review), 201 if is_new else 200


@blueprint.get("/reviews/<external_id>")
@door(Scope.REVIEWS_READ)
@api.validate(resp=Answers(404, HTTP_200=ReviewShown), operation_id="get_review", tags=["reviews"])
def get_review(external_id: str) -> ReviewShown:
    """Tell a review, and whether a decision removed it. Needs the scope `reviews:read`."""
    return tell_review(db.session(), _known(Review, external_id))


@blueprint.put("/messages/<external_id>")
@door(Scope.MESSAGES_WRITE)
@api.validate(
    resp=Answers(*REFUSALS, HTTP_200=MessageShown, HTTP_201=MessageShown),
    operation_id="put_message",
    tags=["messages"],
)
def put_message(external_id: str, json: MessageForm) -> tuple[MessageShown, int]:
    """Keep a message between a buyer and a seller: 201 when new, 200 with what it says now.

    One that a decision removed stays removed, whatever is sent. Needs the scope `messages:write`.
    """
    session, seller = db.session(), _seller(external_id, json.seller)
    message, is_new = receive(session, ThreadMessage, external_id, seller, json.columns())
    return tell_message(session, message), 201 if is_new else 200


@blueprint.get("/messages/<external_id>")
@door(Scope.MESSAGES_READ)
@api.validate(
    resp=Answers(404, HTTP_200=MessageShown), operation_id="get_message", tags=["messages"]
)
def get_message(external_id: str) -> MessageShown:
    """Tell a message, and whether a decision removed it. Needs the scope `messages:read`."""
    return tell_message(db.session(), _known(ThreadMessage, external_id))


def _seller(external_id: str, seller: str) -> Seller:
    """Return the seller that is named; raises InvalidFields for it or for the number itself."""
    if not re.fullmatch(EXTERNAL_ID, external_id):
        raise InvalidFields({"external_id": text("A number has letters, digits and . _ : @ - only, "
                                                 "at most 100.")})  # fmt: skip
    found = by_external_id(db.session(), seller)
    if found is None:
        raise InvalidFields({"seller": text("There is no seller of this number.")})
    return found


def _known(model: type[Row], external_id: str) -> Row:
    query = select(model).where(model.external_id == external_id)
    is_number = re.fullmatch(EXTERNAL_ID, external_id)
    row = db.session().scalars(query).first() if is_number else None
    if row is None:
        raise NotFound("There is nothing of this number.")
    return row
