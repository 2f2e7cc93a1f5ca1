"""What may go wrong between Stripe and us, each by its chance; the same seed, the same run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Misbehaviour:
    """Chances between 0 and 1, and waits in seconds; by default all goes well, and at once."""

    seed: int = 0
    # Of requests: how many are slow, busy (429), broken (500, nothing done), or done with the
    # answer lost on its way.
    slow: float = 0
    slow_seconds: float = 0.5
    busy: float = 0
    broken: float = 0
    lost: float = 0
    # Of refunds: how many are refused, and how many succeed at first and fail later.
    refused: float = 0
    failing: float = 0
    settle_seconds: float | None = 1  # None: when the test says `settle()`
    # Of webhooks: how late each comes at most (so they overtake each other), how many come twice.
    late_seconds: float = 0
    twice: float = 0
    retry_seconds: float = 1  # before one that was not taken is sent again
    tries_max: int = 50
