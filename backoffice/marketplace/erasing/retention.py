"""The retention table: per class of data what an erasure does, what is kept, why, and how long.

`config/retention.json` is the truth; it is read once and checked against the tables.
"""

import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, model_validator

from backoffice.core.clock import add_months
from backoffice.core.text import N_
from config.settings import ROOT

FILE = ROOT / "config" / "retention.json"

LABELS = {
    "accounting": N_("Legal identity on the accounting documents"),
    "trader_file": N_("Traceability of the trader"),
    "host_identity": N_("Identity of who put content online"),
    "consumer_contract": N_("Identity on contracts of 120 € and more"),
    "claims": N_("Statements of reasons"),
    "references": N_("Numbers that tie the accounts together"),
    "purchases": N_("Numbers that tie the accounts together"),
    "request": N_("The number of this request"),
    "profile": N_("Profile and its history"),
    "reporter": N_("Reports that were sent"),
    "listings": N_("Texts of listings"),
    "delivery": N_("Return addresses"),
    "parcels": N_("Parcels and their tracking"),
    "documents": N_("Documents and files"),
    "conversations": N_("Messages, answers and notes"),
    "words_of_seller": N_("What the seller wrote to others"),
    "words_of_buyer": N_("What the buyer wrote to others"),
    "checks": N_("Answers of outside registers"),
    "search": N_("Search index"),
    "mails": N_("E-mails and their copies"),
    "audit": N_("Readable details of the audit"),
    "asked": N_("The request itself"),
}
BASES = (
    N_("C. com. L123-22"),
    N_("DSA art. 30(5)"),
    N_("LCEN art. 6, décret 2021-1362"),
    N_("C. conso. L213-1, D213-2"),
    N_("C. civ. 2224"),
    N_("GDPR art. 5(2)"),
    N_("GDPR art. 17(1)"),
)
"""On what each class rests, as the file says it."""


class Since(StrEnum):
    """From which day a length counts; where a party has no such day, nothing is kept."""

    ERASED = "erased"
    FISCAL_YEAR = "fiscal_year"  # end of the calendar year of the last order or entry
    CONTRACT = "contract"  # the last order of 120 € or more
    DECISION = "decision"  # the last statement of reasons


class Length(BaseModel):
    """How long something is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    years: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """Return the last day that something is kept which counts from this one."""
        return add_months(day, 12 * self.years + self.months)


class Change(NamedTuple):
    """What becomes of one column: pseudonym, address, numbered, empty, scrub, row, file, index."""

    table: str
    column: str
    how: str


Kind = Literal["seller", "buyer", "notifier", "person"]
How = Literal["pseudonym", "address", "numbered", "empty", "scrub", "row", "file", "index"]


class DataClass(BaseModel):
    """One class of data."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    action: Literal["delete", "pseudonymise", "scrub", "restrict", "keep"]
    of: tuple[Kind, ...]
    basis: str
    columns: dict[str, dict[How, tuple[str, ...]]]
    since: Since | None = None
    length: Length | None = None

    @property
    def label(self) -> str:
        """Return what it is called."""
        return LABELS[self.code]

    @property
    def is_kept(self) -> bool:
        """Tell whether something of it stays for a time."""
        return self.action in ("restrict", "keep")

    def changes(self) -> Iterator[Change]:
        """Go over its columns and what becomes of each."""
        for table, ways in self.columns.items():
            for how, names in ways.items():
                for name in names:
                    yield Change(table, name, how)

    @model_validator(mode="after")
    def _says_how_long(self) -> Self:
        if self.is_kept != (self.since is not None and self.length is not None):
            raise ValueError(f"{self.code}: what is kept has a start and a length, and only that")
        return self


class RetentionTable(BaseModel):
    """The whole table, and the columns that it leaves alone with the reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    classes: tuple[DataClass, ...]
    elsewhere: dict[str, str]

    def of(self, kind: str) -> tuple[DataClass, ...]:
        """Return the classes that a kind of party has."""
        return tuple(one for one in self.classes if kind in one.of)

    @model_validator(mode="after")
    def _does_one_thing_to_each_column(self) -> Self:
        for kind in ("seller", "buyer", "notifier", "person"):
            done: dict[tuple[str, str], str] = {}
            for one in self.of(kind):
                for table, column, how in one.changes():
                    if done.setdefault((table, column), how) != how:
                        raise ValueError(f"{kind}: two things are done to {table}.{column}")
        return self


@lru_cache(maxsize=1)
def retention_table() -> RetentionTable:
    """Return the table as its file says it."""
    return RetentionTable.model_validate(json.loads(FILE.read_text()))
