"""A notice as programs send it: with its files."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backoffice.core.answer import Sent
from backoffice.core.text import Text
from backoffice.core.typed_text import InvalidFields
from backoffice.core.uploads import UnsafeUpload, UploadTooLarge, admit
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.sent_file import FileBytes, FileWord
from backoffice.queues.notices.form import FILES_MAX, NoticeForm


class NoticeFile(BaseModel):
    """A proof, or the mandate of an agent."""

    model_config = STRICT
    filename: FileWord
    content_type: FileWord
    content_base64: FileBytes
    kind: Literal["evidence", "mandate"] = "evidence"


class NoticeSent(NoticeForm):
    """A notice and its files; the same notice with other files is the same notice."""

    attachments: Annotated[list[NoticeFile], Field(default_factory=list, max_length=FILES_MAX)]

    def files(self) -> list[Sent]:
        """Return what may be kept; raises UploadTooLarge, or InvalidFields that name the files."""
        admitted: list[Sent] = []
        errors: dict[str, Text] = {}
        for number, sent in enumerate(self.attachments):
            try:
                file = admit(sent.filename, sent.content_type, sent.content_base64)
                admitted.append(Sent(sent.kind, file))
            except UploadTooLarge:
                raise
            except UnsafeUpload as refused:
                errors[f"attachments/{number}"] = refused.text
        if errors:
            raise InvalidFields(errors)
        return admitted
