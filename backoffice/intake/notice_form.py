"""A notice as programs send it: with its files."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backoffice.core.answer import Sent
from backoffice.intake.sent_files import admit_all
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
        kept = admit_all(self.attachments, "attachments")
        return [Sent(sent.kind, file) for sent, file in zip(self.attachments, kept, strict=True)]
