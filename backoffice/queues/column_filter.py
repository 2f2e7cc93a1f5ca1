"""Filters of a list by a column of what its cases are about."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.queue import Filter


def by_column(name: str, label: str, words: Mapping[Any, str], column: Any) -> Filter:
    """Return the filter by a column that holds one of these codes, each with its words."""

    def choices(session: Session) -> list[tuple[str, str]]:
        return [(str(value), said) for value, said in words.items()]

    def condition(value: str) -> ColumnElement[bool]:
        return Case.subject_id.in_(select(column.class_.id).where(column == value))

    return Filter(name, label, choices, condition)
