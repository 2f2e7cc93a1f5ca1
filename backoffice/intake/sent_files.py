"""The files of a body: those that may be kept, and what is wrong with the others."""

from collections.abc import Sequence
from typing import Protocol

from backoffice.core.text import Text
from backoffice.core.typed_text import InvalidFields
from backoffice.core.uploads import Admitted, UnsafeUpload, UploadTooLarge, admit


class SentFile(Protocol):
    """A file as programs send it."""

    filename: str
    content_type: str
    content_base64: bytes


def admit_all(sent: Sequence[SentFile], name: str) -> list[Admitted]:
    """Return the files of a field; raises UploadTooLarge, or InvalidFields that name the files."""
    admitted: list[Admitted] = []
    errors: dict[str, Text] = {}
    for number, one in enumerate(sent):
        try:
            admitted.append(admit(one.filename, one.content_type, one.content_base64))
        except UploadTooLarge:
            raise
        except UnsafeUpload as refused:
            errors[f"{name}/{number}"] = refused.text
    if errors:
        raise InvalidFields(errors)
    return admitted
