"""The blueprint that every page of this room hangs on, and what its templates may call."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint
from flask_babel import gettext as _
from markupsafe import Markup
from phonenumbers import PhoneNumberFormat, format_number, parse

from backoffice.core.money import Money
from backoffice.core.text import Text
from backoffice.desk import words
from backoffice.marketplace.legal_forms import legal_form_label
from backoffice.marketplace.profile_fields import label_of
from backoffice.web.dates import when
from backoffice.web.numbers import money
from backoffice.web.text import say

blueprint = Blueprint("desk", __name__)


@blueprint.app_template_filter()
def cell(value: Any) -> Any:
    """Write a value of a list's own column; an unknown one is said."""
    if value is None or value == "":
        return Markup('<span class="quiet">{}</span>').format(_("unknown"))
    if isinstance(value, datetime):
        return when(value, "short")
    if isinstance(value, Money):
        return money(value)
    return say(value) if isinstance(value, Text) else value


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
    return format_number(parse(number), PhoneNumberFormat.INTERNATIONAL)
