"""What is sent to register a seller: the model that validates it and that documents it."""

import hashlib
from base64 import b64decode
from binascii import Error
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.config import JsonDict

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.profile_form import STRICT, ProfileForm
from backoffice.marketplace.seller import EXTERNAL_ID

DOCUMENTS_MAX = 10
_LINE_ENDS = str.maketrans("", "", "\r\n")
EXAMPLE: JsonDict = {
    "external_id": "shop-1042",
    "plan": "pro",
    "locale": "fr",
    "company": {
        "legal_name": "La Poste",
        "legal_form": "SA",
        "siren": "356000000",
        "siret": "35600000000048",
        "vat_number": "FR39356000000",
        "register": {"kind": "RCS", "town": "Paris", "number": "356 000 000"},
        "address": {
            "line1": "9 rue du Colonel Pierre Avia",
            "postal_code": "75015",
            "city": "Paris",
            "country": "FR",
        },
    },
    "representative": {
        "first_name": "Jeanne",
        "last_name": "Martin",
        "email": "jeanne.martin@example.com",
        "phone": "+33199000001",
    },
    "contact_email": "contact@example.com",
    "iban": "FR7630006000011234567890189",
    "self_certified": True,
    "documents": [],
}


def decode(raw: Any) -> bytes:
    """Return the bytes behind base64, in one line or in several."""
    if not isinstance(raw, str):
        raise InvalidInput(text("Send the bytes of the file as text in base64."))
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

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    external_id: Annotated[str, Field(pattern=EXTERNAL_ID, examples=["shop-1042"])]
    plan: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$", examples=["pro"])]
    self_certified: bool
    documents: Annotated[list[Document], Field(default_factory=list, max_length=DOCUMENTS_MAX)]

    def sha256(self) -> str:
        """Return the digest of what is said, however it was spaced and ordered."""
        return sha256_of(self.model_dump_json().encode())
