"""What API v1 answers about listings: the models of the OpenAPI document."""

from datetime import datetime

from pydantic import BaseModel, Field

from backoffice.intake.answers import STATUS, ReasonGiven, StatementGiven

LISTING_STATUS = Field(
    description="Whether buyers see it", examples=["proposed", "live", "suspended", "withdrawn"]
)


class ListingReceived(BaseModel):
    """What became of a listing that was sent, or of an edit."""

    external_id: str
    seller: str
    listing_status: str = LISTING_STATUS
    revision: int = Field(description="The newest version of the content, from 1")
    case: str | None = Field(
        description="Which decides the content; null where nothing waits",
        examples=["LST-2026-000311"],
    )
    status: str | None = Field(
        description="Of the case: pending, waiting", examples=["pending", "waiting"]
    )


class ContactShown(BaseModel):
    """A firm that answers for a product."""

    name: str
    address: str
    email: str


class SafetyShown(BaseModel):
    """Who answers for a product's safety (GPSR art. 22(9))."""

    manufacturer: ContactShown | None = None
    responsible: ContactShown | None = None
    warnings: str = ""


class VariantShown(BaseModel):
    """One variant, with its own price (cents) and quantity where they differ."""

    reference: str
    options: dict[str, str]
    gtin: str | None
    price_minor: int | None = None
    quantity: int | None = None


class ContentShown(BaseModel):
    """What a revision says."""

    gtin: str | None = Field(description="As it was sent")
    title: str
    description: str
    category: str
    brand: str | None
    images: list[str]
    attributes: dict[str, str]
    variants: list[VariantShown]
    safety: SafetyShown


class Judged(BaseModel):
    """A case about a listing, and once it is decided for good, why."""

    case: str
    status: str = STATUS
    reasons: list[ReasonGiven] = Field(description="Empty until a refusal is final")
    statement: StatementGiven | None


class RevisionShown(BaseModel):
    """One version of a listing's content."""

    number: int
    received_at: datetime
    content: ContentShown
    judged: Judged | None = Field(description="The case that decides it, or decided it")


class ListingShown(BaseModel):
    """A listing: its offer, what buyers see, what is proposed."""

    external_id: str
    seller: str
    status: str = LISTING_STATUS
    version: int = Field(description="Counts changes of the offer and of what buyers see")
    price_minor: int = Field(description="Cents, VAT and delivery included")
    currency: str
    quantity: int
    live: RevisionShown | None = Field(description="What buyers see, or saw")
    proposed: RevisionShown | None = Field(
        description="The newest content while it is not live: it waits, or was refused"
    )
    examination: Judged | None = Field(
        description="The newest case about what was online: suspended, withdrawn, kept…"
    )


class Examined(BaseModel):
    """The case that examines a published listing."""

    case: str = Field(examples=["LST-2026-000312"])
    status: str = STATUS
