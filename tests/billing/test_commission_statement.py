"""The commissions of a month: each invoiced once, together what the ledger holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing import commission_statement as statement
from backoffice.billing.commission_statement import (
    INVOICE_COMMISSIONS,
    invoice_commissions,
    issue_commission_invoices,
    owe_commission_invoices,
)
from backoffice.billing.invoice import Invoice
from backoffice.billing.ledger import balance_of
from backoffice.billing.postings import post_fee, post_fee_refund
from backoffice.core.clock import add_months, begin_of
from backoffice.core.outbox import OutboxMessage
from tests.factories.books import check_books
from tests.factories.entries import BEFORE_THAT, LAST_MONTH, THIS_MONTH
from tests.factories.seller import make_seller
from tests.factories.sold import make_sold


def told(kind, number, amount, day):
    return {"object": kind, "id": f"{kind}_{number}", "amount": amount, "currency": "eur",
            "created": int(begin_of(day).timestamp()), "balance_transaction": "txn"}  # fmt: skip


def sold(session, seller, fee, number, day=LAST_MONTH):
    order = make_sold(session, seller, fee=fee)
    post_fee(session, order, told("application_fee", number, fee, day))
    return order


def gave_back(session, order, amount, number, day=LAST_MONTH):
    post_fee_refund(session, order, told("fee_refund", number, amount, day), before_minor=0)


def run(session, month=LAST_MONTH, owe=issue_commission_invoices):
    """Owe the invoices of a month and do what is owed; returns to how many sellers."""
    found = owe(session, month)
    owed = select(OutboxMessage).where(OutboxMessage.event == INVOICE_COMMISSIONS)
    for row in session.scalars(owed).all():
        invoice_commissions(session, **row.payload)
    check_books(session)
    return found


def issued(session):
    session.expire_all()
    return session.scalars(select(Invoice).order_by(Invoice.id)).all()


def signed(invoices, name):
    return sum(getattr(one, name) * (1 if one.kind == "invoice" else -1) for one in invoices)


def test_all_invoices_together_are_what_the_ledger_holds(session):
    sellers = [make_seller(session) for _ in range(3)]
    for number, fee in enumerate((1441, 999, 2991, 3, 777, 1440, 5001, 63, 33)):
        order = sold(session, sellers[number % 3], fee, number)
        if number % 4 == 0:
            gave_back(session, order, fee // 3, number)
    assert run(session) == 3
    invoices = issued(session)
    assert len(invoices) == 3
    gross = -balance_of(session, "706200") - balance_of(session, "44571")
    rounded = -balance_of(session, "758") - balance_of(session, "658")
    assert signed(invoices, "gross_minor") == gross + rounded
    assert signed(invoices, "vat_minor") == -balance_of(session, "44571")
    assert {one.paid_minor - one.gross_minor for one in invoices} == {0}
    assert all(len(one.lines) in (1, 2) for one in invoices)


def test_a_second_run_issues_nothing(session):
    sold(session, make_seller(session), 1440, 1)
    assert [run(session), run(session)] == [1, 0]
    assert len(issued(session)) == 1


def test_only_what_is_booked_until_the_end_of_the_month(session):
    seller = make_seller(session)
    sold(session, seller, 1200, 1, BEFORE_THAT)
    sold(session, seller, 2400, 2, LAST_MONTH)
    sold(session, seller, 3600, 3, THIS_MONTH)
    for month in (BEFORE_THAT, LAST_MONTH):
        run(session, month)
    first, second = issued(session)
    assert (first.gross_minor, second.gross_minor) == (1200, 2400)
    days = (LAST_MONTH, THIS_MONTH - timedelta(days=1))
    assert (second.begins_on, second.ends_on) == days


def test_what_comes_late_goes_with_the_next_month(session):
    seller = make_seller(session)
    sold(session, seller, 1200, 1, BEFORE_THAT)
    run(session, BEFORE_THAT)
    sold(session, seller, 600, 2, BEFORE_THAT)
    run(session, BEFORE_THAT)
    assert len(issued(session)) == 1
    run(session, LAST_MONTH)
    assert [one.gross_minor for one in issued(session)] == [1200, 600]


def test_more_given_back_than_earned_is_credited_on_what_was_invoiced(session):
    seller = make_seller(session)
    orders = [sold(session, seller, 1201, at, day)
              for at, day in ((1, add_months(BEFORE_THAT, -1)), (2, BEFORE_THAT))]  # fmt: skip
    run(session, add_months(BEFORE_THAT, -1))
    run(session, BEFORE_THAT)
    for number, order in enumerate(orders):
        gave_back(session, order, 1000, number)
    run(session)
    old, new, first, second = issued(session)
    assert [(one.corrects, one.gross_minor) for one in (first, second)] == [(new, 1201), (old, 799)]
    assert signed((old, new, first, second), "vat_minor") == -balance_of(session, "44571")
    assert run(session) == 0


def test_refunds_of_what_was_never_invoiced_wait(session):
    order = make_sold(session)
    gave_back(session, order, 600, 1)
    assert [run(session), run(session)] == [1, 1]
    assert issued(session) == []


def test_a_seller_elsewhere_in_the_union_owes_the_vat_itself(session):
    seller = make_seller(session)
    seller.country, seller.vat_number = "DE", "DE136695976"
    sold(session, seller, 1200, 1)
    run(session)
    (invoice,) = issued(session)
    assert (invoice.net_minor, invoice.vat_minor) == (1200, 0)
    assert (balance_of(session, "44571"), balance_of(session, "706200")) == (0, -1200)


def test_many_sellers_are_invoiced_piece_by_piece(session, monkeypatch):
    monkeypatch.setattr(statement, "AT_ONCE", 2)
    for number in range(5):
        sold(session, make_seller(session), 1200, number)
    assert run(session) == 5
    owed = select(func.count()).where(OutboxMessage.event == INVOICE_COMMISSIONS)
    assert session.scalar(owed.select_from(OutboxMessage)) == 3
    assert len(issued(session)) == 5


@pytest.mark.parametrize(("day", "runs"), [(1, 0), (3, 0), (4, 1), (28, 1)])
def test_the_schedule_waits_for_what_comes_late_then_runs_once(session, monkeypatch, day, runs):
    at = begin_of(THIS_MONTH.replace(day=day))
    monkeypatch.setattr(statement, "now", lambda: at)
    sold(session, make_seller(session), 1200, 1)
    owe = [run(session, owe=lambda one, _: owe_commission_invoices(one)) for _ in range(2)]
    assert owe == [runs, 0]
    assert len(issued(session)) == runs


def test_of_two_workers_at_once_one_invoices(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        seller = make_seller(session)
        sold(session, seller, 1200, 1)
        session.commit()
        number = seller.id
    gate = Barrier(2, timeout=60)

    def work(_):
        with Session(engine) as session:
            gate.wait()
            invoice_commissions(session, LAST_MONTH.isoformat(), [number])

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    with Session(engine) as session:
        assert [one.gross_minor for one in issued(session)] == [1200]


def test_an_entry_is_invoiced_once(session):
    sold(session, make_seller(session), 1200, 1)
    run(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sql("delete from invoice_entry"))
