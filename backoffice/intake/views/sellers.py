"""Sellers: reading a profile, editing it."""

from flask import request
from werkzeug.exceptions import NotFound, PreconditionFailed

from backoffice.core.public import public_status
from backoffice.extensions import db
from backoffice.intake.answers import EditStaged, SellerShown
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, ConditionalHeaders, api
from backoffice.intake.told_seller import tell_seller
from backoffice.marketplace.profile_fields import pointer_to
from backoffice.marketplace.profile_form import SellerEdit
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.queues.profile_changes.stage import Staged, edit_profile

Told = tuple[SellerShown, int, list[tuple[str, str]]]


@blueprint.get("/sellers/<external_id>")
@door(Scope.SELLERS_READ)
@api.validate(resp=Answers(404, HTTP_200=SellerShown), operation_id="get_seller", tags=["sellers"])
def get_seller(external_id: str) -> Told:
    """Tell a seller's live profile, its plan, and the change that is being looked at.

    Needs the scope `sellers:read`.
    """
    return _told(_seller(external_id))


@blueprint.patch("/sellers/<external_id>")
@door(Scope.SELLERS_WRITE)
@api.validate(
    headers=ConditionalHeaders,
    resp=Answers(400, 404, 409, 412, 413, 415, 422, HTTP_200=SellerShown, HTTP_202=EditStaged),
    operation_id="edit_seller",
    tags=["sellers"],
)
def edit_seller(external_id: str, json: SellerEdit) -> Told | tuple[EditStaged, int]:
    """Edit a seller's profile: what is not named stays, null removes what may lack.

    Contact data (e-mails, phone, website, language) applies at once. Identity (names, numbers,
    address, representative, IBAN, payment account) waits for a person: 202 with its case, the old
    values stay live. One such edit is open at a time. Needs the scope `sellers:write`.
    """
    seller = _seller(external_id, lock=True)
    if request.if_match and not request.if_match.contains(str(seller.version)):
        raise PreconditionFailed("The profile changed since you read it: read it again.")
    edited = edit_profile(db.session(), seller, json.values(), actor=caller(), channel="api")
    if edited.staged is None:
        return _told(seller)
    return _staged(seller, edited.staged, edited.applied)


def _seller(external_id: str, *, lock: bool = False) -> Seller:
    seller = by_external_id(db.session(), external_id, lock=lock)
    if seller is None:
        raise NotFound("There is no such seller.")
    return seller


def _told(seller: Seller) -> Told:
    return tell_seller(db.session(), seller), 200, [("ETag", f'"{seller.version}"')]


def _staged(seller: Seller, staged: Staged, applied: list[str]) -> tuple[EditStaged, int]:
    return EditStaged(
        external_id=seller.external_id,
        case=staged.case.reference,
        status=public_status(db.session(), staged.case),
        staged=[pointer_to(name) for name in staged.change.fields],
        applied=[pointer_to(name) for name in applied],
    ), 202
