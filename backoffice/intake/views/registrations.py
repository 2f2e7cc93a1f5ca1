"""Registrations: receiving one, telling how it stands."""

from werkzeug.exceptions import NotFound

from backoffice.core.public import public_status
from backoffice.extensions import db
from backoffice.intake.answers import RegistrationReceived, RegistrationState
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.told import tell_registration
from backoffice.marketplace.seller import by_external_id
from backoffice.queues.registrations.form import RegistrationForm
from backoffice.queues.registrations.receive import newest_attempt, receive


@blueprint.post("/registrations")
@door(Scope.REGISTRATIONS_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_201=RegistrationReceived),
    operation_id="receive_registration",
    tags=["registrations"],
)
def receive_registration(json: RegistrationForm) -> tuple[RegistrationReceived, int]:
    """Register a seller.

    One registration of a seller is open at a time: the same body again gives the same answer,
    another body 409. After a refusal a new one is a new attempt. A document that cannot be read
    is kept as a failed check. Needs the scope `registrations:write`.
    """
    session = db.session()
    registration, case = receive(session, json, actor=caller())
    status = public_status(session, case)
    return RegistrationReceived(id=registration.id, case=case.reference, status=status), 201


@blueprint.get("/registrations/<external_id>")
@door(Scope.REGISTRATIONS_READ)
@api.validate(
    resp=Answers(404, HTTP_200=RegistrationState),
    operation_id="get_registration",
    tags=["registrations"],
)
def get_registration(external_id: str) -> RegistrationState:
    """Tell how a seller's newest registration stands, and once it is refused, why.

    Needs the scope `registrations:read`.
    """
    session = db.session()
    seller = by_external_id(session, external_id)
    attempt = newest_attempt(session, seller) if seller else None
    if attempt is None:
        raise NotFound("There is no registration of this seller.")
    return tell_registration(session, attempt)
