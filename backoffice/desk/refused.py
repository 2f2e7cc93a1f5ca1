"""What a refused action answers: the case's page again, with what was typed, and why."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, default_exceptions

from backoffice.core.refusal import Invalid, Refused
from backoffice.desk.access import case_named
from backoffice.desk.blueprint import blueprint
from backoffice.desk.casepage import case_page
from backoffice.desk.offers import Attempt
from backoffice.web import errors
from backoffice.web.text import say


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    """Answer a refusal; by now all that was begun is rolled back."""
    arguments = request.view_args or {}
    if error.status == NotFound.code:
        return errors.answer(NotFound())
    if "reference" not in arguments:
        return errors.answer(default_exceptions[error.status](say(error.said)))
    name = arguments.get("name", "")
    attempt = Attempt(name, request.form, is_checked=isinstance(error, Invalid))
    try:
        return case_page(case_named(arguments["reference"]), attempt, error.said), error.status
    except NotFound as absent:
        return errors.answer(absent)
