"""A seller's month: figures that lead from one balance to the next, and the lines of each."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.invoicing import Period
from backoffice.billing.ledger import Line, Source, balance_of, post
from backoffice.billing.plan import running_subscription
from backoffice.billing.plan_invoice import InvoiceState
from backoffice.billing.plan_postings import post_invoice, post_repayment
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.seller_statement import SellerStatement
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import begin_of, now
from backoffice.core.permissions import ROLES
from tests.factories.invoice import item, make_invoice
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller
from tests.factories.sold import make_sold
from tests.factories.staff import make_staff, sign_in
from tests.factories.stripe import Sale
from tests.workbook import rows_of

G, C = 12_000, 1_440
MONTH = date(2026, 11, 1)  # in which the sales of the factory happen
NOVEMBER = Period(MONTH, date(2026, 11, 30))


@pytest.fixture
def seller(session):
    """A seller on Pro."""
    return make_seller(session, plan="pro")


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


def figures(session, seller, month=MONTH):
    """Return what each figure comes to, having checked that they lead to the closing balance."""
    found = {}
    for part in SellerStatement(seller, month).parts(session):
        moved = {one.name: one.amount_minor for one in part.figures}
        assert part.opening_minor + sum(moved.values()) == part.closing_minor
        found |= {f"{part.code} opening": part.opening_minor, **moved,
                  f"{part.code} closing": part.closing_minor}  # fmt: skip
    return {name: amount for name, amount in found.items() if amount}


def sale_of(session, seller, **form):
    return Sale(make_sold(session, seller, G, C).external_id, G, C, **form)


@pytest.mark.parametrize(
    ("form", "others"),
    [
        ({"gross": True}, {"orders": G, "collected": C, "payouts": -G}),
        ({"gross": False}, {"orders": G, "payouts": C - G}),
        ({"direct": True}, {"collected": C}),
    ],
)
def test_a_commission_is_told_however_stripe_collects_it(session, seller, hear, form, others):
    hear(sale_of(session, seller, **form).events)
    assert figures(session, seller) == {**others, "commissions": -C}


def test_what_is_not_paid_out_yet_is_the_closing_balance_and_opens_the_next_month(
    session, seller, hear
):
    hear(sale_of(session, seller).events[:1])
    assert figures(session, seller) == {"orders": G, "4671 closing": G}
    assert figures(session, seller, date(2026, 12, 1)) == {
        "4671 opening": G, "4671 closing": G
    }  # fmt: skip


def test_refunds_chargebacks_and_what_came_back(session, seller, hear):
    sale = sale_of(session, seller)
    sale.refund(6_000, fee_back=720, reverse=6_000)
    other = sale_of(session, seller)
    other.chargeback(G, "lost")
    hear([*sale.events, *other.events])
    assert figures(session, seller) == {
        "orders": 2 * G, "commissions": -2 * C, "given_back": 720, "collected": 2 * C - 720,
        "refunds": -6_000, "chargebacks": -G, "payouts": 6_000 - 2 * G, "4671 closing": -G,
    }  # fmt: skip


def test_a_compensation_was_due_and_is_paid(session, seller, hear):
    sale = sale_of(session, seller)
    order = make_sold(session, seller, G, C)
    refund = Refund(order_id=order.id, number=1, kind=RefundKind.COMPENSATION, amount_minor=900,
                    state=RefundState.REQUESTED, requested_at=now())  # fmt: skip
    session.add(refund)
    session.flush()
    sale.compensate(900, refund.id)
    hear(sale.events)
    found = figures(session, seller)
    assert (found["compensations"], found["payouts"]) == (900, -G - 900)


def test_a_refund_that_we_bear_is_none_of_the_sellers(session, seller, hear):
    sale = sale_of(session, seller)
    order = make_sold(session, seller, G, C)
    refund = Refund(order_id=order.id, number=1, kind=RefundKind.GOODWILL, amount_minor=500,
                    state=RefundState.REQUESTED, requested_at=now())  # fmt: skip
    session.add(refund)
    session.flush()
    sale.refund(500, refund=refund.id)
    hear(sale.events)
    assert "refunds" not in figures(session, seller)


def test_the_plan_has_its_own_account(session, seller):
    at = begin_of(MONTH) + timedelta(days=3)
    paid, void, lost = (
        make_plan_invoice(session, seller, state=state, finalized_at=at, ended_at=at)
        for state in (InvoiceState.OPEN, InvoiceState.VOID, InvoiceState.UNCOLLECTIBLE)
    )
    for one in (paid, void, lost):
        post_invoice(session, one)
    told = {"id": "re_1", "object": "refund", "amount": 100, "currency": "eur",
            "created": int(at.timestamp())}  # fmt: skip
    post_repayment(session, seller.id, told)
    assert figures(session, seller) == {
        "months": -2 * paid.gross_minor, "given_up": paid.gross_minor, "payments": -100,
        "411 closing": -paid.gross_minor - 100,
    }  # fmt: skip
    assert balance_of(session, "411", seller_id=seller.id) == paid.gross_minor + 100


def test_what_finance_adjusts_is_told_apart_and_others_sellers_are_left_out(session, seller):
    other = make_seller(session)
    for number, (code, who) in enumerate((("4671", seller), ("411", seller), ("4671", other))):
        post(session, idem_key=f"a{number}", kind="adjustment", journal="OD", occurred_on=MONTH,
             lines=[Line("658", 70), Line(code, -70, who.id)],
             source=Source("adjustment", str(number)))  # fmt: skip
    found = figures(session, seller)
    assert (found["others"], found["other_dues"], found["4671 closing"]) == (70, 70, 70)


def test_a_figure_leads_to_its_lines_and_those_to_their_entries(finance, session, seller, hear):
    sales = [sale_of(session, seller) for _ in range(2)]
    hear([event for sale in sales for event in sale.events])
    path = f"/billing/sellers/{seller.external_id}/statement?month=2026-11&lang=en"
    page = finance.get(path).text
    assert 'id="lines"' not in page
    link = re.search(r'href="([^"]*of=commissions[^"]*)"', page)[1].replace("&amp;", "&")
    lines = finance.get(link.replace("#", "&lang=en#")).text.split('id="lines"')[1]
    assert lines.count("/billing/entries/") == 2
    assert lines.count("−€14.40") == 2
    assert "−€28.80" in lines
    entry = re.search(r"/billing/entries/[0-9a-f-]+", lines)[0]
    assert finance.get(entry).status_code == 200


def test_the_months_invoices_and_plan_are_on_it(finance, session, seller):
    invoice = make_invoice(session, seller, item(2_991), period=NOVEMBER)
    running_subscription(session, seller.id).starts_at = begin_of(MONTH)
    session.flush()
    page = finance.get(f"/billing/sellers/{seller.external_id}/statement?month=2026-11").text
    assert f"/billing/invoices/{invoice.number}" in page
    assert "Pro" in page.split('id="plans"')[1]
    page = finance.get(f"/billing/sellers/{seller.external_id}/statement?month=2020-01").text
    assert invoice.number not in page
    assert "Pro" not in page.split('id="plans"')[1]


def test_the_files_hold_every_line_and_both_balances(finance, session, seller, hear):
    hear(sale_of(session, seller).events)
    invoice = make_invoice(session, seller, item(2_991), period=NOVEMBER)
    path = f"/billing/sellers/{seller.external_id}/statement.%s?month=2026-11&lang=en"
    with finance.get(path % "xlsx", buffered=True) as answer:
        rows = rows_of(answer.data)
    with finance.get(path % "csv", buffered=True) as answer:
        lines = answer.text.splitlines()[1:]
    assert len(lines) == len(rows)
    for part in ("Sales", "Plan"):
        amounts = [row[7] for row in rows if row[0] == part]
        assert sum(amounts[:-1]) == pytest.approx(amounts[-1])
    assert [row[1:4:2] + row[7:] for row in rows if row[0] == "Invoices"] == [
        ["Invoice", invoice.number, 29.91]
    ]
    assert "seller_statement.exported" in session.scalars(select(AuditEntry.verb)).all()


def test_commissions_and_the_seller_lead_to_it(client, session, seller):
    make_sold(session, seller)
    path = f"/billing/sellers/{seller.external_id}/statement"
    sign_in(client, session, make_staff(session, role="finance"))
    assert f'href="{path}?month=' in client.get("/billing/commissions").text
    sign_in(client, session, make_staff(session, role="auditor"))
    assert f'href="{path}"' in client.get(f"/sellers/{seller.external_id}").text


def test_who_reads_it_and_what_is_not_there(client, session, seller):
    path = f"/billing/sellers/{seller.external_id}/statement"
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        is_reader = role in ("finance", "auditor")
        assert client.get(path).status_code == (200 if is_reader else 404), role
        for form in ("csv", "xlsx"):
            with client.get(f"{path}.{form}", buffered=True) as answer:
                assert answer.status_code == (200 if role == "finance" else 404), role
    sign_in(client, session, make_staff(session, role="finance"))
    assert client.get("/billing/sellers/personne/statement").status_code == 404
    assert client.get(f"{path}?month=hier").status_code == 404
    assert client.get(f"{path}?of=nothing").status_code == 200
