"""Listings: receiving one, telling it, editing it, asking to examine what is online."""

import re
from typing import Annotated

from flask import request
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException, NotFound, PreconditionFailed

from backoffice.core.public import public_status
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields, parse_text
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.listing_answers import Examined, ListingReceived, ListingShown
from backoffice.intake.openapi import Answers, ConditionalHeaders, RepeatableHeaders, api
from backoffice.intake.problems import invalid_body
from backoffice.intake.told_listing import etag_of, tell_listing, tell_received
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.listing import Listing, by_reference
from backoffice.marketplace.listing_edit import ListingEdit
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID, by_external_id
from backoffice.queues.listings.edit import edit_listing
from backoffice.queues.listings.examine import examine_live
from backoffice.queues.listings.receive import Received, lock_listing, receive_listing

CHANNEL = "api"
REASON_MAX = 2000
ADDRESS = "/sellers/<seller>/listings/<external_id>"
Told = tuple[ListingReceived, int]


class ExaminationAsked(BaseModel):
    """Why a published listing should be examined; staff reads it, the seller does not."""

    model_config = STRICT
    reason: Annotated[
        str,
        Field(min_length=1, max_length=REASON_MAX),
        AfterValidator(lambda raw: parse_text(raw, REASON_MAX)),
    ]


@blueprint.post("/listings")
@door(Scope.LISTINGS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(
        400, 409, 413, 415, 422,
        HTTP_200=ListingReceived, HTTP_201=ListingReceived, HTTP_202=ListingReceived,
    ),
    operation_id="receive_listing",
    tags=["listings"],
)  # fmt: skip
def receive(json: ListingForm) -> Told:
    """Receive a listing of a seller, or the whole of it anew.

    A new one answers 201 and waits for a person. Of a known one, price and quantity hold at once
    (200); other content waits (202) while what is live stays. Pictures are fetched later. Needs
    the scope `listings:write`.
    """
    session = db.session()
    seller = by_external_id(session, json.seller)
    if seller is None:
        raise InvalidFields({"seller": text("There is no seller of this number.")})
    _must_be_known(json.category)
    is_known = by_reference(session, seller.id, json.external_id) is not None
    received = receive_listing(session, seller, json, actor=caller(), channel=CHANNEL)
    return _told(received) if is_known else (tell_received(session, received), 201)


@blueprint.get(ADDRESS)
@door(Scope.LISTINGS_READ)
@api.validate(
    resp=Answers(404, HTTP_200=ListingShown), operation_id="get_listing", tags=["listings"]
)
def get_listing(seller: str, external_id: str) -> tuple[ListingShown, int, list[tuple[str, str]]]:
    """Tell a listing: its offer, what buyers see, what is proposed, and why it was refused.

    Needs the scope `listings:read`.
    """
    session, listing = db.session(), _listing(seller, external_id)
    etag = ("ETag", f'"{etag_of(session, listing)}"')
    return tell_listing(session, listing), 200, [etag]


@blueprint.patch(ADDRESS)
@door(Scope.LISTINGS_WRITE)
@api.validate(
    headers=ConditionalHeaders,
    resp=Answers(
        400, 404, 409, 412, 413, 415, 422, HTTP_200=ListingReceived, HTTP_202=ListingReceived
    ),
    operation_id="edit_listing",
    tags=["listings"],
)
def patch_listing(seller: str, external_id: str, json: ListingEdit) -> Told:
    """Edit a listing: what is not named stays, null removes what may lack.

    It is laid over the newest content: what waits, else what is live, else what was refused. Price
    and quantity, of variants too, hold at once (200); all else waits for a person (202). A list or
    an object that is named is replaced whole. Needs the scope `listings:write`.
    """
    session, listing = db.session(), _listing(seller, external_id, lock=True)
    if request.if_match and not request.if_match.contains(etag_of(session, listing)):
        raise PreconditionFailed("The listing changed since you read it: read it again.")
    if "category" in json.root:
        _must_be_known(json.root["category"])
    try:
        received = edit_listing(session, listing, json, actor=caller(), channel=CHANNEL)
    except ValidationError as error:
        raise HTTPException(response=invalid_body(error)) from error
    return _told(received)


@blueprint.post(f"{ADDRESS}/examinations")
@door(Scope.LISTINGS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 404, 409, 413, 415, 422, HTTP_201=Examined),
    operation_id="examine_listing",
    tags=["listings"],
)
def examine(seller: str, external_id: str, json: ExaminationAsked) -> tuple[Examined, int]:
    """Ask staff to examine a published listing: it may be kept, suspended or withdrawn.

    One such case is open at a time: meanwhile 409, with its `case`. Needs the scope
    `listings:write`.
    """
    session, listing = db.session(), _listing(seller, external_id)
    case = examine_live(session, listing, actor=caller(), channel=CHANNEL, why=json.reason)
    return Examined(case=case.reference, status=public_status(session, case)), 201


def _listing(seller: str, external_id: str, *, lock: bool = False) -> Listing:
    session = db.session()
    owner = by_external_id(session, seller) if re.fullmatch(EXTERNAL_ID, external_id) else None
    find = lock_listing if lock else by_reference
    listing = find(session, owner.id, external_id) if owner else None
    if listing is None:
        raise NotFound("There is no such listing of this seller.")
    return listing


def _must_be_known(category: str) -> None:
    """Raise InvalidFields where a category is not in the tree."""
    if category_tree(db.session()).get(category) is None:
        unknown = text("There is no category “%(code)s” now.", code=category)
        raise InvalidFields({"category": unknown})


def _told(received: Received) -> Told:
    """Answer 202 where content waits for a person, else 200."""
    return tell_received(db.session(), received), 202 if received.case else 200
