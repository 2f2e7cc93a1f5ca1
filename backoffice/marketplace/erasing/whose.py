"""Whose a row is: for each table, the condition that its row belongs to one party alone.

What two parties share (a dispute, a notice) belongs to neither: there only a party's own words go,
and its values are taken out of the rest.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Select,
    Table,
    and_,
    false,
    not_,
    or_,
    select,
)

from backoffice.core.party import Party
from backoffice.core.queue import QUEUES
from backoffice.marketplace.erasing.rules import HANGS, RULES
from backoffice.marketplace.erasing.tables import Condition, table

SHARED = frozenset({"dispute", "notice"})
PAIRS = {
    "appeal": "party",
    "erasure": "party",
    "portal_link": "party",
    "statement": "recipient",
    "info_request": "asked_of",
    "sanction": "subject",
}
BY_SELLER = (
    "registration", "profile_change", "seller_history", "listing_revision", "listing_submission",
    "listing_import", "seller_note", "shop_order", "dispute",
)  # fmt: skip
THROUGH = {
    "statement": ("decision", "decision_id"),
    "ticket_message": ("ticket", "ticket_id"),
    "notice_target": ("notice", "notice_id"),
}
"""Tables whose rows hang on a case through another table, by which column."""
BY_CASE = (
    "case_event", "case_key", "check_evidence", "check_report", "decision", "draft",
)  # fmt: skip


@dataclass(frozen=True)
class Owner:
    """A party, with the addresses and names by which its rows are known besides its number."""

    party: Party
    emails: Collection[str]
    names: Collection[str]
    but_case: int | None = None  # whose rows are left for later

    def rows(self, name: str) -> Condition:
        """Return the condition that a row of this table belongs to the party; false for none."""
        rule = RULES.get(name)
        mine = rule(self) if rule else self._plain(name)
        return self._kept_out(table(name), mine)

    def _plain(self, name: str) -> Condition:
        """Return the condition for tables that name their party by a column of their own."""
        rows, kind, number = table(name), self.party.kind, self.party.id
        if name == kind:
            return rows.c.id == number
        if name in PAIRS:
            prefix = PAIRS[name]
            which = rows.c[prefix if f"{prefix}_kind" not in rows.c else f"{prefix}_kind"]
            return and_(which == kind, rows.c[f"{prefix}_id"] == number)
        if name in BY_CASE:
            return self.in_own_cases(rows.c.case_id)
        if kind == "seller" and name in BY_SELLER:
            return rows.c.seller_id == number
        if kind in ("buyer", "notifier") and f"{kind}_id" in rows.c:
            return rows.c[f"{kind}_id"] == number
        return false()

    def _kept_out(self, rows: Table, mine: Condition) -> Condition:
        """Leave out what hangs on the case that is to be done later."""
        if self.but_case is None:
            return mine
        if (hangs := HANGS.get(rows.name)) is not None:
            return and_(mine, not_(hangs(self.but_case)))
        if "case_id" in rows.c:
            return and_(mine, rows.c.case_id.is_distinct_from(self.but_case))
        return mine

    def in_own_cases(self, column: Any) -> Condition:
        """Return the condition that a column names a case of the party's own."""
        return column.in_(self.own_cases)

    @cached_property
    def own_cases(self) -> Select[Any]:
        """Select the numbers of the cases that are about the party alone."""
        cases = table("cases")
        return select(cases.c.id).where(
            or_(false(), *self._subjects(lambda one: one not in SHARED))
        )

    @cached_property
    def all_cases(self) -> Select[Any]:
        """Select the numbers of the cases in which the party has a part."""
        cases = table("cases")
        return select(cases.c.id).where(or_(false(), *self._subjects(lambda one: True)))

    def has_part_in(self, name: str) -> Condition | None:
        """Return the condition that a row hangs on a case in which the party has a part, if any."""
        rows, cases = table(name), table("cases")
        if name == "cases":
            return rows.c.id.in_(self.all_cases)
        if "case_id" in rows.c:
            return rows.c.case_id.in_(self.all_cases)
        slugs = [one.slug for one in QUEUES.values() if one.subject.__tablename__ == name]
        if slugs:
            subjects = select(cases.c.subject_id).where(cases.c.id.in_(self.all_cases))
            return rows.c.id.in_(subjects.where(cases.c.queue.in_(slugs)))
        if name in THROUGH:
            other, column = THROUGH[name]
            inside = self.has_part_in(other)
            assert inside is not None  # noqa: S101 (each of them leads to a case)
            return rows.c[column].in_(select(table(other).c.id).where(inside))
        if name in ("review", "thread_message") and self.party.kind == "seller":
            return rows.c.seller_id == self.party.id
        return None

    def _subjects(self, admits: Callable[[str], bool]) -> list[Condition]:
        cases = table("cases")
        found = []
        for queue in QUEUES.values():
            rows = table(queue.subject.__tablename__)
            if not admits(rows.name):
                continue
            mine = RULES[rows.name](self) if rows.name in RULES else self._plain(rows.name)
            ids = select(rows.c.id).where(mine)
            found.append(and_(cases.c.queue == queue.slug, cases.c.subject_id.in_(ids)))
        if admits("notice") and self.party.kind == "seller":
            found.append(cases.c.seller_id == self.party.id)
        return found
