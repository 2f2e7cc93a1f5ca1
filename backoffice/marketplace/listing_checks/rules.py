"""The rules in force, sorted by what they are about; a draft alone makes such a book too."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backoffice.marketplace.listing_checks.phrases import PhraseIndex
from backoffice.marketplace.listing_rule import ListingRule

PHRASES = ("term", "delivery_cost")
NUMBERS = {"price_low": (1, 99), "brand_likeness": (70, 99), "image_distance": (0, 10)}
"""The kinds that have a number, with its least and its greatest."""


class RuleBook:
    """Rules sorted by kind, their phrases read once."""

    def __init__(self, rules: Iterable[ListingRule] = ()) -> None:
        rules = list(rules)
        self.phrases = {
            kind: PhraseIndex(rule for rule in rules if rule.kind == kind) for kind in PHRASES
        }
        # The strictest first, so that a price that fails is not told as one to look at.
        self._numbered = {
            kind: sorted(
                (rule for rule in rules if rule.kind == kind),
                key=lambda rule: (rule.outcome != "fail", rule.id or 0),
            )
            for kind in NUMBERS
        }
        self._of_category: dict[tuple[str, str], list[ListingRule]] = {}

    def numbered(self, kind: str, category: str) -> list[ListingRule]:
        """Return the rules of a kind that hold in a category, the strictest first."""
        if (kind, category) not in self._of_category:
            rules = [rule for rule in self._numbered[kind] if holds_in(rule, category)]
            self._of_category[kind, category] = rules
        return self._of_category[kind, category]

    def greatest(self, kind: str) -> int | None:
        """Return the greatest number of a kind's rules; None without any."""
        return max((rule.number or 0 for rule in self._numbered[kind]), default=None)


def holds_in(rule: ListingRule, category: str) -> bool:
    """Tell whether a rule holds in a category: everywhere, or in it and all below."""
    return not rule.categories or any(
        category == code or category.startswith(f"{code}/") for code in rule.categories
    )


def rules_in_force(session: Session, at: datetime) -> Sequence[ListingRule]:
    """Return the newest row of each code that holds at a time; drafts have no time."""
    newest = (
        select(ListingRule)
        .where(ListingRule.starts_at <= at)
        .ext(distinct_on(ListingRule.code))
        .order_by(ListingRule.code, ListingRule.starts_at.desc())
    )
    return [row for row in session.scalars(newest) if not row.ends_at or row.ends_at > at]


def rule_in_force(session: Session, code: str, at: datetime) -> ListingRule | None:
    """Return the row of one code that holds at a time."""
    return next((rule for rule in rules_in_force(session, at) if rule.code == code), None)
