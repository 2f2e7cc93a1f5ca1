"""Refusals told to a program: `application/problem+json`, a pointer for each field.

Sentences are in English unless the caller asks for French (`Accept-Language`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request
from flask_babel import force_locale
from pydantic import ValidationError

from backoffice.core.refusal import Refused
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidFields, InvalidInput
from backoffice.core.uploads import UploadTooLarge
from backoffice.intake.blueprint import blueprint
from backoffice.marketplace.profile_fields import pointer_to
from backoffice.web.problem import problem
from backoffice.web.text import say

LOCALES = ("en", "fr")
INVALID = text("The body has errors: nothing was stored.")
SENTENCES = {
    "missing": N_("This field is required."),
    "extra_forbidden": N_("There is no such field."),
    "string_type": N_("Write this as text."),
    "string_unicode": N_("This text is not whole: send it in UTF-8."),
    "string_too_short": N_("This is empty or too short."),
    "string_too_long": N_("Use at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("This does not have the expected form: %(pattern)s."),
    "literal_error": N_("Use one of these: %(expected)s."),
    "bool_type": N_("Write true or false."),
    "too_long": N_("Send at most %(max_length)s of these."),
    "list_type": N_("Send a list."),
    "model_type": N_("Send an object."),
    "dict_type": N_("Send an object."),
    "date_type": N_("Write the date as 1980-12-31."),
    "date_from_datetime_parsing": N_("Write the date as 1980-12-31."),
    "date_from_datetime_inexact": N_("Write the date as 1980-12-31."),
}
"""What to say instead of pydantic's own words, by the type of its errors."""


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


def sentence(error: Any) -> Text:
    """Return what to tell about one of pydantic's errors."""
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, InvalidInput):
        return cause.text
    ours = SENTENCES.get(error["type"])
    return text(ours, **context) if ours else text("%(said)s.", said=error["msg"])


@blueprint.errorhandler(Refused)
def answer_refusal(refusal: Refused) -> Response:
    """Answer what may not be done now."""
    return refused(refusal.status, refusal.said, **refusal.more)


@blueprint.errorhandler(InvalidFields)
def answer_invalid(invalid: InvalidFields) -> Response:
    """Answer 422 for values that do not hold together."""
    by_pointer = {pointer_to(name): what for name, what in invalid.errors.items()}
    return refused(422, INVALID, by_pointer)


@blueprint.errorhandler(UploadTooLarge)
def answer_too_large(upload: UploadTooLarge) -> Response:
    """Answer 413 for a document above the limit."""
    return refused(413, upload.text)
