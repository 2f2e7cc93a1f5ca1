"""What API v1 answers about deletion requests: the models of the OpenAPI document."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from backoffice.intake.answers import STATUS, CaseState


class ErasureReceived(BaseModel):
    """A deletion request that came in."""

    id: int
    external_id: str
    case: str = Field(examples=["DEL-2026-000008"])
    status: str = STATUS


class DataClass(BaseModel):
    """A class of data that is kept, on which basis, until when."""

    data_class: str = Field(examples=["accounting"])
    label: str
    action: str = Field(examples=["restrict", "keep"])
    basis: str
    until: date | None


class ErasureState(BaseModel):
    """Where a deletion request is; once executed, what is kept and until when."""

    id: int
    external_id: str
    kind: str = Field(examples=["close", "erase", "both"])
    party: str = Field(examples=["seller"])
    case: CaseState
    stage: str = Field(description="received, scheduled, executed, completed, refused or withdrawn")
    executed_at: datetime | None
    kept: list[DataClass]
