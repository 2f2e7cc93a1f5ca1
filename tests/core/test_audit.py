"""The audit: it cannot be changed by the program, and what is changed behind its back is named."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backoffice.core.audit import AuditDetail, AuditEntry, AuditHead, record, verify
from backoffice.core.permissions import SYSTEM


@pytest.fixture
def chain(session):
    """Five entries of one stream, three of another."""
    for number in range(5):
        record(session, stream="a", verb="thing.done", actor=SYSTEM, detail={"n": number})
    for number in range(3):
        record(session, stream="b", verb="thing.done", actor=SYSTEM, detail={"n": number})
    session.flush()


def spoil(session, statement, **values):
    """Change a row as only an owner of the database could: with triggers off."""
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text(statement), values)
    session.execute(text("set local session_replication_role = origin"))
    session.expire_all()


def test_untouched_it_is_whole(session, chain):
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    "statement", ["update audit_entry set verb = 'x'", "delete from audit_entry"]
)
def test_a_trigger_refuses_change(session, chain, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


@pytest.mark.parametrize("column", ["verb", "actor", "fields"])
def test_every_changed_row_is_named(session, chain, column):
    spoil(session, f"update audit_entry set {column} = 'x' where stream = 'a' and seq in (2, 4)")
    found = list(verify(session))
    assert [line.split(":")[0] for line in found] == ["a #2", "a #4"]


def test_a_changed_detail_is_named(session, chain):
    entries = select(AuditEntry).where(AuditEntry.stream == "b").order_by(AuditEntry.seq)
    entry = session.scalars(entries).first()
    spoil(session, "update audit_detail set detail = '{}' where entry_id = :id", id=entry.id)
    assert list(verify(session)) == [f"b #1: the detail of entry {entry.id} was changed"]


def test_a_gap_is_named_in_the_middle_and_at_the_end(session, chain):
    spoil(session, "delete from audit_entry where stream = 'a' and seq in (2, 3)")
    spoil(session, "delete from audit_entry where stream = 'b' and seq = 3")
    assert list(verify(session)) == ["a #2 to #3: missing", "b #3 to #3: missing"]


def test_a_whole_stream_gone_is_named(session, chain):
    spoil(session, "delete from audit_entry where stream = 'b'")
    assert list(verify(session)) == ["b #1 to #3: missing"]


def test_a_head_moved_back_is_named(session, chain):
    session.get_one(AuditHead, "a").mac = b"\1" * 32
    session.flush()
    assert list(verify(session)) == ["a #5: the stored head differs"]


def test_an_erased_detail_leaves_the_chain_whole(session, chain):
    for detail in session.scalars(select(AuditDetail)):
        session.delete(detail)
    session.flush()
    session.expire_all()
    assert list(verify(session)) == []
