"""Deletion requests: receiving one, telling how it stands."""

import re

from werkzeug.exceptions import NotFound

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.erasure_answers import ErasureReceived, ErasureState
from backoffice.intake.erasure_form import ErasureSent
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.told_erasure import tell_erasure, tell_received_erasure
from backoffice.marketplace.accounts import account_named
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.queues.erasures.receive import Asked, erasure_named, receive


@blueprint.post("/erasures")
@door(Scope.ERASURES_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_200=ErasureReceived, HTTP_201=ErasureReceived),
    operation_id="receive_erasure",
    tags=["erasures"],
)
def receive_erasure(json: ErasureSent) -> tuple[ErasureReceived, int]:
    """Open a request to close an account, to erase its data, or both.

    The account's own address is asked to confirm, whoever asked. The same request again opens
    nothing (200); another content under its number is refused (409), as is a second request while
    one about the account is not settled. Needs the scope `erasures:write`.
    """
    session = db.session()
    account = account_named(session, json.party.kind, json.party.id)
    if account is None:
        raise InvalidFields({"party/id": text("We know no such account.")})
    asked = Asked(account.party, json.kind, json.words, json.asked_by or "", json.external_id,
                  json.received_at)  # fmt: skip
    received = receive(session, asked, actor=caller(), channel="api")
    return tell_received_erasure(session, received), 200 if received.is_repeat else 201


@blueprint.get("/erasures/<external_id>")
@door(Scope.ERASURES_READ)
@api.validate(
    resp=Answers(404, HTTP_200=ErasureState), operation_id="get_erasure", tags=["erasures"]
)
def get_erasure(external_id: str) -> ErasureState:
    """Tell where a deletion request is, and once executed what is kept until when.

    Needs the scope `erasures:read`.
    """
    session = db.session()
    found = erasure_named(session, external_id) if re.fullmatch(EXTERNAL_ID, external_id) else None
    if found is None:
        raise NotFound("There is no such request.")
    return tell_erasure(session, found.erasure, found.case)
