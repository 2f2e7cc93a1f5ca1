"""Fields of tables whose columns hold lists or rows of other tables, typed as words."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

MARK = "*"  # after the code of what is required
CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")
PARTS_MAX = 5


class LinesField(TextAreaField):
    """A list of short texts, one a line; empty lines are left out."""

    data: Any

    def process_data(self, value: Iterable[str] | None) -> None:
        """Show one a line."""
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read one a line, each once."""
        self.typed = valuelist[0] if valuelist else ""
        lines = (" ".join(line.split()) for line in self.typed.splitlines())
        self.data = list(dict.fromkeys(line for line in lines if line))

    def _value(self) -> str:
        return "\n".join(map(str, self.data or []))


class CharacteristicsField(TextAreaField):
    """The characteristics of a category, one a line: `code* | French | English | unit | a, b`."""

    data: Any
    typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read one a line; a star after the code requires it, unit and values may be left out."""
        self.typed = valuelist[0] if valuelist else ""
        self.data = [
            self._read(number, line)
            for number, line in enumerate(self.typed.splitlines(), start=1)
            if line.strip()
        ]

    def _read(self, number: int, line: str) -> dict[str, Any]:
        parts = [part.strip() for part in line.split("|")]
        if not 3 <= len(parts) <= PARTS_MAX or not (parts[1] and parts[2]):
            raise ValueError(
                _("Line %(number)s: write code | French name | English name.", number=number)
            )
        code, required = parts[0].removesuffix(MARK).strip(), parts[0].endswith(MARK)
        if not CODE.fullmatch(code):
            raise ValueError(
                _("Line %(number)s: a code has small letters, digits and _.", number=number)
            )
        unit, values = (*parts[3:], "", "")[:2]
        one = {"code": code, "label_fr": parts[1], "label_en": parts[2], "required": required}
        listed = [value for part in values.split(",") if (value := part.strip())]
        return one | ({"unit": unit} if unit else {}) | ({"values": listed} if listed else {})

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "\n".join(map(_line, self.data or []))


def _line(one: dict[str, Any]) -> str:
    code = one["code"] + MARK * bool(one.get("required"))
    parts = [code, one["label_fr"], one["label_en"], one.get("unit", ""),
             ", ".join(one.get("values", ()))]  # fmt: skip
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def matching(pattern: str, said: str) -> Callable[[Any, Any], None]:
    """Return a validator: the whole of a text, or of each line of a list, is of this form."""
    form = re.compile(pattern)

    def check(_form: Any, field: Any) -> None:
        values = field.data if isinstance(field.data, list) else [field.data or ""]
        for value in values:
            if not form.fullmatch(value):
                raise ValidationError(_(said) + f" ({value})" * isinstance(field.data, list))

    return check


class ItemsField(StringField):
    """A short list in one line, commas between; `read` returns an item or raises ValueError."""

    data: Any

    def __init__(self, *args: Any, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed: str | None = None
        self.read = read

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read each item once; spaces part them too."""
        self.typed = valuelist[0] if valuelist else ""
        items = (item for item in re.split(r"[\s,;]+", self.typed) if item)
        self.data = list(dict.fromkeys(map(self.read, items)))

    def _value(self) -> str:
        return self.typed if self.typed is not None else ", ".join(map(str, self.data or ()))


class RowField(StringField):
    """A row of another table, typed by the name that people know it by."""

    data: Any

    def __init__(
        self,
        *args: Any,
        find: Callable[[str], Any],
        absent: str,
        allow_blank: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.typed: str | None = None
        self.find, self.absent = find, absent

    def process_formdata(self, valuelist: list[str]) -> None:
        """Find the row; an unknown name is refused."""
        self.typed = valuelist[0] if valuelist else ""
        self.data = self.find(self.typed)
        if self.typed.strip() and self.data is None:
            raise ValueError(self.gettext(self.absent))

    def _value(self) -> str:
        return self.typed if self.typed is not None else str(self.data or "")
