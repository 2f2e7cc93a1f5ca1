"""Refusals told to a program: `application/problem+json`, a pointer for each field.

Sentences are in English unless the caller asks for French (`Accept-Language`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request
from flask_babel import force_locale
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from backoffice.core.model_errors import sentence
from backoffice.core.refusal import Refused
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.core.uploads import UploadTooLarge
from backoffice.intake.blueprint import blueprint
from backoffice.marketplace.feeds.record import UnreadableFile
from backoffice.marketplace.profile_fields import pointer_to
from backoffice.web.problem import problem
from backoffice.web.text import say

LOCALES = ("en", "fr")
INVALID = text("The body has errors: nothing was stored.")


def said(sentence: Text) -> str:
    """Say a sentence in the caller's language."""
    with force_locale(request.accept_languages.best_match(LOCALES, "en")):
        return say(sentence)


def refused(status: int, sentence: Text, errors: Mapping[str, Text] | None = None,
            **more: Any) -> Response:  # fmt: skip
    """Build the answer; `errors` are sentences by pointer."""
    listed = [{"pointer": at, "detail": said(what)} for at, what in (errors or {}).items()]
    return problem(status, said(sentence), errors=listed, **more)


def invalid_body(error: ValidationError) -> Response:
    """Answer 422 for a body that its model refuses."""
    found: dict[str, Text] = {}
    for one in error.errors(include_url=False, include_input=False):
        found.setdefault(pointer(one["loc"]), sentence(one))
    return refused(422, INVALID, found)


def pointer(location: Iterable[int | str]) -> str:
    """Return a place in a body as RFC 6901 writes it."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)


@blueprint.errorhandler(Refused)
def answer_refusal(refusal: Refused) -> Response:
    """Answer what may not be done now."""
    return refused(refusal.status, refusal.said, **refusal.more)


@blueprint.errorhandler(InvalidFields)
def answer_invalid(invalid: InvalidFields) -> Response:
    """Answer 422 for values that do not hold together."""
    by_pointer = {pointer_to(name): what for name, what in invalid.errors.items()}
    return refused(422, INVALID, by_pointer)


@blueprint.errorhandler(UnreadableFile)
def answer_unreadable(problem: UnreadableFile) -> Response:
    """Answer 422 for a file that is no table of products."""
    return refused(422, INVALID, {"/file": problem.text})


@blueprint.errorhandler(UploadTooLarge)
def answer_too_large(upload: UploadTooLarge) -> Response:
    """Answer 413 for a document above the limit."""
    return refused(413, upload.text)


@blueprint.errorhandler(RequestEntityTooLarge)
def answer_large_request(_: RequestEntityTooLarge) -> Response:
    """Answer 413 for a call that is larger than what is read of it."""
    megabytes = (request.max_content_length or 0) // (1024 * 1024)
    return refused(413, text("At most %(count)s MB are taken in one call: send the rest in"
                             " another.", count=megabytes))  # fmt: skip
