"""What to say instead of pydantic's own words about a value that a model refuses."""

from typing import Any

from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidInput

REQUIRED = text("This field is required.")
SENTENCES = {
    "missing": N_("This field is required."),
    "extra_forbidden": N_("There is no such field."),
    "string_type": N_("Write this as text."),
    "string_unicode": N_("This text is not whole: send it in UTF-8."),
    "string_too_short": N_("This is empty or too short."),
    "string_too_long": N_("Use at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("This does not have the expected form: %(pattern)s."),
    "literal_error": N_("Use one of these: %(expected)s."),
    "int_type": N_("Write a whole number."),
    "greater_than_equal": N_("Write at least %(ge)s."),
    "less_than_equal": N_("Write at most %(le)s."),
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


def sentence(error: Any) -> Text:
    """Return what to tell about one of pydantic's errors."""
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, InvalidInput):
        return cause.text
    ours = SENTENCES.get(error["type"])
    return text(ours, **context) if ours else text("%(said)s.", said=error["msg"])
