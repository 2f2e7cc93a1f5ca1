"""Seals: numbers without gaps per journal, each entry once, whoever seals at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing import seal as sealing
from backoffice.billing.ledger_check import verify
from backoffice.billing.ledger_model import JournalSeal
from backoffice.billing.seal import seal_entries
from tests.factories.entries import make_entry, make_sealed


def seals(session):
    return session.scalars(select(JournalSeal).order_by(JournalSeal.id)).all()


def test_each_journal_has_numbers_of_its_own_in_the_order_of_posting(session):
    for number, journal in enumerate(("ST", "VE", "ST")):
        make_entry(session, number, journal=journal)
    assert seal_entries(session) == 3
    assert [(one.journal, one.seq) for one in seals(session)] == [("ST", 1), ("VE", 1), ("ST", 2)]
    assert [one.entry.idem_key for one in seals(session)] == ["sale:0", "sale:1", "sale:2"]


def test_each_link_holds_the_one_before(session):
    make_sealed(session, 3)
    first, second, third = seals(session)
    assert (second.prev_mac, third.prev_mac) == (first.mac, second.mac)
    assert len({first.mac, second.mac, third.mac}) == 3


def test_what_is_sealed_is_not_sealed_again(session):
    make_sealed(session, 2)
    assert seal_entries(session) == 0
    make_entry(session, 7)
    assert seal_entries(session) == 1
    assert [one.seq for one in seals(session)] == [1, 2, 3]


def test_more_than_at_once_is_sealed_run_by_run(session, monkeypatch):
    monkeypatch.setattr(sealing, "SEALED_AT_ONCE", 2)
    for number in range(5):
        make_entry(session, number)
    assert [seal_entries(session) for _ in range(4)] == [2, 2, 1, 0]
    assert list(verify(session)) == []


@pytest.mark.parametrize("change", ["update journal_seal set seq = 9", "delete from journal_seal"])
def test_a_seal_stays(session, change):
    make_sealed(session, 1)
    with pytest.raises(DBAPIError, match=r"append|journal_seal"):
        session.execute(sql(change))


def test_two_at_once_seal_each_entry_once(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        for number in range(40):
            make_entry(session, number)
        session.commit()
    gate = Barrier(4, timeout=60)

    def work(_):
        with Session(engine) as session:
            gate.wait()
            count = seal_entries(session)
            session.commit()
            return count

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(work, range(4))) == [0, 0, 0, 40]
    with Session(engine) as session:
        assert [one.seq for one in seals(session)] == list(range(1, 41))
        assert list(verify(session)) == []
