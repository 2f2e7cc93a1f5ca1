"""Deciding: every action of every queue goes through one view, and its preview through another."""

from typing import Any

import werkzeug
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from backoffice.core.decide import decide
from backoffice.desk import refused
from backoffice.desk.access import case_named
from backoffice.desk.after import conclude
from backoffice.desk.blueprint import blueprint
from backoffice.desk.casepage import case_page
from backoffice.desk.offers import Attempt
from backoffice.desk.once import once_only
from backoffice.desk.preview import preview as foreseen
from backoffice.extensions import db
from backoffice.staff.guard import signed_in
from backoffice.web.headers import frame_mail

__all__ = ["act", "preview", "preview_laid_out", "refused"]


@blueprint.post("/cases/<reference>/<name>")
@signed_in
@once_only
def act(reference: str, name: str) -> werkzeug.Response:
    """Carry out an action on a case; a refusal answers with the page and what was typed."""
    case = case_named(reference)
    decision = decide(db.session(), reference, name, actor=current_user.actor, data=posted(),
                      version=version())  # fmt: skip
    return redirect(conclude(case, name, decision), 303)


@blueprint.post("/cases/<reference>/preview/<name>")
@signed_in
def preview(reference: str, name: str) -> str:
    """Show the case with what the action would do, and the mails it would send, word for word."""
    case = case_named(reference)
    found = foreseen(db.session(), reference, name, actor=current_user.actor, data=request.form,
                     version=version())  # fmt: skip
    return case_page(case, Attempt(name, request.form, preview=found))


@blueprint.post("/cases/<reference>/preview/<name>/<int:number>")
@signed_in
def preview_laid_out(reference: str, name: str, number: int) -> ResponseReturnValue:
    """Show one of those mails as it is laid out, alone, for a locked frame."""
    case_named(reference)
    found = foreseen(db.session(), reference, name, actor=current_user.actor, data=request.form,
                     version=version())  # fmt: skip
    return frame_mail(Response("".join(mail.html for mail in found.mails[number - 1 : number])))


def posted() -> CombinedMultiDict[str, Any]:
    """Return the form's values, its files among them; a preview, which keeps nothing, has none."""
    return CombinedMultiDict([request.files, request.form])


def version() -> int:
    """Return the version that the form was made for; 0, which no case has, when it says none."""
    return request.values.get("version", 0, type=int)
