"""An account seller by seller: balances on a day, the largest first, each down to its lines."""

import re
from datetime import timedelta

import pytest

from backoffice.billing.ledger import Line, Source, balance_of, post
from backoffice.core.permissions import ROLES
from config.settings import get_settings
from tests.factories.entries import LAST_MONTH, THIS_MONTH
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in
from tests.workbook import rows_of

PAGE = "/billing/accounts/4671/sellers"


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


@pytest.fixture
def sellers(session):
    """Three sellers that hold something since last month, one of them again today, one even."""
    found = [make_seller(session) for _ in range(4)]
    moves = [(0, -500, LAST_MONTH), (1, 900, LAST_MONTH), (2, -100, LAST_MONTH),
             (2, -2_000, THIS_MONTH), (3, -70, LAST_MONTH), (3, 70, LAST_MONTH)]  # fmt: skip
    for number, (which, amount, day) in enumerate(moves):
        lines = [Line("4671", amount, found[which].id), Line("517", -amount)]
        post(session, idem_key=f"b{number}", kind="transfer", journal="ST", occurred_on=day,
             lines=lines, source=Source("transfer", f"tr_{number}"))  # fmt: skip
    return found


def held(client, query=""):
    """Return the balances of a page by seller, in cents, in the order shown."""
    page = client.get(f"{PAGE}?lang=en{query}").text
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return {
        re.search(r'quiet">([^<]*)<', row)[1]: cents(re.search(r'strong">([^<]*)<', row)[1])
        for row in rows
    }


def cents(words):
    return (-1 if "−" in words else 1) * int(re.sub(r"\D", "", words))


def test_the_largest_comes_first_and_the_even_are_left_out(finance, session, sellers):
    one, two, three, _ = (seller.external_id for seller in sellers)
    assert list(held(finance).items()) == [(three, -2_100), (two, 900), (one, -500)]
    assert sum(held(finance).values()) == balance_of(session, "4671")
    assert "−€17.00" in finance.get(f"{PAGE}?lang=en").text


def test_a_day_has_the_balances_at_its_end(finance, sellers):
    before = THIS_MONTH - timedelta(days=1)
    assert held(finance, f"&on={before}")[sellers[2].external_id] == -100
    page = finance.get(f"{PAGE}?lang=en&on=hier").text
    assert "is-warn" in page
    assert "Every seller was even." in finance.get(f"{PAGE}?lang=en&on=2020-01-01").text


def test_a_balance_leads_to_the_lines_that_end_at_it(finance, sellers):
    page = finance.get(f"{PAGE}?lang=en").text
    link = re.search(rf'href="([^"]*seller={sellers[2].external_id}[^"]*)"', page)[1]
    lines = finance.get(link.replace("&amp;", "&") + "&lang=en").text
    assert "After: −€21.00" in lines
    assert PAGE in lines


def test_only_an_account_that_sellers_have_leads_to_them(finance, sellers):
    assert "/billing/accounts/517/sellers" not in finance.get("/billing/accounts/517").text
    assert finance.get("/billing/accounts/999/sellers").status_code == 404


def test_pages_follow_each_other(finance, sellers, monkeypatch):
    monkeypatch.setenv("PAGE_SIZE", "2")
    get_settings.cache_clear()
    first = finance.get(f"{PAGE}?lang=en").text
    after = re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&")
    following = finance.get(f"{after}&lang=en").text
    monkeypatch.undo()
    get_settings.cache_clear()
    assert first.count("data-result") == 2
    assert following.count("data-result") == 1
    assert sellers[0].external_id in following


def test_the_files_hold_every_balance(finance, sellers):
    with finance.get(f"{PAGE}.xlsx", buffered=True) as answer:
        rows = rows_of(answer.data)
    assert [row[2] for row in rows] == [-21, 9, -5]
    with finance.get(f"{PAGE}.csv", buffered=True) as answer:
        lines = answer.text.splitlines()[1:]
    assert [line.rpartition(";")[2] for line in lines] == ["-21,00", "9,00", "-5,00"]


def test_finance_and_the_auditor_read_and_only_finance_takes_files(client, session, sellers):
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        status = 200 if role in ("finance", "auditor") else 404
        assert client.get(PAGE).status_code == status, role
        with client.get(f"{PAGE}.csv", buffered=True) as answer:
            assert answer.status_code == (200 if role == "finance" else 404), role
