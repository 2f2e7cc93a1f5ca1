"""Notices: receiving one, telling how it stands."""

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from backoffice.core.case import Case
from backoffice.core.queue import subject_of
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.keys import Scope
from backoffice.intake.notice_answers import NoticeReceived, NoticeState
from backoffice.intake.notice_form import NoticeSent
from backoffice.intake.openapi import Answers, RepeatableHeaders, api
from backoffice.intake.told_notice import tell_notice, tell_received
from backoffice.intake.views.cases import REFERENCE
from backoffice.queues.notices.queue import QUEUE
from backoffice.queues.notices.receive import receive


@blueprint.post("/notices")
@door(Scope.NOTICES_WRITE, repeatable=True)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_200=NoticeReceived, HTTP_201=NoticeReceived),
    operation_id="receive_notice",
    tags=["notices"],
)
def receive_notice(json: NoticeSent) -> tuple[NoticeReceived, int]:
    """Report listings, sellers, reviews or messages.

    A target of which nothing is here is kept as it was named, unless that is so of all of them.
    The same notice again, while it is open, is counted on the first one (200); files that came
    with it are added. Needs the scope `notices:write`.
    """
    session = db.session()
    received = receive(session, json, actor=caller(), channel="api", files=json.files())
    return tell_received(session, received), 200 if received.is_repeat else 201


@blueprint.get("/notices/<reference>")
@door(Scope.NOTICES_READ)
@api.validate(resp=Answers(404, HTTP_200=NoticeState), operation_id="get_notice", tags=["notices"])
def get_notice(reference: str) -> NoticeState:
    """Tell where a notice is, and what was decided of each thing that it is about.

    Needs the scope `notices:read`.
    """
    query = select(Case).where(Case.reference == reference, Case.queue == QUEUE.slug)
    case = db.session.scalars(query).first() if REFERENCE.fullmatch(reference) else None
    if case is None:
        raise NotFound("There is no such notice.")
    return tell_notice(db.session(), subject_of(db.session(), case), case)
