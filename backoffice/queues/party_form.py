"""What forms for people outside share: the documents that they may send with a form."""

from typing import Any

from wtforms import FileField, Form, MultipleFileField

from backoffice.core.answer import Sent
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.core.uploads import EXTENSIONS, Admitted, UploadTooLarge, admit
from config.settings import get_settings

DOCUMENT = "document:"  # how the name of a field for one document begins: its kind follows
FILES_MAX = 10
ACCEPT = ",".join(ending for endings in EXTENSIONS.values() for ending in endings)


def files_hint() -> Text:
    """Say what may be sent."""
    megabytes = get_settings().upload_max_bytes // (1024 * 1024)
    return text(
        "PDF, JPEG, PNG or WebP; %(count)s files at most, %(size)s MB each.",
        count=FILES_MAX,
        size=megabytes,
    )


def admitted(upload: Any) -> Admitted:
    """Return an upload that may be kept, read no further than one byte too much.

    Raises InvalidInput for what may not.
    """
    data = upload.stream.read(get_settings().upload_max_bytes + 1)
    return admit(upload.filename, upload.mimetype or "", data)


def named(upload: Any, refused: InvalidInput) -> Text:
    """Say which file was refused, and why."""
    return text("%(name)s: %(problem)s", name=upload.filename[-80:], problem=refused.text.to_json())


class PartyForm(Form):
    """A form with documents: what is wrong with a file is said beside its field."""

    files = MultipleFileField(N_("Documents"))
    too_large = False

    def sent(self) -> list[Sent]:
        """Return the documents that may be kept; complaints stand on their fields."""
        found = [
            Sent(field.name.removeprefix(DOCUMENT) if field.name != "files" else "evidence", file)
            for field in self
            if isinstance(field, FileField)
            for upload in (field.data if isinstance(field.data, list) else [field.data])
            if upload and upload.filename and (file := self._admitted(field, upload))
        ]
        if len(found) > FILES_MAX:
            self.complain("files", files_hint())
        return found

    def _admitted(self, field: FileField, upload: Any) -> Admitted | None:
        try:
            return admitted(upload)
        except InvalidInput as refused:
            self.too_large = self.too_large or isinstance(refused, UploadTooLarge)
            self.complain(field.name, named(upload, refused))
        return None

    def complain(self, name: str, said: Text) -> None:
        """Add an error to a field."""
        self[name].errors = [*self[name].errors, said]

    @property
    def status(self) -> int:
        """Return what HTTP calls the form's errors."""
        return 413 if self.too_large else 422
