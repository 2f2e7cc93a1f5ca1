"""Commissions of a month: due, collected, and where they differ."""

import pytest

from backoffice.core.clock import now, paris_day
from backoffice.core.permissions import ROLES
from tests.factories.order import make_order
from tests.factories.refund import tell
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in
from tests.workbook import rows_of

PAGE = "/billing/commissions"


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


@pytest.fixture
def orders(session):
    """Two orders of a seller on Pro (9 %), one of another on Premium (6 %); one odd fee."""
    pro, premium = make_seller(session, plan="pro"), make_seller(session, plan="premium")
    made = [make_order(session, pro, lines=(10_000, 1_050)), make_order(session, pro, lines=(500,)),
            make_order(session, premium, lines=(20_000,))]  # fmt: skip
    for number, (order, fee) in enumerate(zip(made, (995, 45, 1_300), strict=True)):
        order.charge = f"ch_{number}"
        tell(session, order, "application_fee", f"fee_{number}", fee)
    return made


def text_of(client, path=PAGE):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_each_seller_has_what_was_due_and_what_was_collected(finance, orders):
    page = text_of(finance)
    row = page.split(orders[0].seller.external_id)[-1].split("</tr>")[0]
    assert [one in row for one in ("115,50", "10,40")] == [True, True]  # 9,95 + 0,45


def test_an_odd_fee_is_told_with_its_difference_and_leads_to_the_entries(finance, orders):
    page = text_of(finance)
    odd = page.split('id="odd"')[1].split("</tbody>")[0]
    assert f"/billing/entries?q={orders[2].external_id}" in odd
    assert "+1,00" in odd
    assert orders[0].external_id not in odd


def test_filters(finance, orders):
    page = text_of(finance, f"{PAGE}?plan=premium")
    assert orders[2].seller.external_id in page
    assert orders[0].seller.external_id not in page
    page = text_of(finance, f"{PAGE}?seller={orders[0].seller.external_id}")
    assert orders[2].seller.external_id not in page
    assert orders[0].seller.external_id not in text_of(finance, f"{PAGE}?month=2020-01")
    assert finance.get(f"{PAGE}?month=hier").status_code == 404


def test_the_file_has_every_seller(finance, orders):
    month = f"{paris_day(now()):%Y-%m}"
    with finance.get(f"{PAGE}.csv?month={month}", buffered=True) as answer:
        rows = answer.get_data(as_text=True).splitlines()
    assert len(rows) == 3
    assert any(";Premium;1;200,00;12,00;13,00" in row for row in rows)


def test_the_workbook_holds_the_amounts_of_the_page(finance, orders):
    with finance.get(f"{PAGE}.xlsx", buffered=True) as answer:
        assert answer.headers["Content-Disposition"].endswith(".xlsx")
        rows = rows_of(answer.data)
    page = text_of(finance, f"{PAGE}?lang=en")
    assert [row[2:] for row in rows] == [["Premium", 1, 200, 12, 13], ["Pro", 2, 115.5, 10.4, 10.4]]
    for row in rows:
        shown = page.split(row[0])[-1].split("</tr>")[0]
        assert all(f"€{amount:.2f}" in shown for amount in row[4:]), row


def test_finance_and_the_auditor_read_it(client, session):
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        status = 200 if role in ("finance", "auditor") else 404
        assert client.get(PAGE).status_code == status, role
        for form in ("csv", "xlsx"):
            with client.get(f"{PAGE}.{form}", buffered=True) as answer:
                assert answer.status_code == (200 if role == "finance" else 404), role
