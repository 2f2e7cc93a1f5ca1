"""From a figure down to its lines, an entry, and the event of Stripe's behind it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.ledger import Line, Source, post, reverse
from backoffice.billing.ledger_day import sum_days
from backoffice.billing.ledger_model import LedgerAccount, LedgerLine
from backoffice.billing.seal import seal_entries
from backoffice.billing.stripe_events import keep_event
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.permissions import ROLES
from config.settings import get_settings
from tests.factories.entries import BEFORE_THAT, LAST_MONTH, THIS_MONTH, make_entry
from tests.factories.seller import make_seller
from tests.factories.sold import make_sold
from tests.factories.staff import make_staff, sign_in
from tests.factories.stripe import make_event
from tests.workbook import rows_of


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


def text_of(client, path):
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def cents(words):
    sign = -1 if "−" in words else 1
    return sign * int(re.sub(r"\D", "", words))


def balances(page):
    """Return what the page says an account held after each line."""
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return [cents(re.findall(r'strong">([^<]*)<', row)[0]) for row in rows]


def days(first, last):
    return f"first={first}&last={last}&lang=fr"


@pytest.mark.parametrize("is_summed", [False, True])
def test_each_line_has_the_balance_after_it_over_pages(finance, session, monkeypatch, is_summed):
    monkeypatch.setenv("PAGE_SIZE", "4")
    get_settings.cache_clear()
    for number in range(10):
        day = BEFORE_THAT if number < 3 else LAST_MONTH + timedelta(days=number // 3)
        lines = [Line("517", 100 + number), Line("654", -100 - number)]
        make_entry(session, number, occurred_on=day, lines=lines)
    if is_summed:
        seal_entries(session)
        sum_days(session)
    seen, path = [], f"/billing/accounts/517?{days(LAST_MONTH, THIS_MONTH)}"
    while path:
        page = text_of(finance, path)
        seen += balances(page)
        found = re.search(r'href="(/billing/accounts/517\?[^"]*at=[^"]*)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else None
    monkeypatch.undo()
    get_settings.cache_clear()
    assert seen == [sum(100 + one for one in range(last + 1)) for last in range(3, 10)]


def test_filters_leave_the_others_as_they_are(finance, session):
    seller, other = make_seller(session), make_seller(session)
    order = make_sold(session, seller)
    for number, who in enumerate((seller, seller, other)):
        post(
            session, idem_key=f"t{number}", kind="transfer" if number else "charge",
            journal="ST", occurred_on=LAST_MONTH, order_id=order.id if number == 0 else None,
            lines=[Line("517", 500), Line("4671", -500, who.id)],
            source=Source("x", f"tr_{number}"),
        )  # fmt: skip
    base = f"/billing/accounts/4671?{days(LAST_MONTH, LAST_MONTH)}"
    assert text_of(finance, base).count("data-result") == 3
    assert text_of(finance, f"{base}&seller={seller.external_id}").count("data-result") == 2
    assert text_of(finance, f"{base}&kind=transfer").count("data-result") == 2
    assert text_of(finance, f"{base}&q=tr_2").count("data-result") == 1
    assert text_of(finance, f"{base}&q={order.external_id}").count("data-result") == 1
    assert finance.get(f"{base}&seller=personne").status_code == 404
    assert finance.get("/billing/accounts/999").status_code == 404


def test_journal_and_smallest_amount_leave_lines_out_and_stay_in_the_file(finance, session):
    for number, (journal, amount) in enumerate((("ST", 5_000), ("VE", 5_001), ("ST", -9_000))):
        lines = [Line("517", amount), Line("654", -amount)]
        make_entry(session, number, journal=journal, lines=lines)
    base = f"/billing/accounts/517?{days(LAST_MONTH, LAST_MONTH)}"
    for more, number in (("journal=ST", 2), ("least=50,01", 2), ("journal=ST&least=50.01", 1)):
        page = text_of(finance, f"{base}&{more}")
        assert page.count("data-result") == number, more
        link = re.search(r'href="([^"]*517\.csv[^"]*)"', page)[1].replace("&amp;", "&")
        with finance.get(link, buffered=True) as answer:
            assert len(answer.text.splitlines()) == number + 1, more
    assert balances(text_of(finance, f"{base}&least=0")) == [5_000, 10_001, 1_001]
    page = text_of(finance, f"{base}&least=beaucoup")
    assert "is-warn" in page
    assert 'value="beaucoup"' in page


@pytest.mark.parametrize(
    "given", ["first=hier", "last=2026-02-30", "first=2026-05-05&last=2026-05-01"]
)
def test_days_that_cannot_be_read_are_told_and_the_other_filters_kept(finance, session, given):
    make_entry(session)
    page = text_of(finance, f"/billing/accounts/517?{given}&kind=charge")
    assert "is-warn" in page
    assert '<option value="charge" selected>' in page


def test_an_entry_shows_its_lines_its_seal_and_the_event(finance, session):
    order = make_sold(session)
    entry = make_entry(session, order_id=order.id, source=Source("charge", "ch_1"), kind="charge")
    undone = reverse(session, entry, idem_key="r", occurred_on=LAST_MONTH)
    told = {"id": "ch_1", "object": "charge", "amount": 1200, "billing_name": "Léa <Petit>"}
    keep_event(session, make_event("charge.succeeded", told, int(now().timestamp())))
    page = text_of(finance, f"/billing/entries/{entry.id}")
    assert "pas encore scellée" in page
    seal_entries(session)
    page = text_of(finance, f"/billing/entries/{entry.id}")
    for words in ("ST 1", "charge.succeeded", "Léa &lt;Petit&gt;", order.external_id,
                  f"/billing/entries/{undone}", "10,00"):  # fmt: skip
        assert words in page, words
    assert finance.get("/billing/entries/00000000-0000-0000-0000-000000000000").status_code == 404


def test_an_entry_is_found_by_what_people_have_at_hand(finance, session):
    order = make_sold(session)
    entry = make_entry(session, order_id=order.id, source=Source("charge", "ch_1"))
    make_entry(session, 2)
    seal_entries(session)
    for typed in ("ch_1", order.external_id, "ST 1", "st-0001"):
        answer = finance.get(f"/billing/entries?q={typed}")
        assert answer.location.endswith(f"/billing/entries/{entry.id}"), typed
    for typed in ("", "introuvable", "ST 9", "%00"):
        assert finance.get(f"/billing/entries?q={typed}").status_code == 200


def test_the_file_holds_the_lines_that_are_shown(finance, session):
    seller = make_seller(session)
    lines = [Line("517", 1250), Line("4671", -1250, seller.id)]
    make_entry(session, 1, lines=lines, piece_ref="=1+1")
    make_entry(session, 2, lines=lines, occurred_on=THIS_MONTH)
    path = f"/billing/accounts/4671.csv?{days(LAST_MONTH, LAST_MONTH)}"
    with finance.get(path, buffered=True) as answer:
        rows = answer.get_data(as_text=True).splitlines()
    assert len(rows) == 2
    assert ";12,50" in rows[1]
    assert ";'=1+1;" in rows[1]
    assert "account.exported" in session.scalars(select(AuditEntry.verb)).all()


def test_the_workbook_holds_days_as_days_and_amounts_as_numbers(finance, session):
    make_entry(session, 1, lines=[Line("517", 1250), Line("654", -1250)], piece_ref="=1+1")
    path = f"/billing/accounts/517.xlsx?{days(LAST_MONTH, LAST_MONTH)}"
    with finance.get(path, buffered=True) as answer:
        (row,) = rows_of(answer.data)
    assert (row[0].date(), row[4], row[7], row[8:]) == (LAST_MONTH, "=1+1", 12.5, [None])
    page = text_of(finance, f"/billing/accounts/517?{days(LAST_MONTH, LAST_MONTH)}")
    assert path.removesuffix("&lang=fr").replace("&", "&amp;") in page


def test_finance_and_the_auditor_read_and_only_finance_takes_files(client, session):
    entry = make_entry(session)
    paths = ("/billing/accounts", "/billing/accounts/517", f"/billing/entries/{entry.id}")
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        seen = {client.get(path).status_code for path in paths}
        assert seen == ({200} if role in {"finance", "auditor"} else {404}), role
        for form in ("csv", "xlsx"):
            with client.get(f"/billing/accounts/517.{form}", buffered=True) as answer:
                assert answer.status_code == (200 if role == "finance" else 404), role


def test_the_accounts_hold_what_their_lines_say(finance, session):
    for number in range(3):
        make_entry(session, number, occurred_on=(BEFORE_THAT, LAST_MONTH, THIS_MONTH)[number])
    page = text_of(finance, "/billing/accounts")
    row = page.split("/billing/accounts/517")[1].split("</tr>")[0]
    total = sum(
        session.scalars(
            select(LedgerLine.amount_minor)
            .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
            .where(LedgerAccount.code == "517")
        )
    )
    assert cents(re.findall(r'strong">([^<]*)<', row)[0]) == total
