"""The blueprint that every page of this room hangs on, and what its templates may call."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from backoffice.desk import words
from backoffice.desk.briefly import next_turn
from backoffice.marketplace.legal_forms import legal_form_label
from backoffice.marketplace.profile_fields import label_of

blueprint = Blueprint("desk", __name__)


@blueprint.after_request
def note_form(response: Response) -> Response:
    """Let the figures beside links follow one's own actions at once."""
    if request.method == "POST":
        next_turn()
    return response


@blueprint.context_processor
def shared() -> dict[str, Any]:
    """Give templates the words of states and flags, and a fresh number for a form."""
    return {
        "words": words,
        "once": lambda: uuid4().hex,
        "label_of": label_of,
        "legal_form": legal_form_label,
        "phone": phone,
    }


def phone(number: str) -> str:
    """Write a phone number as people read it, e.g. “+33 1 99 00 00 01”."""
    try:
        return format_number(parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number  # a pseudonym stands there
