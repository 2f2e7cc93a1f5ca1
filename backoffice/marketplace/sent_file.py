"""The fields of a file as programs send it: its name and type, its bytes in base64."""

import hashlib
from base64 import b64decode
from binascii import Error
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput

_LINE_ENDS = str.maketrans("", "", "\r\n")


def decode(raw: Any) -> bytes:
    """Return the bytes behind base64, in one line or in several."""
    if not isinstance(raw, str):
        raise InvalidInput(text("Send the bytes of the file as text in base64."))
    try:
        return b64decode(raw.translate(_LINE_ENDS), validate=True)
    except (Error, ValueError) as error:
        raise InvalidInput(text("This is not base64: check that nothing was cut off.")) from error


def sha256_of(data: bytes) -> str:
    """Return the digest (hex) that stands for a file where a whole body is compared."""
    return hashlib.sha256(data).hexdigest()


FileWord = Annotated[str, Field(min_length=1, max_length=255)]
FileBytes = Annotated[
    bytes,
    BeforeValidator(decode),
    PlainSerializer(sha256_of, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
