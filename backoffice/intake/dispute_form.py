"""A dispute as programs send it: with the documents of both sides."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backoffice.core.answer import Sent
from backoffice.intake.sent_files import admit_all
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.sent_file import FileBytes, FileWord
from backoffice.queues.disputes.form import DisputeForm
from backoffice.queues.disputes.receive import Brought

DOCUMENTS_MAX = 20


class DisputeDocument(BaseModel):
    """A piece of evidence, and which side brings it."""

    model_config = STRICT
    side: Literal["buyer", "seller"]
    kind: Literal[
        "delivery_proof", "tracking", "preparation_slip", "identifier", "condition_report",
        "return_proof", "expert", "photo", "order_invoice", "conversation", "other",
    ]  # fmt: skip
    filename: FileWord
    content_type: FileWord
    content_base64: FileBytes


class DisputeSent(DisputeForm):
    """A dispute and its documents."""

    documents: Annotated[
        list[DisputeDocument], Field(default_factory=list, max_length=DOCUMENTS_MAX)
    ]

    def files(self) -> list[Brought]:
        """Return what may be kept; raises UploadTooLarge, or InvalidFields that name the files."""
        kept = admit_all(self.documents, "documents")
        return [
            Brought(sent.side, Sent(sent.kind, file))
            for sent, file in zip(self.documents, kept, strict=True)
        ]
