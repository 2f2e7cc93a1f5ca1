"""What is sent of a listing: the models that validate it and that document it."""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, parse_line, parse_text
from backoffice.marketplace.gtin import ENTERED_MAX, Gtin, parse_gtin
from backoffice.marketplace.listing import CONTENT
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID

TITLE_MAX, DESCRIPTION_MAX, URL_MAX = 250, 20_000, 2_000
ADDRESS_MAX, EMAIL_MAX, WARNINGS_MAX = 400, 254, 4000
IMAGES_MAX, VARIANTS_MAX, ATTRIBUTES_MAX = 12, 250, 100
PRICE_MAX_MINOR, QUANTITY_MAX = 100_000_000, 10_000_000
CATEGORY = r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*$"
EXAMPLE: JsonDict = {
    "external_id": "bouilloire-12",
    "seller": "shop-1042",
    "gtin": "3760274111907",
    "title": "Bouilloire col de cygne, 1 L",
    "description": "Un bec fin pour verser le café filtre sans éclabousser.",
    "category": "maison/cuisine/bouilloires",
    "brand": "Terrabelle",
    "price_minor": 5900,
    "currency": "EUR",
    "quantity": 120,
    "images": ["https://shop.example/images/bouilloire.jpg"],
    "attributes": {"capacity": "1 L", "material": "acier"},
    "variants": [],
    "safety": {
        "manufacturer": {
            "name": "Terrabelle SAS",
            "address": "8 quai Sud, 69002 Lyon",
            "email": "contact@terrabelle.example",
        }
    },
}


def _image(raw: str) -> str:
    url = parse_line(raw, URL_MAX)
    if not url.startswith(("https://", "http://")) or " " in url:
        raise InvalidInput(text("Write a web address that begins with https://."))
    return url


def _description(raw: str) -> str:
    return parse_text(raw, DESCRIPTION_MAX) if raw.strip() else ""


def _gtin(raw: str) -> str:
    return parse_gtin(raw).entered


Title = Annotated[
    str,
    Field(min_length=1, max_length=TITLE_MAX),
    AfterValidator(lambda raw: parse_line(raw, TITLE_MAX)),
]
Short = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(parse_line)]
Description = Annotated[str, Field(max_length=DESCRIPTION_MAX), AfterValidator(_description)]
Image = Annotated[str, Field(min_length=1, max_length=URL_MAX), AfterValidator(_image)]
GtinText = Annotated[str, Field(min_length=1, max_length=ENTERED_MAX), AfterValidator(_gtin)]
Price = Annotated[int, Field(ge=0, le=PRICE_MAX_MINOR)]
Quantity = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Attributes = Annotated[dict[Code, Short], Field(max_length=ATTRIBUTES_MAX)]
Reference = Annotated[str, Field(pattern=EXTERNAL_ID)]
CategoryCode = Annotated[str, Field(pattern=CATEGORY, max_length=200)]
Images = Annotated[list[Image], Field(max_length=IMAGES_MAX)]
PostalAddress = Annotated[
    str,
    Field(min_length=1, max_length=ADDRESS_MAX),
    AfterValidator(lambda raw: parse_line(raw, ADDRESS_MAX)),
]
ElectronicAddress = Annotated[
    str,
    Field(min_length=3, max_length=EMAIL_MAX),
    AfterValidator(lambda raw: parse_line(raw, EMAIL_MAX)),
]
Warnings = Annotated[str, Field(max_length=WARNINGS_MAX), AfterValidator(_description)]


class Contact(BaseModel):
    """A firm that answers for a product: name, postal and electronic address."""

    model_config = STRICT
    name: Short
    address: PostalAddress
    email: ElectronicAddress


class Safety(BaseModel):
    """Who made a product, who answers for it in the Union, what it warns of (GPSR art. 22(9))."""

    model_config = STRICT
    manufacturer: Contact | None = None
    responsible: Contact | None = None
    warnings: Warnings = ""


class Variant(BaseModel):
    """One variant: its options, its own GTIN, price and quantity where they differ."""

    model_config = STRICT
    reference: Reference
    options: Attributes
    gtin: GtinText | None = None
    price_minor: Price | None = None
    quantity: Quantity | None = None


Variants = Annotated[list[Variant], Field(max_length=VARIANTS_MAX)]


class Content(BaseModel):
    """What a listing says: every change of it waits for a person."""

    model_config = STRICT
    gtin: GtinText | None = None
    title: Title
    description: Description = ""
    category: CategoryCode
    brand: Short | None = None
    images: Images = []
    attributes: Attributes = {}
    variants: Variants = []
    safety: Safety = Safety()

    def columns(self) -> dict[str, Any]:
        """Return the content as the columns of a revision, its digest included."""
        gtin = _parts(self.gtin)
        columns: dict[str, Any] = {
            "title": self.title,
            "description": self.description,
            "category": self.category,
            "brand": self.brand or "",
            "gtin": gtin.canonical,
            "gtin_entered": gtin.entered,
            "images": list(dict.fromkeys(self.images)),
            "attributes": self.attributes,
            "variants": [_variant(one) for one in self.variants],
            "safety": self.safety.model_dump(exclude_defaults=True),
        }
        return columns | {"content_sha256": content_digest(columns)}

    def variant_offers(self) -> dict[str, dict[str, int]]:
        """Return price (cents) and quantity of each variant that has its own."""
        offers = {
            one.reference: one.model_dump(include={"price_minor", "quantity"}, exclude_none=True)
            for one in self.variants
        }
        return {reference: offer for reference, offer in offers.items() if offer}


class ListingForm(Content):
    """A listing: its content, and the offer, which holds at once."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    external_id: Reference
    seller: Reference
    price_minor: Price
    currency: Literal["EUR"] = "EUR"
    quantity: Quantity


_canonical = json.JSONEncoder(sort_keys=True).encode


def content_digest(columns: dict[str, Any]) -> bytes:
    """Return the SHA-256 of a content: the same content sent again changes nothing."""
    plain = {name: columns[name] for name in CONTENT}
    return hashlib.sha256(_canonical(plain).encode()).digest()


def _parts(entered: str | None) -> Gtin:
    return parse_gtin(entered) if entered else Gtin("", None)


def _variant(variant: Variant) -> dict[str, Any]:
    gtin = _parts(variant.gtin)
    return {
        "reference": variant.reference,
        "gtin": gtin.canonical,
        "gtin_entered": gtin.entered,
        "options": variant.options,
    }
