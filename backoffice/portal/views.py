"""The portal's pages: opening one changes nothing, an answer and an appeal count once."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Form

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.decision import Statement
from backoffice.core.party import Piece
from backoffice.core.queue import PartyAct
from backoffice.core.refusal import NotFound
from backoffice.core.store import file_store
from backoffice.core.text import N_, text
from backoffice.extensions import db, limiter
from backoffice.notify.statement import PDF, file_names, html_of, pdf_of
from backoffice.portal.forms import answer_form, contest_form, resubmit_form
from backoffice.portal.story import documents_of, documents_told, piece_of, tell, thread_of
from backoffice.portal.take import (
    Unaccepted,
    take_act,
    take_answer,
    take_appeal,
    take_resubmission,
)
from backoffice.portal.visit import Ended, Visit, read_visit
from backoffice.queues.party_form import ACCEPT, files_hint
from backoffice.staff.guard import public
from backoffice.web.headers import stand_alone, unlisted
from backoffice.web.locale import COOKIE, LOCALES

blueprint = Blueprint("portal", __name__)
POSTS_PER_ADDRESS = "120 per hour"
TAKEN = {
    "answer": (take_answer, N_("We have received your answer. Thank you.")),
    "resubmit": (take_resubmission, N_("We have received your correction and examine it.")),
    "contest": (take_appeal, N_("We have received your appeal. A receipt is on its way.")),
}


def visited(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Open the link for a view, which speaks the party's language."""

    @wraps(view)
    def opened(token: str, **more: Any) -> ResponseReturnValue:
        visit = read_visit(db.session(), token)
        with force_locale(language(visit.party.locale)):
            return view(visit, **more)

    return opened


def language(preferred: str) -> str:
    """Choose by `?lang=`, then by what was chosen before, then the party's own language."""
    wishes = (request.args.get("lang"), request.cookies.get(COOKIE), preferred)
    return next((wish for wish in wishes if wish in LOCALES), "fr")


@blueprint.get("/p/<token>")
@public
@visited
def show(visit: Visit) -> ResponseReturnValue:
    """Show the case as its party may know it."""
    return page(visit)


@blueprint.post("/p/<token>")
@public
@limiter.limit(POSTS_PER_ADDRESS)
@visited
def send(visit: Visit) -> ResponseReturnValue:
    """Take an answer or an appeal."""
    take, thanks = TAKEN.get(what := request.form.get("do", "")) or own_act(visit, what)
    posted: MultiDict[str, Any] = CombinedMultiDict([request.files, request.form])
    if refused := take(db.session(), visit, posted):
        return page(visit, refused)
    flash(thanks, "success")
    return redirect(url_for(".show", token=visit.token), 303)


def own_act(visit: Visit, name: str) -> tuple[Any, str]:
    """Return how an act of the queue's own is taken, and the thanks for it; else 400."""
    act = next((one for one in visit.queue.party_acts if one.name == name), None)
    return (take_act, act.thanks) if act else abort(400)


@blueprint.get("/p/<token>/documents/<int:number>")
@public
@visited
def document(visit: Visit, number: int) -> ResponseReturnValue:
    """Give a party what it sent, or what was said with, to be saved, never opened in the page."""
    session = db.session()
    files = (file for message in thread_of(session, visit) for file in message.files)
    found = next((one for one in (*documents_of(session, visit), *files) if one.id == number), None)
    if found is None or found.storage_key is None:
        raise NotFound(text("There is no such document."))
    return send_file(
        file_store().open(found.storage_key),
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.filename,
    )


@blueprint.get("/p/<token>/file/<int:number>")
@public
@visited
def piece(visit: Visit, number: int) -> ResponseReturnValue:
    """Show the pages of a piece of evidence of either side."""
    return render_template("portal/piece.html", visit=visit, piece=shared_piece(visit, number))


@blueprint.get("/p/<token>/file/<int:number>/pages/<int:page>")
@public
@visited
def piece_page(visit: Visit, number: int, page: int) -> ResponseReturnValue:
    """Send the image of one page, never the original."""
    pages = shared_piece(visit, number).attachment.pages
    image = next((one for one in pages if one.number == page), None)
    if image is None:
        raise NotFound(text("There is no such document."))
    return send_file(file_store().open(image.storage_key), mimetype="image/jpeg", etag=False)


def shared_piece(visit: Visit, number: int) -> Piece:
    """Return a piece of evidence that all sides may look at; raises NotFound."""
    found = piece_of(db.session(), visit, number)
    if found is None:
        raise NotFound(text("There is no such document."))
    return found


@blueprint.get("/p/<token>/statements/<int:number>.pdf")
@public
@visited
def statement_pdf(visit: Visit, number: int) -> ResponseReturnValue:
    """Give a party a statement of reasons as it was sent, to be saved."""
    statement, name = told(visit, number)
    data = BytesIO(pdf_of(statement))
    return send_file(data, mimetype=PDF, as_attachment=True, download_name=f"{name}.pdf")


@blueprint.get("/p/<token>/statements/<int:number>.html")
@public
@visited
def statement_page(visit: Visit, number: int) -> ResponseReturnValue:
    """Show a party a statement of reasons as a page of its own."""
    return stand_alone(Response(html_of(told(visit, number)[0])))


def told(visit: Visit, number: int) -> tuple[Statement, str]:
    """Return a statement that this party was told, and the name of its file; raises NotFound."""
    statements = documents_told(db.session(), visit)
    found = next((one for one in statements if one.id == number), None)
    if found is None:
        raise NotFound(text("There is no such document."))
    return found, file_names(statements)[found.id]


def page(visit: Visit, refused: Unaccepted | None = None) -> ResponseReturnValue:
    """Render the case, with what was typed where it was not taken."""
    story = tell(db.session(), visit)
    answering = refused.answering if refused else None
    if story.asked:
        answering = answering or answer_form(story.asked, visit.queue, visit.subject)
    resubmitting = refused.resubmitting if refused else None
    if story.may_send_again:
        resubmitting = resubmitting or resubmit_form(visit.queue, visit.subject)
    html = render_template(
        "portal/case.html",
        visit=visit,
        story=story,
        refused=refused,
        answering=answering,
        resubmitting=resubmitting,
        acting=acts(visit, refused),
        contesting=(refused.contesting if refused else None) or contest_form(story.statements),
        accept=ACCEPT,
        files_hint=files_hint(),
    )
    return html, refused.status if refused else 200


def acts(visit: Visit, refused: Unaccepted | None) -> list[tuple[PartyAct, Form]]:
    """Return what the queue lets this party do now, each with its form, as typed if refused."""
    context = Context(db.session(), visit.case, visit.subject, visit.actor, now())
    typed = dict([refused.acting]) if refused and refused.acting else {}
    return [
        (act, typed.get(act.name) or act.form())
        for act in visit.queue.party_acts
        if act.fits(context, visit.party)
    ]


@blueprint.errorhandler(NotFound)
def absent(refused: NotFound) -> ResponseReturnValue:
    """Say that there is nothing behind this address, and what to do."""
    return render_template("portal/absent.html", said=refused.said), refused.status


@blueprint.errorhandler(Ended)
def ended(refused: Ended) -> ResponseReturnValue:
    """Say that the link has ended, and what may still be done."""
    with force_locale(language(refused.more["locale"])):
        return render_template("portal/ended.html", scope=refused.more["scope"]), refused.status


blueprint.after_request(unlisted)
