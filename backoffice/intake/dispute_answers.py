"""What API v1 answers about disputes: the models of the OpenAPI document."""

from pydantic import BaseModel, Field

from backoffice.intake.answers import STATUS, CaseState


class DisputeReceived(BaseModel):
    """A dispute that came in."""

    id: int
    external_id: str
    case: str = Field(examples=["DIS-2026-000142"])
    status: str = STATUS


class DisputeState(BaseModel):
    """Where a dispute is, and once decided for good what the buyer is given."""

    id: int
    external_id: str
    order: str
    basis: str
    amount_minor: int = Field(description="What the buyer asked for, in cents")
    currency: str
    case: CaseState
    decided_minor: int | None = Field(
        description="What the buyer is given in all, in cents; null until that is final"
    )
    paid_by: str | None = Field(
        description="Who bears it; null where nothing is paid, or nothing is final",
        examples=["seller", "marketplace"],
    )
