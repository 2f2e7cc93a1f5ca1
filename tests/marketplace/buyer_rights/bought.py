"""Orders as the rules see them: dates alone, written as a clock in Paris shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backoffice.core.clock import PARIS


def paris(text: str) -> datetime:
    """Read a time as a clock in Paris shows it; a day alone is its noon."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=PARIS)


def a_day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


@dataclass
class Bought:
    """What of an order the rules read."""

    ordered_at: datetime
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    return_requested_at: datetime | None = None
    return_shipped_at: datetime | None = None
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    total_minor: int = 24_790


def bought(ordered: str, **times: Any) -> Bought:
    """Return an order; `paid="2026-04-28"` and the like say what happened when."""
    total_minor = times.pop("total_minor", 24_790)
    at = {f"{name}_at": paris(value) for name, value in times.items()}
    return Bought(paris(ordered), total_minor=total_minor, **at)
