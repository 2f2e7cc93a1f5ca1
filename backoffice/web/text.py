"""Filters that say stored sentences in the reader's language."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from backoffice.core.text import Text
from backoffice.web.dates import say_when
from backoffice.web.locale import language, translate

DAY = re.compile(r"\d{4}-\d\d-\d\d")  # as JSON keeps a day


def say(value: Any) -> str:
    """Translate a marked string, a `Text`, or its JSON form; values may be sentences or days."""
    if value is None or value == "":
        return ""
    if isinstance(value, Text):
        return say(value.to_json())
    if isinstance(value, Mapping):
        values = {key: _inner(item) for key, item in value.get("values", {}).items()}
        msgid = value["msgid"]
        return translate(msgid, values) if msgid else ""
    if hasattr(value, "__html__"):
        return value
    return translate(value, {}) if isinstance(value, str) else str(value)


def _inner(value: Any) -> Any:
    if isinstance(value, date):
        return say_when(value, "day")
    if isinstance(value, str) and DAY.fullmatch(value):
        return _day(value)
    is_sentence = isinstance(value, Text) or (isinstance(value, Mapping) and "msgid" in value)
    if isinstance(value, Mapping) and not is_sentence:
        return value.get(language()) or value.get("fr", "")  # a name that data holds in both
    return say(value) if is_sentence else value


def _day(value: str) -> str:
    """Say a day that was stored; what only looks like one, as people type it, stays as it is."""
    try:
        return say_when(date.fromisoformat(value), "letter")
    except ValueError:
        return value


def initials(name: str) -> str:
    """Return at most two capitals for a round picture: “Inès Carpentier” gives “IC”."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper()
