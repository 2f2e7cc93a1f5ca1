"""The public page: one address, a step at a time, everything typed carried in the page itself."""

from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.extensions import db, limiter
from backoffice.intake.door import retry_after
from backoffice.intake.report.known import notice_behind, said_before
from backoffice.intake.report.limits import STEPS_PER_ADDRESS, keep_within_rate, proven_notifier
from backoffice.intake.report.sheet import AGAIN, Sheet
from backoffice.intake.report.steps import Step
from backoffice.queues.notices.receive import Received, receive
from backoffice.queues.party_form import ACCEPT, FILES_MAX, files_hint
from backoffice.staff.guard import public
from backoffice.web.headers import unlisted
from config.settings import get_settings

blueprint = Blueprint("report", __name__, url_prefix="/report")
HONEYPOT = "website"  # nobody sees this field; programs that fill every field do
WORDS_BYTES = 1024 * 1024  # beside the files


@blueprint.url_value_preprocessor
def admit_files(_endpoint: str | None, _values: object) -> None:
    """Let a report be as large as its files may be together; before anything reads the form."""
    request.max_content_length = FILES_MAX * get_settings().upload_max_bytes + WORDS_BYTES


@blueprint.get("")
@public
def start() -> ResponseReturnValue:
    """Show the first step, filled in for whoever comes by the link of an earlier notice."""
    session, token = db.session(), request.args.get(AGAIN, "")
    if (notice := notice_behind(session, token)) is None:
        return page(Sheet(MultiDict()))
    sheet = Sheet(said_before(session, notice) | MultiDict({AGAIN: token}))
    return page(sheet, said=text("Filled in from your earlier report: change what differs."))


@blueprint.post("")
@public
@limiter.limit(STEPS_PER_ADDRESS)
def go_on() -> ResponseReturnValue:
    """Take a step, go back to one, or send the report."""
    sheet, step = posted()
    go = request.form.get("go", "")
    if go == "send":
        return send(sheet)
    if go != "next":
        return page(sheet, sheet.step(go))
    form = sheet.form(step)
    if not sheet.check(step, form):
        return page(sheet, step, form), 422
    if step.slug == "about" and all(one.found.problem for one in sheet.look_up(db.session())):
        form.complain("targets", text("None of these lines leads to something here."))
        return page(sheet, step, form), 422
    return page(sheet, sheet.beside(step, 1))


def posted() -> tuple[Sheet, Step]:
    """Return all that the page sent, and the step that it showed."""
    sheet = Sheet(CombinedMultiDict([request.files, request.form]))
    return sheet, sheet.step(request.form.get("step", ""))


def send(sheet: Sheet) -> ResponseReturnValue:
    """Take the report, or go back to the first step that something is wrong with."""
    if request.form.get(HONEYPOT):
        current_app.logger.warning("a report filled in the field that people do not see: dropped")
        return receipt(sheet)
    for step in sheet.steps:
        form = sheet.form(step)
        if not sheet.check(step, form):
            return page(sheet, step, form), 422
    files = form.sent()
    if form.errors:
        return page(sheet, step, form), form.status
    keep_within_rate()
    session, notice = db.session(), sheet.notice()
    actor = Actor("party", name=notice.notifier.name if notice.notifier else "")
    try:
        with session.begin_nested():
            received = receive(session, notice, actor=actor, channel="report", files=files,
                               is_proven=proven_notifier() is not None)  # fmt: skip
    except InvalidFields as refused:
        return page(sheet, *sheet.blame(refused.errors)), 422
    return receipt(sheet, received)


def page(
    sheet: Sheet, step: Step | None = None, form: Any = None, said: Text | None = None,
    *, may_look: bool = True,
) -> str:  # fmt: skip
    """Render a step, with what of it was refused, and with what is reported where that helps."""
    step = step or sheet.steps[0]
    helps = step.slug in ("why", "check") or (step.slug == "about" and form and form.errors)
    return render_template(
        "intake/report/step.html",
        sheet=sheet,
        step=step,
        form=form or sheet.form(step),
        place=sheet.steps.index(step) + 1,
        lines=sheet.look_up(db.session()) if helps and may_look else [],
        said=said,
        honeypot=HONEYPOT,
        accept=ACCEPT,
        files_hint=files_hint(),
    )


def receipt(sheet: Sheet, received: Received | None = None) -> ResponseReturnValue:
    """Say that it is here, under which reference, and what comes next."""
    html = render_template("intake/report/receipt.html", sheet=sheet, received=received)
    return html, 201


@blueprint.errorhandler(CSRFError)
def too_old(_error: CSRFError) -> ResponseReturnValue:
    """Show the step again with everything typed: the page was open too long."""
    sheet, step = posted()
    said = text("This page was open too long. What you typed is kept: send it once more.")
    return page(sheet, step, said=said, may_look=False), 400


@blueprint.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Show the step again with everything typed, and when to send it."""
    sheet, step = posted()
    reached = limiter.current_limit
    seconds = retry_after(reached) if reached else 60
    said = text(
        "Too many reports came from here. What you typed is kept: send it again in %(minutes)s"
        " minutes. Chosen files have to be chosen again.",
        minutes=-(-seconds // 60),
    )
    response = make_response(page(sheet, step, said=said, may_look=False), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


@blueprint.errorhandler(NotPossible)
def refused(refusal: NotPossible) -> ResponseReturnValue:
    """Say clearly that reports of this person are not examined for a time, and what was typed."""
    sheet, _ = posted()
    html = render_template("intake/report/refused.html", sheet=sheet, said=refusal.said)
    return html, refusal.status


blueprint.after_request(unlisted)
