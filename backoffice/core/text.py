"""Sentences that are stored or declared now and read later, in the reader's language."""

from typing import Any, NamedTuple


def N_(msgid: str) -> str:  # noqa: N802 (gettext's own name for a marked, untranslated string)
    """Mark an English sentence for translation where it is declared, not shown."""
    return msgid


class Text(NamedTuple):
    """A translatable sentence with its values, kept as data until somebody reads it."""

    msgid: str
    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the form that a JSON column keeps."""
        return {"msgid": self.msgid, "values": self.values}


class Label(Text):
    """A short sentence that stands out where lists show it."""


def text(msgid: str, **values: Any) -> Text:
    """Build a `Text`; the msgid uses `%(name)s` placeholders."""
    return Text(msgid, values)


def both(fr: str, en: str) -> dict[str, str]:
    """Return a name that data holds in both languages, as a value of a sentence."""
    return {"fr": fr, "en": en}
