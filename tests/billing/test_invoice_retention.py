"""Invoices ten years after their fiscal year: whom they name and their files go, figures stay."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from backoffice.billing.invoice import Invoice
from backoffice.billing.invoice_files import render_invoice
from backoffice.billing.invoice_retention import NAMING, last_year_due, purge_invoices
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import PARIS
from backoffice.core.outbox import OutboxMessage
from backoffice.core.store import file_store
from backoffice.marketplace.erasing.files import FORGET, forget_files
from tests.factories.invoice import make_invoice
from tests.factories.staff import make_staff, sign_in
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]

LAST_DAY = datetime(2036, 12, 31, 23, 30, tzinfo=PARIS)
DAY_AFTER = datetime(2037, 1, 1, 0, 30, tzinfo=PARIS)


@pytest.fixture
def invoice(session, app, files_dir):
    """An invoice of 2026 with its files."""
    with app.app_context():
        invoice = make_invoice(session)
        render_invoice(session, invoice.id)
        yield invoice


def naming(invoice):
    return {name: getattr(invoice, name) for name in NAMING}


def test_it_is_kept_whole_for_ten_years_after_its_year(session, invoice):
    before = naming(invoice)
    assert purge_invoices(session, LAST_DAY) == 0
    session.refresh(invoice)
    assert (naming(invoice), invoice.purged_on) == (before, None)
    assert invoice.file is not None


def test_then_whom_it_names_goes_with_its_files_and_its_figures_stay(session, invoice):
    keys = [invoice.file.pdf_key, invoice.file.xml_key]
    figures = invoice.number, invoice.seq, invoice.gross_minor, len(invoice.lines)
    assert purge_invoices(session, DAY_AFTER) == 1
    session.flush()
    session.expire_all()
    assert set(naming(invoice).values()) == {""}
    assert (invoice.purged_on, invoice.file) == (date(2037, 1, 1), None)
    assert figures == (invoice.number, invoice.seq, invoice.gross_minor, len(invoice.lines))
    owed = session.scalars(select(OutboxMessage).where(OutboxMessage.event == FORGET)).one()
    assert owed.payload == {"keys": sorted(keys)}
    forget_files(session, owed.payload["keys"])
    for key in keys:
        with pytest.raises(FileNotFoundError):
            file_store().open(key)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.verb, entry.detail.detail) == ("invoice.purged", {"ids": [invoice.id]})


def test_done_again_it_finds_nothing_and_makes_no_file_anew(session, invoice):
    late = make_invoice(session, issued_on=date(2027, 1, 2))
    assert [purge_invoices(session, DAY_AFTER) for _ in range(2)] == [1, 0]
    render_invoice(session, invoice.id)
    session.expire_all()
    assert invoice.file is None
    assert late.seller_name


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2036, 12, 31), 2025), (date(2037, 1, 1), 2026), (date(2037, 12, 31), 2026)],
)
def test_a_year_is_over_ten_years_after_its_last_day(day, year):
    assert last_year_due(day) == year


EMPTIED = ", ".join(f"{name} = ''" for name in NAMING)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f"{EMPTIED}", "append-only"),
        (f"{EMPTIED}, purged_on = '2036-12-31'", "ck_invoice_purged_on"),
        (f"{EMPTIED}, purged_on = '2037-01-01', gross_minor = gross_minor + 1", "append-only"),
        ("seller_name = 'X', purged_on = '2037-01-01'", "append-only"),
        ("purged_on = '2037-01-01'", "append-only"),
    ],
)
def test_the_database_lets_nothing_else_be_changed(session, change, said):
    make_invoice(session)
    with pytest.raises(DBAPIError, match=said):
        session.execute(sql(f"update invoice set {change}"))


def test_what_is_emptied_is_not_written_again(session, invoice):
    purge_invoices(session, DAY_AFTER)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sql("update invoice set seller_name = 'X'"))


def test_the_page_says_why_nobody_is_named(client, session, invoice):
    purge_invoices(session, DAY_AFTER)
    sign_in(client, session, make_staff(session, role="finance"))
    page = client.get(f"/billing/invoices/{invoice.number}").get_data(as_text=True)
    assert "L123-22" in page
    assert session.get_one(Invoice, invoice.id).seller_name == ""
    assert client.get(f"/billing/invoices/{invoice.number}/file.pdf").status_code == 404
