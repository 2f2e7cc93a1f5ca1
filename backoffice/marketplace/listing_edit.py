"""An edit of a listing: what is named is replaced, what is not stays."""

from typing import Any, Literal

from pydantic import ConfigDict, RootModel
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.listing_form import (
    Attributes,
    CategoryCode,
    Description,
    GtinText,
    Images,
    ListingForm,
    Price,
    Quantity,
    Safety,
    Short,
    Title,
    Variants,
)
from backoffice.marketplace.profile_form import STRICT


class ListingChange(TypedDict, total=False):
    """What to change of a listing; null removes what may lack."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it off a TypedDict
    gtin: GtinText | None
    title: Title
    description: Description
    category: CategoryCode
    brand: Short | None
    price_minor: Price
    currency: Literal["EUR"]
    quantity: Quantity
    images: Images
    attributes: Attributes
    variants: Variants
    safety: Safety


class ListingEdit(RootModel[ListingChange]):
    """An edit of a listing; a list or an object that is named is replaced whole."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"price_minor": 5400}, {"title": "Bouilloire, 1 L"}]}
    )


def written(listing: Listing, revision: ListingRevision) -> dict[str, Any]:
    """Return a listing as its seller would send it: the content of a revision, the offer of now."""
    offers = listing.variant_offers
    variants = [
        {
            "reference": one["reference"],
            "options": one["options"],
            "gtin": one["gtin_entered"] or None,
            **offers.get(one["reference"], {}),
        }
        for one in revision.variants
    ]
    return {
        "external_id": listing.external_id,
        "seller": listing.seller.external_id,
        "gtin": revision.gtin_entered or None,
        "title": revision.title,
        "description": revision.description,
        "category": revision.category,
        "brand": revision.brand or None,
        "price_minor": listing.price_minor,
        "currency": listing.currency,
        "quantity": listing.quantity,
        "images": revision.images,
        "attributes": revision.attributes,
        "variants": variants,
        "safety": revision.safety,
    }


def merged(listing: Listing, revision: ListingRevision, edit: ListingEdit) -> ListingForm:
    """Return the whole listing as it is after an edit; raises ValidationError."""
    return ListingForm.model_validate({**written(listing, revision), **edit.model_dump()})
