"""What API v1 answers: the models of the OpenAPI document."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

STATUS = Field(description="pending, waiting (for the seller), then the resolution",
               examples=["pending", "waiting", "approved", "rejected"])  # fmt: skip


class RegistrationReceived(BaseModel):
    """A registration that came in."""

    id: int
    case: str = Field(examples=["REG-2026-000017"])
    status: str = STATUS


class ReasonGiven(BaseModel):
    """One ground of a decision, in the seller's language."""

    code: str
    label: str
    text: str
    rule: str = Field(examples=["CGV 4.2, DSA art. 30"])


class StatementGiven(BaseModel):
    """The statement of reasons as it was sent to the seller."""

    locale: str
    measure: str
    scope: str
    duration: str
    facts: str
    automated_detection: bool
    automated_decision: bool
    decided_at: datetime
    appeal_until: datetime | None


class Awaited(BaseModel):
    """What a case waits for."""

    of: str = Field(examples=["seller"])
    question: str
    fields: list[str] = Field(examples=[["siret", "document:kbis"]])
    until: datetime


class CaseState(BaseModel):
    """Where a case is."""

    reference: str
    queue: str
    status: str = STATUS
    state: str = Field(examples=["open", "waiting", "closed"])
    resolution: str | None
    received_at: datetime
    due_at: datetime | None = Field(description="When staff owes its decision; null once decided")
    awaited: Awaited | None


class RegistrationState(BaseModel):
    """The newest registration of a seller."""

    id: int
    external_id: str
    attempt: int
    plan: str
    case: CaseState
    status: str = STATUS
    reasons: list[ReasonGiven] = Field(description="Empty until a refusal is final")
    statement: StatementGiven | None


class RegisterShown(BaseModel):
    """The entry in a register."""

    kind: str | None
    town: str | None
    number: str


class AddressShown(BaseModel):
    """Where the seller is established."""

    line1: str
    line2: str | None
    postal_code: str
    city: str
    country: str


class CompanyShown(BaseModel):
    """The seller's company."""

    model_config = ConfigDict(serialize_by_alias=True)
    legal_name: str
    trade_name: str | None
    legal_form: str | None = Field(description="INSEE's four-digit code")
    siren: str
    siret: str
    vat_number: str | None
    vat_exempt: bool
    register_entry: RegisterShown | None = Field(serialization_alias="register")
    address: AddressShown
    website: str | None


class RepresentativeShown(BaseModel):
    """Who acts for the company in law."""

    first_name: str
    last_name: str
    email: str
    phone: str
    birth_date: date | None


class SubscriptionShown(BaseModel):
    """The plan a seller is on, at the price in force when it began."""

    plan: str
    price_minor: int = Field(description="Cents a month, VAT included")
    currency: str
    commission_bp: int = Field(description="Basis points of the final sale price")
    starts_at: datetime


class PendingChange(BaseModel):
    """A change of identity that a person is looking at."""

    case: str
    status: str = STATUS
    fields: list[str] = Field(description="Pointers into the profile")


class SellerShown(BaseModel):
    """A seller's live profile."""

    external_id: str
    status: str = Field(examples=["applicant", "active", "refused", "suspended", "terminated"])
    version: int = Field(description="Also the ETag")
    locale: str
    company: CompanyShown
    representative: RepresentativeShown
    contact_email: str
    iban_last4: str | None
    stripe_account: str | None
    subscription: SubscriptionShown | None
    pending_change: PendingChange | None


class EditStaged(BaseModel):
    """What became of an edit that a person must look at: the case, and what applied at once."""

    external_id: str
    case: str = Field(examples=["PRF-2026-000004"])
    status: str = STATUS
    staged: list[str] = Field(description="Pointers to what waits for a decision")
    applied: list[str] = Field(description="Pointers to what applied at once")
