"""How much a strike weighs by its reasons, and what a sum suggests: `config/strikes.json`."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backoffice.marketplace.sanction.model import SanctionKind
from config.settings import ROOT

FILE = ROOT / "config" / "strikes.json"


class Threshold(BaseModel):
    """From this weight on a measure is suggested, a suspension for so many days."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    weight: int = Field(ge=1)
    kind: SanctionKind
    days: int = Field(0, ge=0, le=365)


class Scale(BaseModel):
    """Weights by reason code, and thresholds from the lowest on."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    weights: dict[str, int]
    other: int = Field(ge=1)  # of a reason that has no weight of its own
    thresholds: tuple[Threshold, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        steps = [one.weight for one in self.thresholds]
        if any(weight < 1 for weight in self.weights.values()):
            raise ValueError("a weight is 1 or more")
        if steps != sorted(set(steps)):
            raise ValueError("thresholds go up")
        if any((one.kind == SanctionKind.SUSPENSION) != bool(one.days) for one in self.thresholds):
            raise ValueError("a suspension has days, nothing else has")
        return self

    def weight_of(self, reason_codes: Sequence[str]) -> int:
        """Return the weight of one strike: that of its gravest reason."""
        return max((self.weights.get(code, self.other) for code in reason_codes),
                   default=self.other)  # fmt: skip

    def suggested(self, weight: int) -> Threshold | None:
        """Return the gravest measure that so much weight suggests."""
        return next((one for one in reversed(self.thresholds) if one.weight <= weight), None)


@lru_cache(maxsize=1)
def strike_scale() -> Scale:
    """Return the scale of this installation; raises ValidationError where the file is wrong."""
    return Scale.model_validate_json(FILE.read_text("utf-8"))
