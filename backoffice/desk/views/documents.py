"""What a party sent: images of the pages to look at, the original to download, kept mails."""

from flask import Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.audit import record
from backoffice.core.case import Case
from backoffice.core.files import Attachment
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.queue import queue_of
from backoffice.core.store import file_store
from backoffice.desk.access import case_named, case_url_for
from backoffice.desk.blueprint import blueprint
from backoffice.extensions import db
from backoffice.notify.render import preview_mails
from backoffice.staff.guard import signed_in
from backoffice.web.headers import frame_mail


@blueprint.get("/cases/<reference>/documents/<int:number>")
@signed_in
def document(reference: str, number: int) -> str:
    """Show every page of a document."""
    case, attachment = attached(reference, number)
    return render_template(
        "desk/document.html",
        case=case,
        queue=queue_of(case),
        attachment=attachment,
        case_url=case_url_for(case.reference),
    )


@blueprint.get("/cases/<reference>/documents/<int:number>/pages/<int:page>")
@signed_in
def page_image(reference: str, number: int, page: int) -> Response:
    """Send the image of one page."""
    _case, attachment = attached(reference, number)
    image = next((one for one in attachment.pages if one.number == page), None)
    if image is None:
        abort(404)
    return send_file(file_store().open(image.storage_key), mimetype="image/jpeg", etag=False)


@blueprint.get("/cases/<reference>/documents/<int:number>/original")
@signed_in
def original(reference: str, number: int) -> Response:
    """Send the file as it came, to be saved and never shown by the browser; who did is kept."""
    case, attachment = attached(reference, number)
    if attachment.storage_key is None:
        abort(404)
    record(db.session(), stream=case.stream, verb=f"{queue_of(case).noun}.document_downloaded",
           actor=current_user.actor, detail={"attachment": attachment.id})  # fmt: skip
    return send_file(
        file_store().open(attachment.storage_key),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=attachment.filename,
        etag=False,
    )


def attached(reference: str, number: int) -> tuple[Case, Attachment]:
    """Return a case the person may read and one of its files; else 404."""
    case = case_named(reference)
    attachment = db.session.get(Attachment, number)
    if attachment is None or attachment.case_id != case.id:
        abort(404)
    return case, attachment


@blueprint.get("/cases/<reference>/mails/<int:number>")
@signed_in
def mail(reference: str, number: int) -> str:
    """Show an e-mail of the case: as it left, or as it will leave."""
    case, row = written(reference, number)
    return render_template(
        "desk/mail.html", case=case, queue=queue_of(case), row=row, copy=copy_of(row),
        case_url=case_url_for(case.reference),
    )  # fmt: skip


@blueprint.get("/cases/<reference>/mails/<int:number>/body")
@signed_in
def mail_body(reference: str, number: int) -> ResponseReturnValue:
    """Send the mail's HTML alone, for a locked frame."""
    _case, row = written(reference, number)
    return frame_mail(Response(copy_of(row)["html"]))


def written(reference: str, number: int) -> tuple[Case, OutboxMessage]:
    """Return a case the person may read and one of its mails; else 404."""
    case = case_named(reference)
    row = db.session.get(OutboxMessage, number)
    if row is None or row.case_id != case.id or row.channel != Channel.MAIL:
        abort(404)
    return case, row


def copy_of(row: OutboxMessage) -> dict[str, str]:
    """Return the words of a mail: the copy kept when it left, else as it stands now."""
    return row.sent_copy or preview_mails([row])[0]._asdict()
