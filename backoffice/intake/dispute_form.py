"""A dispute as programs send it: with the documents of both sides."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backoffice.core.answer import Sent
from backoffice.core.text import Text
from backoffice.core.typed_text import InvalidFields
from backoffice.core.uploads import UnsafeUpload, UploadTooLarge, admit
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
        admitted: list[Brought] = []
        errors: dict[str, Text] = {}
        for number, sent in enumerate(self.documents):
            try:
                file = admit(sent.filename, sent.content_type, sent.content_base64)
                admitted.append(Brought(sent.side, Sent(sent.kind, file)))
            except UploadTooLarge:
                raise
            except UnsafeUpload as refused:
                errors[f"documents/{number}"] = refused.text
        if errors:
            raise InvalidFields(errors)
        return admitted
