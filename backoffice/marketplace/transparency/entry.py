"""One entry as the database takes it, held to its rules before it leaves.

The database does not compare an end with its beginning: that rule is checked here alone.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""The European Economic Area, where each of our measures holds."""

LAST_DAY = date(2038, 1, 1)
EAN = re.compile(r"[0-9]{13}")


def _between(first: date) -> AfterValidator:
    def check(day: date) -> date:
        if not first <= day <= LAST_DAY:
            raise ValueError(f"not between {first} and {LAST_DAY}")
        return day

    return AfterValidator(check)


def _one_ean(named: dict[str, str]) -> dict[str, str]:
    if named.keys() != {"EAN-13"} or not EAN.fullmatch(named["EAN-13"]):
        raise ValueError("an EAN-13 of 13 digits and nothing else")
    return named


class Ground(StrEnum):
    """On what a decision rests."""

    ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT"
    TERMS = "DECISION_GROUND_INCOMPATIBLE_CONTENT"


Short = Annotated[str, Field(min_length=1, max_length=500)]
Long = Annotated[str, Field(min_length=1, max_length=2000)]
ContentDay = Annotated[date, _between(date(2000, 1, 1))]
DecisionDay = Annotated[date, _between(date(2020, 1, 1))]


class Entry(BaseModel):
    """The fields that we send; the names and the limits are the database's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    puid: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,500}$")
    decision_visibility: list[str] | None = Field(None, min_length=1)
    decision_visibility_other: Short | None = None
    decision_provision: str | None = None
    decision_account: str | None = None
    account_type: Literal["ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"]
    decision_ground: Ground
    illegal_content_legal_ground: Short | None = None
    illegal_content_explanation: Long | None = None
    incompatible_content_ground: Short | None = None
    incompatible_content_explanation: Long | None = None
    incompatible_content_illegal: Literal["Yes", "No"] | None = None
    content_type: list[str] = Field(min_length=1)
    content_type_other: Short | None = None
    content_id: Annotated[dict[str, str], AfterValidator(_one_ean)] | None = None
    category: str = Field(pattern=r"^STATEMENT_CATEGORY_\w+$")
    category_addition: list[str] | None = None
    category_specification: list[str]
    category_specification_other: Short | None = None
    territorial_scope: tuple[str, ...] = EEA
    content_date: ContentDay
    application_date: DecisionDay
    end_date_visibility_restriction: DecisionDay | None = None
    end_date_service_restriction: DecisionDay | None = None
    end_date_account_restriction: DecisionDay | None = None
    decision_facts: str = Field(min_length=1, max_length=5000)
    source_type: str
    automated_detection: Literal["Yes", "No"]
    automated_decision: Literal["AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED"]

    @model_validator(mode="after")
    def _restricts_something(self) -> Self:
        if not (self.decision_visibility or self.decision_provision or self.decision_account):
            raise ValueError("a decision restricts visibility, service or account")
        return self

    @model_validator(mode="after")
    def _has_the_words_of_its_ground(self) -> Self:
        illegal = (self.illegal_content_legal_ground, self.illegal_content_explanation)
        terms = (self.incompatible_content_ground, self.incompatible_content_explanation)
        is_illegal = self.decision_ground is Ground.ILLEGAL
        needed, excluded = (illegal, terms) if is_illegal else (terms, illegal)
        if None in needed or any(excluded):
            raise ValueError("a ground has its own text and explanation, and no other's")
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        ends = (
            self.end_date_visibility_restriction,
            self.end_date_service_restriction,
            self.end_date_account_restriction,
        )
        if any(end < self.application_date for end in ends if end):
            raise ValueError("a restriction ends on or after the day on which it begins")
        return self
