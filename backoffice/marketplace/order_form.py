"""What is sent of an order and of its events: the models that validate it and document it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.core.money import euros
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields, parse_text
from backoffice.marketplace.listing_form import PRICE_MAX_MINOR, Reference, Title
from backoffice.marketplace.profile_form import STRICT, Email, Locale, Name
from backoffice.marketplace.user_text_form import Given, Past

LINES_MAX, QUANTITY_MAX = 200, 10_000
TOTAL_MAX_MINOR = LINES_MAX * PRICE_MAX_MINOR
ADDRESS_MAX, NOTE_MAX = 500, 2000
CHARGE = r"^(ch|py)_[A-Za-z0-9_]{1,100}$"

ORDER: JsonDict = {
    "seller": "shop-1042",
    "buyer": {
        "external_id": "client-5521",
        "name": "Claire Dubois",
        "email": "claire.dubois@example.com",
        "locale": "fr",
    },
    "ordered_at": "2026-06-05T18:12:00+02:00",
    "currency": "EUR",
    "total_minor": 13700,
    "lines": [
        {
            "external_id": "1",
            "listing": "bouilloire-12",
            "title": "Bouilloire col de cygne, 1 L",
            "quantity": 2,
            "unit_price_minor": 5900,
            "total_minor": 11800,
        },
        {
            "external_id": "2",
            "listing": "filtres-04",
            "title": "Filtres en papier, par 100",
            "quantity": 1,
            "unit_price_minor": 1900,
            "total_minor": 1900,
        },
    ],
    "return_address": "Terrabelle SAS\n8 quai Sud\n69002 Lyon",
    "payment": {"charge": "ch_3PqX2aLkdIwHu7ix0R8JtN5v", "charge_type": "destination"},
}
EVENT: JsonDict = {
    "type": "shipped",
    "at": "2026-06-07T10:30:00+02:00",
    "carrier": "Colissimo",
    "tracking_number": "6A12345678901",
}


def _some(raw: str, length_max: int) -> str:
    return parse_text(raw, length_max) if raw.strip() else ""


ReturnAddress = Annotated[
    str, Field(max_length=ADDRESS_MAX), AfterValidator(lambda raw: _some(raw, ADDRESS_MAX))
]
Note = Annotated[str, Field(max_length=NOTE_MAX), AfterValidator(lambda raw: _some(raw, NOTE_MAX))]


class BuyerForm(BaseModel):
    """Who ordered: what a case needs to name and to write to, no more."""

    model_config = STRICT
    external_id: Reference
    name: Name
    email: Email
    locale: Locale | None = None


class LineForm(BaseModel):
    """One article as it was sold; prices include VAT and delivery."""

    model_config = STRICT
    external_id: Reference
    listing: Reference = Field(description="The seller's own number of the listing")
    title: Title | None = Field(None, description="What was sold; the listing's where it lacks")
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
    unit_price_minor: Annotated[int, Field(ge=0, le=PRICE_MAX_MINOR)]
    total_minor: Annotated[int, Field(ge=0, le=TOTAL_MAX_MINOR)]


class PaymentForm(BaseModel):
    """The Stripe charge that paid, and on whose account it lies."""

    model_config = STRICT
    charge: Annotated[str, Field(pattern=CHARGE)]
    charge_type: Literal["destination", "direct"] = "destination"


class OrderForm(BaseModel):
    """An order of one buyer at one seller."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [ORDER]})
    seller: Reference
    buyer: BuyerForm
    ordered_at: Past
    currency: Literal["EUR"]
    total_minor: Annotated[int, Field(ge=1, le=TOTAL_MAX_MINOR)]
    lines: Annotated[list[LineForm], Field(min_length=1, max_length=LINES_MAX)]
    return_address: ReturnAddress | None = Field(
        None, description="Where goods go back to; what was sent before stays where it lacks"
    )
    payment: PaymentForm | None = Field(None, description="Once, as soon as it is known")

    def check(self) -> None:
        """Refuse numbers used twice and sums that are wrong; raises InvalidFields."""
        if errors := dict(self._errors()):
            raise InvalidFields(errors)

    def _errors(self) -> Iterator[tuple[str, Text]]:
        numbers: set[str] = set()
        for position, line in enumerate(self.lines):
            if line.external_id in numbers:
                yield f"lines/{position}/external_id", text("Another line has this number.")
            numbers.add(line.external_id)
            if (right_minor := line.quantity * line.unit_price_minor) != line.total_minor:
                yield f"lines/{position}/total_minor", _should_be(right_minor)
        if (sum_minor := sum(line.total_minor for line in self.lines)) != self.total_minor:
            yield "total_minor", _should_be(sum_minor)


class OrderEventForm(BaseModel):
    """One thing that happened to an order, in any order and as often as it is sent."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EVENT]})
    type: Literal[
        "paid", "shipped", "delivered", "return_requested", "return_shipped", "returned",
        "cancelled",
    ]  # fmt: skip
    at: Past
    carrier: Given | None = Field(None, description="Required when shipped")
    tracking_number: Given | None = Field(None, description="Required when shipped")
    note: Note | None = None

    def check(self) -> None:
        """Refuse a parcel that nobody could follow; raises InvalidFields."""
        asked = ("carrier", "tracking_number") if self.type == "shipped" else ()
        if missing := [name for name in asked if getattr(self, name) is None]:
            raise InvalidFields(dict.fromkeys(missing, text("This is required when shipped.")))

    def data(self) -> dict[str, Any]:
        """Return what is kept beside its kind and time."""
        return self.model_dump(exclude={"type", "at"}, exclude_none=True)


def _should_be(right_minor: int) -> Text:
    return text("This should be %(minor)s, that is %(amount)s.", minor=right_minor,
                amount=euros(right_minor))  # fmt: skip
