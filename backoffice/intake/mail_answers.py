"""What API v1 answers for an e-mail."""

from pydantic import BaseModel, Field


class MailTaken(BaseModel):
    """What became of an e-mail."""

    outcome: str = Field(
        description="A new ticket, the thread that it answers, a robot’s, a mail of ours that came"
        " back, or nothing of ours",
        examples=["opened", "added", "automatic", "bounced", "dropped"],
    )
    case: str | None = Field(examples=["TIC-2026-000017"])
