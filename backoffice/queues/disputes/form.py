"""What is sent of a dispute: the model that validates it, whoever sends it."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.core.clock import now
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, parse_text
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID

LINES_MAX, CLAIM_MAX = 200, 10_000
EXAMPLE: JsonDict = {
    "external_id": "litige-2041",
    "order": "2026-88104",
    "basis": "conformity",
    "claim": "Le son grésille depuis le premier jour.",
    "claimed_at": "2026-05-21T09:30:00+02:00",
    "amount_minor": 24790,
    "currency": "EUR",
    "lines": ["1"],
    "grounds": ["other_item"],
    "answer": "L’exemplaire revenu porte un autre numéro de série.",
}


def _past(at: Any) -> Any:
    if at > now():
        raise InvalidInput(text("This lies in the future."))
    return at


Reference = Annotated[str, Field(pattern=EXTERNAL_ID)]
Claim = Annotated[
    str,
    Field(min_length=1, max_length=CLAIM_MAX),
    AfterValidator(lambda raw: parse_text(raw, CLAIM_MAX)),
]
Answer = Annotated[
    str,
    Field(max_length=CLAIM_MAX),
    AfterValidator(lambda raw: parse_text(raw, CLAIM_MAX) if raw.strip() else ""),
]


class DisputeForm(BaseModel):
    """A refund request and why the seller contests it."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    external_id: Reference
    order: Reference
    basis: Literal[
        "withdrawal", "conformity", "hidden_defect", "not_delivered", "late", "return_30_days",
        "ordered_by_mistake", "counterfeit",
    ]  # fmt: skip
    claim: Claim = Field(description="In the buyer’s words")
    claimed_at: Annotated[AwareDatetime, Field(strict=False), AfterValidator(_past)]
    amount_minor: Annotated[int, Field(gt=0, le=10**12, description="Cents, VAT included")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    lines: Annotated[
        list[Reference], Field(max_length=LINES_MAX, description="None: the whole order")
    ] = []
    grounds: Annotated[
        list[Literal["other_item", "after_30_days", "used", "not_returned", "other"]],
        Field(max_length=5),
    ] = []
    answer: Answer = Field("", description="In the seller’s words")

    def columns(self) -> dict[str, Any]:
        """Return what a dispute keeps of it as it was sent."""
        kept = self.model_dump(include=set(DisputeForm.model_fields) - {"order"})
        return {
            **kept,
            "lines": list(dict.fromkeys(self.lines)),
            "grounds": sorted(set(self.grounds)),
        }
