"""What the database calls our measures and our reasons: `config/transparency.json`, read once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from config.settings import ROOT

FILE = ROOT / "config" / "transparency.json"


class MeasureWords(BaseModel):
    """A measure: what it restricts, of which kind of content, and the French sentence of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    restricts: bool  # else no statement is owed to the database
    decision: Mapping[str, Any]
    content_type: str
    content_type_other: str | None = None
    ends: Literal["visibility", "service", "account"]  # which restriction a last day belongs to
    facts: str


class ReasonWords(BaseModel):
    """A reason: its category and the keywords that say more, without the database's prefixes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str
    keywords: tuple[str, ...]


class Words(BaseModel):
    """The whole file; `otherwise` is for reasons that were added since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measures: Mapping[str, MeasureWords]
    reasons: Mapping[str, ReasonWords]
    otherwise: ReasonWords

    def reason(self, code: str) -> ReasonWords:
        """Return what the database calls a reason."""
        return self.reasons.get(code, self.otherwise)


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the file's content."""
    return Words.model_validate_json(FILE.read_bytes())
