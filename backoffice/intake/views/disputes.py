"""Disputes: receiving one, telling how it stands."""

import re

from werkzeug.exceptions import NotFound

from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.dispute_answers import DisputeReceived, DisputeState
from backoffice.intake.dispute_form import DisputeSent
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.told_dispute import tell_dispute, tell_received_dispute
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.queues.disputes.receive import dispute_named, receive


@blueprint.post("/disputes")
@door(Scope.DISPUTES_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_200=DisputeReceived, HTTP_201=DisputeReceived),
    operation_id="receive_dispute",
    tags=["disputes"],
)
def receive_dispute(json: DisputeSent) -> tuple[DisputeReceived, int]:
    """Open a dispute about a refund request that the seller contests.

    The order must have been sent before. The same dispute again opens nothing (200); another
    content under its number is refused (409), as is a second dispute while one about the order is
    open. Needs the scope `disputes:write`.
    """
    session = db.session()
    received = receive(session, json, actor=caller(), channel="api", files=json.files())
    return tell_received_dispute(session, received), 200 if received.is_repeat else 201


@blueprint.get("/disputes/<external_id>")
@door(Scope.DISPUTES_READ)
@api.validate(
    resp=Answers(404, HTTP_200=DisputeState), operation_id="get_dispute", tags=["disputes"]
)
def get_dispute(external_id: str) -> DisputeState:
    """Tell where a dispute is, and what was decided.

    Needs the scope `disputes:read`.
    """
    session = db.session()
    found = dispute_named(session, external_id) if re.fullmatch(EXTERNAL_ID, external_id) else None
    if found is None:
        raise NotFound("There is no such dispute.")
    return tell_dispute(session, found.dispute, found.case)
