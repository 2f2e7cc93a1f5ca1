"""The ledger: what is posted once stays, balanced, whoever tries otherwise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing.ledger import (
    ConflictError,
    Line,
    Source,
    balance_of,
    entry_of,
    post,
    reverse,
)
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from tests.factories.books import check_books
from tests.factories.seller import make_seller

DAY = date(2026, 11, 2)
SALE = (Line("517", 1200), Line("706200", -1000), Line("44571", -200))


def post_sale(session, key="sale:1", lines=SALE, **changes):
    asked = {"kind": "sale", "journal": "ST", "occurred_on": DAY, "source": Source("sale", "1")}
    entry_id = post(session, idem_key=key, lines=lines, **{**asked, **changes})
    return session.get_one(JournalEntry, entry_id)


def insert_entry(session, entry_id, tx="0"):
    session.execute(
        sql(
            "insert into journal_entry (id, journal, idem_key, digest, kind, occurred_on,"
            " source_type, source_id, piece_ref, posted_at, posted_by, posted_tx)"
            f" values (:id, 'ST', :key, '', 'raw', '2026-11-02', '', '', '', now(), 'x', {tx})"
        ),
        {"id": entry_id, "key": str(entry_id)},
    )


def insert_line(session, entry_id, code, amount, currency="EUR"):
    session.execute(
        sql(
            "insert into ledger_line (id, entry_id, account_id, amount_minor, currency)"
            " select nextval('ledger_line_id_seq'), :entry, id, :amount, :currency"
            " from ledger_account where code = :code and seller_id is null"
        ),
        {"entry": str(entry_id), "code": code, "amount": amount, "currency": currency},
    )


def test_an_entry_balances_and_moves_its_accounts(session):
    entry = post_sale(session)
    check_books(session)
    assert [line.amount_minor for line in entry.lines] == [1200, -1000, -200]
    assert balance_of(session, "517") == 1200
    assert balance_of(session, "706200") == -1000


def test_lines_of_nothing_are_left_out(session):
    assert len(post_sale(session, lines=(*SALE, Line("6278", 0))).lines) == 3


def test_the_same_again_is_the_first_entry(session):
    assert post_sale(session).id == post_sale(session).id
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"lines": (Line("517", 1), Line("706200", -1))},
        {"occurred_on": date(2026, 11, 3)},
        {"kind": "other"},
        {"source": Source("sale", "2")},
    ],
)
def test_the_same_key_with_other_input_is_an_error(session, change):
    post_sale(session)
    with pytest.raises(ConflictError):
        post_sale(session, **change)


def test_an_account_that_is_not_in_the_chart_is_refused(session):
    with pytest.raises(LookupError):
        post_sale(session, lines=(Line("517", 1), Line("999", -1)))


def test_a_sellers_account_is_made_on_first_use(session):
    seller, other = make_seller(session), make_seller(session)
    for number, one in enumerate((seller, other, seller)):
        lines = (Line("517", 500), Line("4671", -500, one.id))
        post_sale(session, key=f"sale:{number}", lines=lines)
    own = select(LedgerAccount).where(LedgerAccount.seller_id == seller.id)
    account = session.scalars(own).one()
    assert (account.code, account.normal_side) == ("4671", "credit")
    assert balance_of(session, "4671", seller_id=seller.id) == -1000
    assert balance_of(session, "4671") == -1500


def test_another_currency_has_accounts_of_its_own(session):
    post_sale(session, currency="CHF")
    check_books(session)
    codes = select(LedgerAccount.code).where(LedgerAccount.currency == "CHF")
    assert set(session.scalars(codes)) == {"517", "706200", "44571"}


def test_a_reversal_is_the_opposite_and_happens_once(session):
    entry = post_sale(session)
    first = reverse(session, entry, idem_key="sale:1:void", occurred_on=date(2026, 11, 9))
    again = reverse(session, entry, idem_key="sale:1:void", occurred_on=date(2026, 11, 10))
    check_books(session)
    assert first == again
    assert session.get_one(JournalEntry, first).reverses_id == entry.id
    assert balance_of(session, "517") == balance_of(session, "706200") == 0


def test_a_second_reversal_is_refused_by_us_and_by_the_database(session):
    entry = post_sale(session)
    reverse(session, entry, idem_key="sale:1:void", occurred_on=DAY)
    with pytest.raises(ConflictError):
        reverse(session, entry, idem_key="sale:1:again", occurred_on=DAY)
    with pytest.raises(DBAPIError, match="uq_journal_entry_reverses_id"):
        post_sale(session, key="sale:2", reverses_id=entry.id)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "fewer than two lines"),
        ((("517", 100),), "fewer than two lines"),
        ((("517", 100), ("706200", -99)), "does not balance"),
        ((("517", 100, "CHF"), ("706200", -100, "CHF")), "another currency"),
        ((("517", 100), ("706200", -100, "CHF")), "does not balance"),
    ],
)
def test_the_database_refuses_what_does_not_balance(session, lines, said):
    entry_id = uuid4()
    insert_entry(session, entry_id)
    for line in lines:
        insert_line(session, entry_id, *line)
    with pytest.raises(DBAPIError, match=said):
        check_books(session)


def test_a_line_of_nothing_is_refused(session):
    entry_id = uuid4()
    insert_entry(session, entry_id)
    with pytest.raises(DBAPIError, match="ck_ledger_line_amount_minor"):
        insert_line(session, entry_id, "517", 0)


@pytest.mark.parametrize(
    "change",
    [
        "update ledger_line set amount_minor = amount_minor * 2",
        "delete from ledger_line",
        "truncate ledger_line",
        "update journal_entry set occurred_on = '2026-01-01'",
        "delete from journal_entry",
        "truncate journal_entry cascade",
    ],
)
def test_nothing_posted_is_changed(session, change):
    post_sale(session)
    check_books(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sql(change))


def test_an_account_stays_what_it_is(session):
    session.execute(sql("update ledger_account set name_en = 'Bank account' where code = '512'"))
    with pytest.raises(DBAPIError, match="an account stays what it is"):
        session.execute(sql("update ledger_account set code = '513' where code = '512'"))


def test_an_unbalanced_entry_does_not_pass_the_commit_and_a_posted_one_gets_no_line(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        entry_id = post_sale(session).id
        session.commit()
    with Session(engine) as session, pytest.raises(DBAPIError, match="is posted"):
        insert_line(session, entry_id, "517", 100)
    with Session(engine) as session:
        insert_entry(session, unbalanced := uuid4())
        insert_line(session, unbalanced, "517", 100)
        insert_line(session, unbalanced, "706200", -90)
        with pytest.raises(DBAPIError, match="does not balance"):
            session.commit()
    with Session(engine) as session:  # whatever it says of the transaction that wrote it
        insert_entry(session, stamped := uuid4(), tx="1")
        insert_line(session, stamped, "517", 100)
        insert_line(session, stamped, "706200", -100)
        session.commit()
        assert session.scalar(select(func.count()).select_from(LedgerLine)) == 5


def test_two_workers_with_one_key_post_one_entry(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        seller_id = make_seller(session).id
        session.commit()
    gate = Barrier(2, timeout=60)

    def work(_):
        with Session(engine) as session:
            gate.wait()
            entry = post_sale(session, lines=(Line("517", 500), Line("4671", -500, seller_id)))
            session.commit()
            return entry.id

    with ThreadPoolExecutor(2) as workers:
        assert len(set(workers.map(work, range(2)))) == 1
    with Session(engine) as session:
        assert entry_of(session, "sale:1") is not None
        assert session.scalar(select(func.count()).select_from(LedgerLine)) == 2
        assert balance_of(session, "517") == 500
