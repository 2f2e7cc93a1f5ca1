"""An entry from a decision: coded reasons and the measure, nothing that anybody typed about it.

The facts and explanations that a moderator writes may name people, and the database takes no
personal data (DSA art. 24(5)): its texts are those of the reasons, in French.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backoffice.core.clock import PARIS
from backoffice.core.decision import Reason, Statement
from backoffice.marketplace.gtin import ean_13
from backoffice.marketplace.transparency.entry import Entry, Ground
from backoffice.marketplace.transparency.words import MeasureWords, words

SOURCES = {
    "notice": "SOURCE_ARTICLE_16",
    "trusted_flagger": "SOURCE_TRUSTED_FLAGGER",
    "complaint": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "own_initiative": "SOURCE_VOLUNTARY",
}
"""Where the facts came from, by the word that a statement has for it."""


@dataclass(frozen=True)
class Facts:
    """What a measure hit, and for how long; without an end it lasts until a new decision."""

    content_at: datetime  # when the content was put online
    gtin: str | None = None  # GTIN-14
    starts_at: datetime | None = None  # without it, at the time of the decision
    ends_at: datetime | None = None


def compose(
    puid: str, statement: Statement, facts: Facts, reasons: Sequence[Reason], at: datetime
) -> Entry:
    """Return the entry of a statement that rests on these reasons; raises ValidationError."""
    measure, parts = words().measures[statement.measure], statement.parts
    is_seller = statement.recipient_kind == "seller"
    is_automatic = parts["automated_decision"]
    return Entry(
        puid=puid,
        account_type="ACCOUNT_TYPE_BUSINESS" if is_seller else "ACCOUNT_TYPE_PRIVATE",
        content_type=[measure.content_type],
        content_type_other=measure.content_type_other,
        content_id={"EAN-13": ean_13(facts.gtin)} if facts.gtin else None,
        content_date=_day(facts.content_at),
        decision_facts=_facts(measure, reasons),
        source_type=SOURCES[parts["source"]],
        automated_detection="Yes" if parts["automated_detection"] else "No",
        automated_decision="AUTOMATED_DECISION_FULLY" if is_automatic
        else "AUTOMATED_DECISION_NOT_AUTOMATED",
        **measure.decision,
        **_time(measure, facts, at),
        **_ground(reasons),
        **_category(reasons),
    )  # fmt: skip


def _time(measure: MeasureWords, facts: Facts, at: datetime) -> dict[str, Any]:
    end = f"end_date_{measure.ends}_restriction"
    return {
        "application_date": _day(facts.starts_at or at),
        end: _day(facts.ends_at) if facts.ends_at else None,
    }


def _ground(reasons: Sequence[Reason]) -> dict[str, Any]:
    """Return the one ground there may be: illegality where any reason says so."""
    illegal = [reason for reason in reasons if reason.ground == "illegal"]
    rules = _joined((reason.rule for reason in illegal or reasons), "; ", 500)
    explanation = _joined((reason.text_fr for reason in illegal or reasons), " ", 2000)
    if illegal:
        return {
            "decision_ground": Ground.ILLEGAL,
            "illegal_content_legal_ground": rules,
            "illegal_content_explanation": explanation,
        }
    return {
        "decision_ground": Ground.TERMS,
        "incompatible_content_ground": rules,
        "incompatible_content_explanation": explanation,
        "incompatible_content_illegal": "No",
    }


def _category(reasons: Sequence[Reason]) -> dict[str, Any]:
    """Return the category of the first reason that the ground rests on, the others added."""
    ordered = sorted(reasons, key=lambda reason: reason.ground != "illegal")
    found = [(reason, words().reason(reason.code)) for reason in ordered]
    categories = _each_once(f"STATEMENT_CATEGORY_{one.category}" for _, one in found)
    keywords = _each_once(f"KEYWORD_{word}" for _, one in found for word in one.keywords)
    others = (reason.label_fr for reason, one in found if "OTHER" in one.keywords)
    return {
        "category": categories[0],
        "category_addition": categories[1:] or None,
        "category_specification": keywords,
        "category_specification_other": _joined(others, "; ", 500) or None,
    }


def _facts(measure: MeasureWords, reasons: Sequence[Reason]) -> str:
    why = (f"{reason.label_fr}. {reason.text_fr}" for reason in reasons)
    return _joined((measure.facts, *why), "\n", 5000)


def _joined(texts: Iterable[str], between: str, length_max: int) -> str:
    whole = between.join(_each_once(texts))
    return whole if len(whole) <= length_max else f"{whole[: length_max - 1]}…"


def _each_once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()
