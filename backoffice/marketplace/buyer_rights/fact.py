"""One computed fact: a verdict, why, and the rule and the dates that it rests on."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from backoffice.core.text import N_, Text, text

HOUSE = N_("House rule")
FROM_ORDER = N_("Dates of the order")
FROM_CLAIM = N_("Dates of the order and of the claim")
FROM_STRIPE = N_("What Stripe has told")
FROM_BASIS = N_("Ground of the claim")


class Outcome(StrEnum):
    """How a fact reads: kept or given, to verify, broken or refused, without effect here."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"


class Fact(NamedTuple):
    """One line of what is computed; `about` names it, like the ground of a claim it speaks of."""

    about: str
    outcome: Outcome
    headline: Text
    detail: Text
    rule: str  # the article of law, or the house rule
    source: str  # where its dates come from


class Dates(Protocol):
    """What of an order the rules read."""

    @property
    def ordered_at(self) -> datetime: ...  # noqa: D102
    @property
    def paid_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def shipped_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def delivered_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def return_requested_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def return_shipped_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def returned_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def cancelled_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def total_minor(self) -> int: ...  # noqa: D102


def days(number: int) -> Text:
    """Return a number of days as a value of a sentence."""
    return text("1 day") if number == 1 else text("%(number)s days", number=number)


def day(value: date) -> str:
    """Return a day as stored sentences keep it."""
    return value.isoformat()
