"""The invoices in the browser: looked for, looked at, saved, credited once, by whom it may be."""

import pytest
from sqlalchemy import select

from backoffice.billing.invoice import Invoice
from backoffice.billing.invoice_files import render_invoice
from backoffice.billing.invoicing import credit
from backoffice.billing.ledger import Source
from backoffice.core.audit import AuditEntry
from backoffice.core.permissions import ROLES
from config.settings import get_settings
from tests.factories.invoice import item, make_invoice
from tests.factories.staff import make_staff, sign_in, submit
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]
ONCE = "0b7d3f0e-4c53-4a57-9a0a-0d4c8a6b5a11"


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance", name="Paul Ferrier"))
    return client


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def send(client, invoice, **fields):
    address = f"/billing/invoices/{invoice.number}"
    fields = {"reason": "Geste commercial", "amount": "", "once": ONCE, **fields}
    return submit(client, f"{address}/credit", on="/account", **fields)


def numbers(session):
    session.expire_all()
    return session.scalars(select(Invoice.number).order_by(Invoice.id)).all()


def test_finance_and_the_auditor_read_and_only_finance_credits(client, session):
    invoice = make_invoice(session)
    address = f"/billing/invoices/{invoice.number}"
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        seen = {client.get(path).status_code for path in ("/billing/invoices", address)}
        assert seen == ({200} if role in {"finance", "auditor"} else {404}), role
        may_credit = role == "finance"
        if role in {"finance", "auditor"}:
            assert ('data-action="credit"' in page_of(client, address)) is may_credit
        sent = send(client, invoice, amount="1").status_code
        assert sent == (303 if may_credit else 404), role


def test_filters_live_in_the_address(finance, session):
    first, other = make_invoice(session), make_invoice(session)
    note = credit(session, first, source=Source("test", "c"), reason="Erreur")
    listed = {
        "": [first, other, note],
        "kind=credit_note": [note],
        "kind=invoice": [first, other],
        "month=2026-06": [first, other],
        "month=2026-05": [],
        f"seller={other.seller.external_id}": [other],
        f"seller={first.seller_siren}": [first, note],
        f"number={other.number.lower()}": [other],
        f"month=2026-06&seller={first.seller.external_id}": [first],
    }
    for query, expected in listed.items():
        page = page_of(finance, f"/billing/invoices?{query}")
        shown = [one.number for one in (first, other, note)
                 if f'/billing/invoices/{one.number}"' in page]  # fmt: skip
        assert shown == [one.number for one in expected], query


def test_what_is_no_month_is_said_and_kept(finance, session):
    make_invoice(session)
    page = page_of(finance, "/billing/invoices?month=juin&lang=en")
    assert "“juin” is no month" in page
    assert 'value="juin"' in page


def test_a_filter_says_what_its_rows_come_to(finance, session):
    invoice = make_invoice(session, None, item(12_000))
    make_invoice(session, invoice.seller, item(6_000))
    page = page_of(finance, f"/billing/invoices?seller={invoice.seller.external_id}")
    totals = page.split("<tbody>")[1].split("</tbody>")[0]
    assert [one in totals for one in ("150,00", "30,00", "180,00")] == [True] * 3


def test_pages_follow_each_other(finance, session, monkeypatch):
    monkeypatch.setenv("PAGE_SIZE", "2")
    get_settings.cache_clear()
    made = [make_invoice(session) for _ in range(3)]
    page = page_of(finance, "/billing/invoices")
    assert made[2].number in page
    assert made[0].number not in page
    after = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    assert made[0].number in page_of(finance, after.replace("&amp;", "&"))
    monkeypatch.undo()
    get_settings.cache_clear()


def test_the_page_says_it_all_and_brings_the_files(finance, session, app, files_dir):
    invoice = make_invoice(session, None, item(2991), item(1055, 550))
    address = f"/billing/invoices/{invoice.number}"
    assert f"{address}/file.pdf" not in page_of(finance, address)
    assert finance.get(f"{address}/file.pdf").status_code == 404
    with app.app_context():
        render_invoice(session, invoice.id)
    page = page_of(finance, address)
    assert [one in page for one in ("24,93", "5,5", invoice.seller_name, "40,46")] == [True] * 4
    for ending, start in (("pdf", b"%PDF-"), ("xml", b"<?xml")):
        with finance.get(f"{address}/file.{ending}") as answer:
            assert answer.data.startswith(start)
            name = f"attachment; filename={invoice.number}.{ending}"
            assert answer.headers["Content-Disposition"] == name


def test_a_part_is_credited_then_the_rest(finance, session):
    invoice = make_invoice(session)
    answer = send(finance, invoice, amount="10,00")
    assert answer.location.endswith("/billing/invoices/A-2026-000001")
    page = page_of(finance, answer.location)
    assert "Geste commercial" in page
    assert "10,00" in page
    send(finance, invoice, once=ONCE.replace("0b", "1b"))
    assert numbers(session) == [invoice.number, "A-2026-000001", "A-2026-000002"]
    assert 'data-action="credit"' not in page_of(finance, f"/billing/invoices/{invoice.number}")
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.stream == "invoices")).all()
    assert verbs == ["invoice.credited"] * 2


def test_the_same_form_sent_twice_credits_once(finance, session):
    invoice = make_invoice(session)
    places = {send(finance, invoice, amount="10").location for _ in range(2)}
    assert len(places) == 1
    assert len(numbers(session)) == 2


@pytest.mark.parametrize(("field", "typed"), [
    ("amount", "29,92"), ("amount", "0"), ("amount", "dix"), ("amount", "-1"), ("reason", " "),
    ("reason", "x" * 201), ("once", "1"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_lost(finance, session, field, typed):
    invoice = make_invoice(session)
    answer = send(finance, invoice, **{"reason": "Mon motif", "amount": "3,21", field: typed})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    kept = {"reason": "Mon motif", "amount": "3,21", field: typed}
    assert [one in page for name, one in kept.items() if name != "once"] == [True, True]
    assert 'class="error"' in page or field == "once"
    assert numbers(session) == [invoice.number]


def test_no_other_number_has_a_page(finance, session):
    for number in ("F-2026-000001", "x", "1"):
        assert finance.get(f"/billing/invoices/{number}").status_code == 404
        assert send(finance, Invoice(number=number)).status_code == 404
