"""What API v1 answers about notices: the models of the OpenAPI document."""

from pydantic import BaseModel, Field

from backoffice.intake.answers import STATUS, CaseState


class TargetTaken(BaseModel):
    """One thing that a notice is about, as it was found."""

    kind: str = Field(examples=["listing", "seller", "review", "message", "unknown"])
    typed: str = Field(description="How the notice named it")
    seller: str | None
    external_id: str | None
    title: str = Field(description="As buyers read it; empty for what they do not read")
    found: bool


class NoticeReceived(BaseModel):
    """A notice that came in."""

    id: int
    case: str = Field(examples=["NOT-2026-000017"])
    status: str = STATUS
    targets: list[TargetTaken] = Field(description="Of a GTIN, the first 20 listings online")
    merged: bool = Field(description="The same notice is open already: it was counted there")


class TargetDecided(TargetTaken):
    """One thing that a notice is about, and what was decided of it."""

    outcome: str | None = Field(
        description="The measure; empty: none was taken; null: not decided for good",
        examples=["withdraw_listing"],
    )


class NoticeState(BaseModel):
    """Where a notice is, and what became of each thing that it is about."""

    id: int
    kind: str
    case: CaseState
    repeats: int = Field(description="How often the same came again while it was open")
    targets: list[TargetDecided]
