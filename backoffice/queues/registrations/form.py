"""What is sent to register a seller: the model that validates it and that documents it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.marketplace.profile_form import STRICT, ProfileForm
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.marketplace.sent_file import FileBytes, FileWord, sha256_of

DOCUMENTS_MAX = 10
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


class Document(BaseModel):
    """A file of the seller; one that cannot be read is kept as a failed check, not refused."""

    model_config = STRICT
    kind: Literal["kbis", "identity", "bank_proof"]
    filename: FileWord
    content_type: FileWord
    content_base64: FileBytes


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
