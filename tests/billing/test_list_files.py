"""Finance's lists as files: each row, amounts as amounts, for finance alone and in the audit."""

import pytest
from sqlalchemy import select

from backoffice.billing.balance_txns import keep_transactions
from backoffice.billing.payout import keep_payout
from backoffice.billing.plan import running_subscription
from backoffice.billing.recon import match
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.permissions import ROLES
from tests.factories.invoice import make_invoice
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.recon import make_balance_txn
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in
from tests.workbook import rows_of

PAYOUT = {
    "id": "po_1", "amount": 90_050, "currency": "eur", "status": "paid", "automatic": False,
    "reconciliation_status": "not_applicable",
    "arrival_date": 1_790_000_000, "created": 1_789_900_000, "failure_code": None,
}  # fmt: skip
LISTS = {
    "invoices": ("invoice", "29,91", 29.91),
    "payouts?state=all": ("payout", "900,50", 900.50),
    "subscriptions?state=all": ("subscription", "49,90", 49.90),
    "reconciliation?state=all": ("reconciliation", "-20,00", -20.00),
}
"""What is exported, and an amount of it as CSV writes it and as a workbook holds it."""


@pytest.fixture
def _rows(session):
    make_invoice(session)
    keep_payout(session, PAYOUT, now(), is_complete=False)
    seller = make_seller(session, plan="pro")
    running_subscription(session, seller.id).stripe_id = "sub_1"
    make_plan_invoice(session, seller)
    keep_transactions(session, [make_balance_txn("txn_1", "charge", 2_000, "ch_1", 1_790_000_000)])
    match(session)
    session.flush()


def address(path, form):
    name, _, query = path.partition("?")
    return f"/billing/{name}.{form}?{query}"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.usefixtures("_rows")
def test_a_list_is_saved_with_its_amounts(client, session, path):
    what, written, held = LISTS[path]
    sign_in(client, session, make_staff(session, role="finance"))
    assert f"/billing/{path.partition('?')[0]}.xlsx" in client.get(f"/billing/{path}").text
    with client.get(address(path, "csv"), buffered=True) as answer:
        head, *rows = answer.get_data(as_text=True).splitlines()
    assert any(written in row.split(";") for row in rows)
    with client.get(address(path, "xlsx"), buffered=True) as answer:
        table = rows_of(answer.data)
    assert {len(row) for row in table} == {len(head.split(";"))}
    assert len(table) == len(rows)
    assert any(held in row for row in table)
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.stream == "ledger"))
    assert list(verbs).count(f"{what}.exported") == 2


@pytest.mark.parametrize("path", LISTS)
def test_only_finance_saves_it(client, session, path):
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        with client.get(address(path, "csv"), buffered=True) as answer:
            assert answer.status_code == (200 if role == "finance" else 404), role
