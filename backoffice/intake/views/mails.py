"""E-mails, as a mail server hands them over."""

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from backoffice.core.case import Case
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import door
from backoffice.intake.keys import Scope
from backoffice.intake.mail.take import take_mail
from backoffice.intake.mail_answers import MailTaken
from backoffice.intake.openapi import MAIL, Answers, api
from config.settings import get_settings


@blueprint.post("/mail")
@door(Scope.MAIL_WRITE)
@api.validate(
    resp=Answers(400, 409, 413, 415, HTTP_200=MailTaken),
    operation_id="receive_mail",
    tags=["tickets"],
)
def receive_mail() -> MailTaken:
    """Take an e-mail that came to the support’s address, as it came (RFC 5322).

    It joins the ticket that it answers, or opens one. The same e-mail again changes nothing. Needs
    the scope `mail:write`.
    """
    if request.mimetype != MAIL:
        raise UnsupportedMediaType(f"Send the e-mail as {MAIL}.")
    request.max_content_length = get_settings().mail_max_bytes
    raw = request.get_data()
    if not raw.strip():
        raise BadRequest("The e-mail is empty.")
    session = db.session()
    taken = take_mail(session, raw)
    case = session.get_one(Case, taken.case_id) if taken.case_id else None
    return MailTaken(outcome=taken.outcome, case=case.reference if case else None)
