"""Invoices: numbers without gaps, cents that add up, credit notes within their invoice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.billing.invoice import Invoice, InvoiceKind, InvoiceLine, VatCategory
from backoffice.billing.invoicing import RENDER, Left, _credit_lines, _lines, credit, left_of
from backoffice.billing.ledger import ConflictError, Source
from backoffice.core.money import split_vat
from backoffice.core.outbox import OutboxMessage
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.seller import Seller
from tests.factories.books import check_books
from tests.factories.invoice import item, make_invoice
from tests.factories.seller import make_seller

CREDIT = {"reason": "Geste commercial"}


def numbers(session):
    session.expire_all()
    return session.scalars(select(Invoice.number).order_by(Invoice.number)).all()


def amounts(invoice):
    return invoice.net_minor, invoice.vat_minor, invoice.gross_minor


class TestNumbers:
    def test_each_kind_and_year_counts_by_itself(self, session):
        first = make_invoice(session)
        make_invoice(session)
        make_invoice(session, issued_on=date(2027, 1, 4))
        credit(session, first, source=Source("test", "c"), issued_on=date(2026, 6, 3), **CREDIT)
        assert numbers(session) == [
            "A-2026-000001", "F-2026-000001", "F-2026-000002", "F-2027-000001"
        ]  # fmt: skip

    def test_a_day_is_never_before_that_of_the_number_before(self, session):
        make_invoice(session, issued_on=date(2026, 6, 9))
        late = make_invoice(session, issued_on=date(2026, 6, 1))
        assert (late.issued_on, late.due_on) == (date(2026, 6, 9), date(2026, 6, 9))

    def test_a_rollback_gives_the_number_back(self, session):
        make_invoice(session)
        lost = session.begin_nested()
        make_invoice(session)
        lost.rollback()
        assert make_invoice(session).number == "F-2026-000002"

    def test_many_at_once_leave_no_gap_though_some_fail(self, fresh_database):
        engine = create_engine(fresh_database, poolclass=NullPool)
        with Session(engine) as session:
            sellers = [make_seller(session).id for _ in range(4)]
            session.commit()
        gate = Barrier(4, timeout=60)

        def work(worker):
            gate.wait()
            for turn in range(8):
                with Session(engine) as session:
                    seller = session.get_one(Seller, sellers[worker])
                    make_invoice(session, seller, source=Source("test", f"{worker}-{turn}"))
                    if turn % 3 == 2:
                        session.rollback()
                    else:
                        session.commit()

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, range(4)))
        with Session(engine) as session:
            assert numbers(session) == [f"F-2026-{at:06}" for at in range(1, 25)]

    def test_of_two_at_once_for_one_source_one_is_issued(self, fresh_database):
        engine = create_engine(fresh_database, poolclass=NullPool)
        with Session(engine) as session:
            number = make_seller(session).id
            session.commit()
        gate = Barrier(2, timeout=60)

        def work(_):
            with Session(engine) as session:
                gate.wait()
                invoice = make_invoice(
                    session, session.get_one(Seller, number), source=Source("in", "1")
                )
                session.commit()
                return invoice.number

        with ThreadPoolExecutor(2) as workers:
            assert set(workers.map(work, range(2))) == {"F-2026-000001"}
        with Session(engine) as session:
            assert numbers(session) == ["F-2026-000001"]


class TestWhatIsKept:
    def test_once_for_its_source(self, session):
        first = make_invoice(session, source=Source("in", "1"))
        again = make_invoice(session, first.seller, source=Source("in", "1"))
        assert again is first
        with pytest.raises(ConflictError):
            make_invoice(session, first.seller, item(100), source=Source("in", "1"))

    def test_its_files_are_owed(self, session):
        invoice = make_invoice(session)
        owed = session.scalars(select(OutboxMessage).where(OutboxMessage.event == RENDER)).all()
        assert [one.payload for one in owed] == [{"invoice_id": invoice.id}]

    def test_the_identity_stays_as_it_was(self, session):
        invoice = make_invoice(session)
        name = invoice.seller.legal_name
        invoice.seller.legal_name, invoice.seller.city = "Autre nom", "Lille"
        session.flush()
        session.expire_all()
        assert (invoice.seller_name, invoice.seller_city) == (name, "Paris")

    @pytest.mark.parametrize("change", [
        "update invoice set reason = 'x'", "delete from invoice_line", "truncate invoice cascade",
        "update invoice_line set quantity = 2",
    ])  # fmt: skip
    def test_it_is_never_changed(self, session, change):
        make_invoice(session)
        check_books(session)
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(sql(change))

    def test_no_line_is_added_later(self, session):
        invoice = make_invoice(session)
        check_books(session)
        session.add(InvoiceLine(
            invoice_id=invoice.id, position=9, label={}, quantity=1, vat_bp=0, net_minor=1,
            vat_minor=0, gross_minor=1,
        ))  # fmt: skip
        with pytest.raises(DBAPIError, match="sum of its lines"):
            check_books(session)


class TestCents:
    def test_a_price_that_no_rate_divides_adds_up(self, session):
        assert amounts(make_invoice(session)) == (2493, 498, 2991)

    def test_vat_is_computed_once_per_rate(self, session):
        invoice = make_invoice(session, None, item(2991), item(2991), item(1055, 550))
        assert amounts(invoice) == (4985 + 1000, 997 + 55, 7037)

    @given(st.lists(st.tuples(st.integers(-9_999, 99_999), st.sampled_from([0, 550, 2000])),
                    min_size=1, max_size=8))  # fmt: skip
    def test_the_lines_of_a_rate_are_the_split_of_their_sum(self, parts):
        lines = _lines([item(*part) for part in parts], VatCategory.STANDARD)
        for rate in {vat_bp for _, vat_bp in parts}:
            own = [one for one in lines if one.vat_bp == rate]
            whole = split_vat(sum(gross for gross, bp in parts if bp == rate), rate)
            assert sum(one.net_minor for one in own) == whole.net_minor
            assert all(one.net_minor + one.vat_minor == one.gross_minor for one in own)

    @given(st.integers(2, 99_999), st.integers(1, 99_998))
    def test_two_credit_notes_give_back_the_whole_vat(self, gross, part):
        part = min(part, gross - 1)
        label, whole = text("Credit"), split_vat(gross, 2000)
        first = _credit_lines(label, [Left(2000, gross, 0)], part, gross)
        last = _credit_lines(label, [Left(2000, gross, part)], gross - part, gross - part)
        assert sum(one.vat_minor for one in (*first, *last)) == whole.vat_minor
        assert sum(one.gross_minor for one in (*first, *last)) == gross


class TestCredit:
    def test_in_parts_until_nothing_is_left(self, session):
        invoice = make_invoice(session, None, item(2991), item(1055, 550))
        first = credit(session, invoice, source=Source("c", "1"), amount_minor=1000, **CREDIT)
        rest = credit(session, invoice, source=Source("c", "2"), **CREDIT)
        assert first.gross_minor == 1000
        assert [sum(pair) for pair in zip(amounts(first), amounts(rest), strict=True)] == list(
            amounts(invoice)
        )
        assert {one.left_minor for one in left_of(session, invoice)} == {0}
        assert first.corrects is invoice
        check_books(session)

    @pytest.mark.parametrize("amount", [0, -1, 2992])
    def test_never_above_what_is_left(self, session, amount):
        invoice = make_invoice(session)
        with pytest.raises(NotPossible):
            credit(session, invoice, source=Source("c", "1"), amount_minor=amount, **CREDIT)
        assert len(numbers(session)) == 1

    def test_never_on_a_credit_note_nor_on_what_is_credited(self, session):
        invoice = make_invoice(session)
        note = credit(session, invoice, source=Source("c", "1"), **CREDIT)
        for one in (note, invoice):
            with pytest.raises(NotPossible):
                credit(session, one, source=Source("c", "2"), **CREDIT)

    def test_once_for_its_source(self, session):
        invoice = make_invoice(session)
        asked = {"source": Source("c", "1"), "amount_minor": 2000, **CREDIT}
        assert credit(session, invoice, **asked) is credit(session, invoice, **asked)

    def test_of_two_at_once_one_is_refused(self, fresh_database):
        engine = create_engine(fresh_database, poolclass=NullPool)
        with Session(engine) as session:
            number = make_invoice(session).id
            session.commit()
        gate = Barrier(2, timeout=60)

        def work(at):
            with Session(engine) as session:
                invoice = session.get(Invoice, number)
                gate.wait()
                try:
                    credit(session, invoice, source=Source("c", str(at)), amount_minor=2000,
                           **CREDIT)  # fmt: skip
                except NotPossible:
                    return False
                session.commit()
                return True

        with ThreadPoolExecutor(2) as workers:
            assert sorted(workers.map(work, range(2))) == [False, True]
        with Session(engine) as session:
            kinds = session.scalars(select(Invoice.kind)).all()
            assert sorted(kinds) == [InvoiceKind.CREDIT_NOTE, InvoiceKind.INVOICE]
