"""What is sent to register a seller: the model that validates it and that documents it."""

import hashlib
from base64 import b64decode
from binascii import Error
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.profile_form import STRICT, ProfileForm
from backoffice.marketplace.seller import EXTERNAL_ID

DOCUMENTS_MAX = 10
_LINE_ENDS = str.maketrans("", "", "\r\n")


def decode(raw: Any) -> bytes:
    """Return the bytes behind base64, in one line or in several."""
    if not isinstance(raw, str):
        raise InvalidInput(text("Send the file's bytes as text in base64."))
    try:
        return b64decode(raw.translate(_LINE_ENDS), validate=True)
    except (Error, ValueError) as error:
        raise InvalidInput(text("This is not base64: check that nothing was cut off.")) from error


def sha256_of(data: bytes) -> str:
    """Return the digest (hex) that stands for a file where a whole registration is compared."""
    return hashlib.sha256(data).hexdigest()


class Document(BaseModel):
    """A file of the seller; one that cannot be read is kept as a failed check, not refused."""

    model_config = STRICT
    kind: Literal["kbis", "identity", "bank_proof"]
    filename: Annotated[str, Field(min_length=1, max_length=255)]
    content_type: Annotated[str, Field(min_length=1, max_length=255)]
    content_base64: Annotated[
        bytes,
        BeforeValidator(decode),
        PlainSerializer(sha256_of, when_used="json"),
        WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
    ]


class RegistrationForm(ProfileForm):
    """A seller's wish to sell here, on a plan."""

    model_config = STRICT
    external_id: Annotated[str, Field(pattern=EXTERNAL_ID, examples=["shop-1042"])]
    plan: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$", examples=["pro"])]
    self_certified: bool
    documents: Annotated[list[Document], Field(default_factory=list, max_length=DOCUMENTS_MAX)]

    def sha256(self) -> str:
        """Return the digest of what is said, however it was spaced and ordered."""
        return sha256_of(self.model_dump_json().encode())
