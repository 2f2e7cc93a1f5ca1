"""What is sent of a notice, by the API or the public page: the models that validate it."""

import hashlib
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict

from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput, parse_line, parse_text
from backoffice.marketplace.contacts import parse_email
from backoffice.marketplace.profile_form import STRICT, Name
from backoffice.marketplace.right_number import check_territories, parse_right_number
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.queues.notices.model import RIGHTS, NoticeKind

TARGETS_MAX, TYPED_MAX, EXPLANATION_MAX, FILES_MAX = 50, 500, 10_000, 10
EXAMPLE: JsonDict = {
    "kind": "trademark",
    "locale": "fr",
    "explanation": "Ces bouilloires portent notre marque sans autorisation.",
    "notifier": {"name": "Claire Roux", "email": "claire.roux@terrabelle.example"},
    "good_faith": True,
    "targets": [{"kind": "listing", "seller": "shop-1042", "external_id": "bouilloire-12"}],
    "right": {
        "register": "INPI", "number": "4123456", "sign": "TERRABELLE",
        "territories": ["FR"], "classes": [21],
        "holder": {"name": "Terrabelle SAS", "country": "FR"},
        "role": "owner", "infringes": ["product", "text"],
    },
}  # fmt: skip


def _must_be_true(value: bool) -> bool:
    if not value:
        raise InvalidInput(
            text("Confirm that what you say is accurate and complete, to the best of your belief.")
        )
    return value


Typed = Annotated[
    str,
    Field(min_length=1, max_length=TYPED_MAX),
    AfterValidator(lambda raw: parse_line(raw, TYPED_MAX)),
]
Reference = Annotated[str, Field(pattern=EXTERNAL_ID)]
Explanation = Annotated[
    str,
    Field(min_length=1, max_length=EXPLANATION_MAX),
    AfterValidator(lambda raw: parse_text(raw, EXPLANATION_MAX)),
]
Prose = Annotated[
    str, Field(max_length=2000), AfterValidator(lambda raw: parse_text(raw, 2000) if raw else "")
]
Email = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(parse_email)]
Short = Annotated[
    str, Field(max_length=200), AfterValidator(lambda raw: parse_line(raw) if raw else "")
]
Confirmed = Annotated[bool, AfterValidator(_must_be_true)]


class Target(BaseModel):
    """One thing reported: by the marketplace's identifiers, or as a person types it."""

    model_config = STRICT
    kind: Literal["listing", "seller", "review", "message"] | None = None
    seller: Reference | None = None
    external_id: Reference | None = None
    typed: Typed | None = Field(None, description="An address, a reference or a GTIN")

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        """Ask for one way of naming it."""
        named = {
            "listing": self.seller and self.external_id,
            "seller": self.seller or self.external_id,
            "review": self.external_id,
            "message": self.external_id,
            None: self.typed,
        }
        if not named[self.kind]:
            raise InvalidInput(
                text("Name it: kind with its identifiers, or an address, reference or GTIN.")
            )
        return self


class NotifierForm(BaseModel):
    """Who reports."""

    model_config = STRICT
    name: Name
    email: Email
    organisation: Short = ""


class Holder(BaseModel):
    """Whose right it is."""

    model_config = STRICT
    name: Name
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "FR"  # wherever in the world
    address: Short = ""
    email: Email | None = None


class RightForm(BaseModel):
    """The right that is invoked, and what infringes it."""

    model_config = STRICT
    kind: (
        Literal["trademark", "copyright", "design", "patent", "geographical_indication"] | None
    ) = Field(None, description="Where the notice's kind does not say it: counterfeit")
    register_name: Short = Field("", alias="register")
    number: Short = ""
    sign: Short = ""
    territories: Annotated[
        list[Annotated[str, Field(pattern="^[A-Z]{2}$")]], Field(max_length=60)
    ] = []
    classes: Annotated[list[Annotated[int, Field(ge=1, le=45)]], Field(max_length=45)] = []
    expires_on: Annotated[date, Field(strict=False)] | None = None
    holder: Holder
    role: Literal["owner", "agent"]
    infringes: Annotated[
        list[Literal["product", "packaging", "image", "text"]], Field(min_length=1, max_length=4)
    ]
    test_purchase: Prose = ""

    def problems(self, kind: str) -> dict[str, Text]:
        """Return what the register's own rules refuse, by field; `kind` is the notice's."""
        try:
            number = parse_right_number(self.register_name, self.kind_in(kind), self.number)
        except InvalidInput as refused:
            return {"right/number": refused.text}
        try:
            check_territories(number.register, self.territories)
        except InvalidInput as refused:
            return {"right/territories": refused.text}
        return {}

    def kind_in(self, kind: str) -> str:
        """Return the kind of right that a notice of this kind invokes."""
        return (self.kind or "trademark") if kind == NoticeKind.COUNTERFEIT else kind


class NoticeForm(BaseModel):
    """A notice: what is wrong where, who says so, in good faith."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    kind: Literal[
        "trademark", "copyright", "design", "patent", "counterfeit", "dangerous", "illegal",
        "child_abuse", "behaviour", "extra_charge", "review", "message",
    ]  # fmt: skip
    locale: Literal["fr", "en"] = "fr"
    explanation: Explanation
    notifier: NotifierForm | None = Field(None, validate_default=True)
    good_faith: Confirmed
    targets: Annotated[list[Target], Field(min_length=1, max_length=TARGETS_MAX)]
    right: RightForm | None = Field(None, validate_default=True)

    @field_validator("notifier")
    @classmethod
    def _is_named(cls, notifier: NotifierForm | None, info: ValidationInfo) -> NotifierForm | None:
        """Ask for a name unless the law lets one report without (DSA art. 16(2)(c))."""
        if notifier is None and info.data.get("kind") != NoticeKind.CHILD_ABUSE:
            raise InvalidInput(text("Say who you are: a name and an e-mail address."))
        return notifier

    @field_validator("right")
    @classmethod
    def _is_invoked(cls, right: RightForm | None, info: ValidationInfo) -> RightForm | None:
        """Ask for the right that a notice of this kind invokes."""
        if right is None and info.data.get("kind") in RIGHTS:
            raise InvalidInput(text("Say which right is infringed, and whose it is."))
        return right

    def sha256(self) -> bytes:
        """Return what tells whether the same was sent before."""
        what = set(NoticeForm.model_fields) - {"locale", "good_faith"}
        said: dict[str, Any] = self.model_dump(include=what, mode="json")
        return hashlib.sha256(repr(sorted(said.items())).encode()).digest()
