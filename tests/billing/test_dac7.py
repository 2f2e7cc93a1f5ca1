"""The yearly data of sellers: quarters, thresholds, identity, what lacks, the file."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from backoffice.billing.dac7 import HEADINGS, file_rows, reported
from backoffice.billing.dac7_activity import Quarter
from backoffice.billing.ledger import Line, Source, post
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.permissions import ROLES
from backoffice.marketplace.erasing.run import erase
from backoffice.web.sheet import csv_pieces
from tests.factories.seller import make_seller
from tests.factories.sold import make_sold
from tests.factories.staff import make_staff, sign_in
from tests.factories.stripe import Sale
from tests.workbook import rows_of

G, C, YEAR = 12_000, 1_440, 2026  # the year in which the sales of the factory happen
PAGE = f"/billing/exports/dac7/{YEAR}"


@pytest.fixture
def seller(session):
    """A company on Pro."""
    return make_seller(session)


def book(session, seller, day, amount, number, kind="charge"):
    """Post what a buyer paid for a seller, or has back, on a day; with the commission of a sale."""
    order = make_sold(session, seller, max(amount, 1))
    common = {"kind": kind, "journal": "ST", "occurred_on": day, "order_id": order.id,
              "source": Source(kind, f"{kind}_{number}")}  # fmt: skip
    lines = [Line("517", amount), Line("4671", -amount, seller.id)]
    post(session, idem_key=f"{kind}:{number}", lines=lines, **common)


def of(session, seller, year=YEAR):
    return {one.seller.id: one for one in reported(session, year)}.get(seller.id)


def in_file(session, year=YEAR):
    raw = "".join(csv_pieces(file_rows(session, year))).removeprefix("\ufeff")
    return {row["Seller"]: row for row in csv.DictReader(io.StringIO(raw), delimiter=";")}


@pytest.mark.parametrize(
    "form", [{"gross": True}, {"gross": False}, {"direct": True}], ids=["gross", "net", "direct"]
)
def test_what_is_credited_is_net_however_the_buyer_paid(session, seller, hear, form):
    sale = Sale(make_sold(session, seller, G, C).external_id, G, C, **form)
    reverse = {"gross": 3_000, "net": 2_640}.get(next(iter(form)) if form.get("gross") else "net")
    sale.refund(3_000, fee_back=360, reverse=0 if form.get("direct") else reverse)
    hear(sale.events)
    found = of(session, seller).quarters
    assert found[:3] == [Quarter()] * 3
    assert found[3] == Quarter(paid_minor=G - 3_000, fees_minor=C - 360, number=1)
    assert found[3].consideration_minor == 9_000 - 1_080


def test_a_chargeback_takes_back_and_a_won_one_gives_back(session, seller, hear):
    lost, won = (Sale(make_sold(session, seller, G, C).external_id, G, C) for _ in range(2))
    lost.chargeback(G, "lost")
    won.chargeback(G, "won")
    hear([*lost.events, *won.events])
    assert of(session, seller).quarters[3].paid_minor == G


def test_quarters_are_those_of_the_days_on_which_it_happened(session, seller):
    days = (date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30),
            date(2026, 12, 31), date(2025, 12, 31), date(2027, 1, 1))  # fmt: skip
    for number, day in enumerate(days):
        book(session, seller, day, 10_000 * 10**number, number)
    one = of(session, seller)
    assert [quarter.number for quarter in one.quarters] == [2, 1, 1, 1]
    assert [quarter.paid_minor for quarter in one.quarters] == [
        110_000, 1_000_000, 10_000_000, 100_000_000
    ]  # fmt: skip
    assert of(session, seller, 2025).number == 1
    assert of(session, seller, 2024) is None


def test_a_direct_charge_belongs_to_the_paris_day(session, seller, hear):
    sale = Sale(make_sold(session, seller, G, C).external_id, G, C, direct=True)
    hear(sale.events)
    kept = of(session, seller).quarters
    assert kept[3].number == 1
    for at, wanted in ((datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 2),
                       (datetime(2026, 6, 30, 21, 30, tzinfo=UTC), 1)):  # fmt: skip
        other = make_seller(session)
        sale = Sale(make_sold(session, other, G, C).external_id, G, C, direct=True)
        for event in sale.events:
            event["data"]["object"]["created"] = int(at.timestamp())
        hear(sale.events)
        assert of(session, other).quarters[wanted].number == 1


@pytest.mark.parametrize(
    ("sales", "each_minor", "is_excluded"),
    [(29, 100, True), (30, 100, False), (2, 100_000, True), (2, 100_001, False)],
)
def test_few_sales_that_bring_little_are_excluded(session, seller, sales, each_minor, is_excluded):
    for number in range(sales):
        book(session, seller, date(2026, 5, 5), each_minor, number)
    assert of(session, seller).is_excluded is is_excluded
    assert (seller.external_id in in_file(session)) is not is_excluded


def test_the_file_names_columns_as_the_schema_and_has_whole_euros(session, seller):
    for number, (day, amount) in enumerate(
        ((date(2026, 2, 1), 250_050), (date(2026, 5, 1), 10_049))
    ):
        book(session, seller, day, amount, number)
    book(session, seller, date(2026, 8, 1), -1_050, 9, kind="refund")
    row = in_file(session)[seller.external_id]
    wanted = {
        "ConsQ1": "2501", "ConsQ2": "100", "ConsQ3": "-11", "ConsQ4": "0", "NumbQ1": "1",
        "NumbQ2": "1", "NumbQ3": "0", "FeesQ1": "0", "TaxQ4": "0", "currCode": "EUR",
        "Identity": "EntitySeller", "ResCountryCode": "FR", "TIN": seller.siren,
        "TIN_issuedBy": "FR", "IN_INType": "BRN", "VAT": seller.vat_number,
        "Name": seller.legal_name, "Street": seller.line1, "PostCode": "75011", "City": "Paris",
        "CountryCode": "FR", "Identifier": seller.iban(), "FirstName": "", "Missing": "",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert len(set(HEADINGS)) == len(HEADINGS) == len(row)


def test_of_a_sole_trader_the_person_is_told_and_what_we_do_not_know_is_flagged(session):
    person = make_seller(session, company__legal_form="1000")
    person.birth_date = None
    book(session, person, date(2026, 2, 1), 300_000, 1)
    row = in_file(session)[person.external_id]
    assert (row["Identity"], row["FirstName"], row["Name"]) == ("IndividualSeller", "Jeanne", "")
    assert row["Missing"] == "BirthDate TIN BirthPlace"
    assert of(session, person).missing == ["BirthDate", "TIN", "BirthPlace"]


def test_an_erased_seller_is_told_as_the_law_has_us_keep_it(app, session, seller):
    book(session, seller, date(2026, 2, 1), 300_000, 1)
    name, siren, street = seller.legal_name, seller.siren, seller.line1
    erase(session, seller.party, at=now())
    session.flush()
    session.expire_all()
    assert seller.legal_name != name
    row = in_file(session)[seller.external_id]
    assert (row["Name"], row["TIN"], row["Street"]) == (name, siren, street)
    assert row["Missing"] == ""


def test_the_page_tells_who_is_reported_excluded_and_incomplete(client, session, seller):
    small, person = make_seller(session), make_seller(session, company__legal_form="1000")
    book(session, seller, date(2026, 2, 1), 300_000, 1)
    book(session, small, date(2026, 2, 1), 1_000, 2)
    book(session, person, date(2026, 2, 1), 200_001, 3)
    sign_in(client, session, make_staff(session, role="finance"))
    page = client.get(f"{PAGE}?lang=en").text
    assert "Reported: 2. Excluded, fewer than 30 sales and at most €2,000: 1." in page
    assert "Of 1 seller that is reported data lacks." in page
    order = [page.index(one.external_id) for one in (person, seller, small)]
    assert order == sorted(order)
    assert PAGE in client.get("/billing/exports").text
    with client.get(f"/billing/exports/dac7-{YEAR}.xlsx", buffered=True) as answer:
        rows = rows_of(answer.data)
    assert {row[0]: row[HEADINGS.index("ConsQ1")] for row in rows} == {
        seller.external_id: 3_000, person.external_id: 2_000
    }  # fmt: skip
    assert "dac7.exported" in session.scalars(select(AuditEntry.verb)).all()


def test_only_finance_sees_and_takes_it_and_only_of_years_with_books(client, session, seller):
    book(session, seller, date(2026, 2, 1), 300_000, 1)
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        for path in (PAGE, f"/billing/exports/dac7-{YEAR}.csv"):
            with client.get(path, buffered=True) as answer:
                assert answer.status_code == (200 if role == "finance" else 404), (role, path)
    sign_in(client, session, make_staff(session, role="finance"))
    for year in (0, 2025, 99_999):
        assert client.get(f"/billing/exports/dac7/{year}").status_code == 404
        assert client.get(f"/billing/exports/dac7-{year}.csv").status_code == 404
