"""The retention table covers every column that may name a party, and names no other."""

from sqlalchemy.orm import configure_mappers

import backoffice.factory  # noqa: F401 (every table)
from backoffice.core.base import Base, Personal
from backoffice.marketplace.erasing.retention import BASES, LABELS, retention_table

configure_mappers()
MARKED = {
    f"{table.name}.{column.name}"
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if column.info.get("personal") in (Personal.PARTY, Personal.FREE)
}
EVERY = {
    f"{table.name}.{column.name}"
    for table in Base.metadata.sorted_tables
    for column in table.columns
}


def named() -> set[str]:
    """Return the columns that the table says something of."""
    changes = (change for one in retention_table().classes for change in one.changes())
    return {f"{one.table}.{one.column}" for one in changes}


def test_every_marked_column_is_in_a_class_or_left_alone_with_a_reason():
    assert sorted(MARKED - named() - set(retention_table().elsewhere)) == []


def test_no_column_is_both():
    assert sorted(named() & set(retention_table().elsewhere)) == []


def test_it_names_only_what_there_is():
    assert sorted((named() | set(retention_table().elsewhere)) - EVERY) == []


def test_every_class_has_a_name_and_no_name_is_of_none():
    assert {one.code for one in retention_table().classes} == set(LABELS)


def test_what_is_kept_says_from_when_and_how_long():
    for one in retention_table().classes:
        assert bool(one.since and one.length) == one.is_kept


def test_every_basis_can_be_said_in_both_languages():
    assert {one.basis for one in retention_table().classes} == set(BASES)
