"""What is sent of a deletion request: whose account, what is asked, by whom."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.core.clock import now
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, parse_text
from backoffice.marketplace.contacts import parse_email
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID

WORDS_MAX = 10_000
EXAMPLE: JsonDict = {
    "external_id": "suppression-118",
    "kind": "both",
    "party": {"kind": "seller", "id": "vendeur-4812"},
    "words": "Merci de fermer mon compte et d’effacer mes données.",
}


def _past(at: Any) -> Any:
    if at > now():
        raise InvalidInput(text("This lies in the future."))
    return at


class AccountNamed(BaseModel):
    """Whose account: sellers and buyers by the marketplace's number, notifiers by address."""

    model_config = STRICT
    kind: Literal["seller", "buyer", "notifier"]
    id: Annotated[str, Field(min_length=1, max_length=254)]


class ErasureSent(BaseModel):
    """A request to close an account, to erase personal data (GDPR art. 17), or both."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    external_id: Annotated[str, Field(pattern=EXTERNAL_ID)]
    kind: Literal["close", "erase", "both"]
    party: AccountNamed
    words: Annotated[
        str,
        Field(max_length=WORDS_MAX, description="As written"),
        AfterValidator(lambda raw: parse_text(raw, WORDS_MAX) if raw.strip() else ""),
    ] = ""
    asked_by: Annotated[
        str | None,
        Field(max_length=254, description="The address that asked, where it is not the account’s"),
        AfterValidator(lambda raw: parse_email(raw) if raw else raw),
    ] = None
    received_at: Annotated[
        AwareDatetime | None,
        Field(strict=False, description="When it was asked; now, if it is not said"),
        AfterValidator(lambda at: _past(at) if at else at),
    ] = None
