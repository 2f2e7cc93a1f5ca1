"""Finance's morning: from the overview to an odd commission and its event, then the month's end."""

from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from backoffice.billing.balance_txns import owe_sweep
from backoffice.billing.ledger_model import JournalEntry
from backoffice.core.clock import now, paris_day
from backoffice.dev.sandboxes.stripe.webhooks import body_of, sign
from tests.browser.person import Person
from tests.browser.test_dispute_morning import ACCOUNT, TOTAL, Stripe
from tests.factories.order import make_order
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.stripe import START, Sale

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DUE, COLLECTED = 3_131, 3_231  # 9 % of the total; the shop took a euro too many


@pytest.fixture
def people(house, open_tab) -> tuple[Person, Person]:
    """Two of finance, signed in."""
    with house.session() as session:
        staff = [
            make_staff(session, role="finance", name=one) for one in ("Paul Ferrier", "Inès Roy")
        ]
    return tuple(Person(one, open_tab()) for one in staff)


@pytest.fixture
def odd_order(house) -> str:
    """An order whose commission Stripe took a euro too much of."""
    with house.session() as session:
        seller = make_seller(session, plan="pro")
        seller.stripe_account = ACCOUNT
        order = make_order(session, seller, lines=(TOTAL,)).external_id
    given = {
        "amount": TOTAL, "currency": "eur", "source": "tok_visa", "metadata[order]": order,
        "application_fee_amount": COLLECTED, "transfer_data[destination]": ACCOUNT,
    }  # fmt: skip
    Stripe(house).call("POST", "/charges", data=given)
    house.wait_for(lambda: kinds(house, order) >= {"charge", "fee", "transfer"})
    return order


def kinds(house, order: str) -> set[str]:
    """Return what is posted of an order."""
    with house.session() as session:
        query = select(JournalEntry.kind).where(JournalEntry.piece_ref == order)
        return set(session.scalars(query))


def test_from_the_overview_to_the_end_of_the_month(house, people, odd_order):
    paul, ines = people
    for one in people:
        one.sign_in()
    find_the_odd_commission(paul, odd_order)
    adjust(house, paul, ines)
    close_last_month(house, paul)


def find_the_odd_commission(paul: Person, order: str) -> None:
    """Go from the overview to the commissions, to the order's entries, to the event."""
    page = paul.page
    page.goto("/billing")
    page.get_by_role("link", name="Commissions").first.click()
    row = page.locator("tr", has_text=order)
    expect(row).to_contain_text("+1,00")
    row.get_by_role("link").click()
    page.locator("tr", has_text="Commission").get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("Commission")
    expect(page.locator("main")).to_contain_text("32,31")
    page.locator("details", has_text="application_fee.created").locator("summary").click()
    expect(page.locator("pre").first).to_contain_text(f'"amount": {COLLECTED}')


def adjust(house, paul: Person, ines: Person) -> None:
    """Ask for the entry of what the account held before; a second person confirms it."""
    with house.session() as session:
        owe_sweep(session)
    paul.page.goto("/billing/reconciliation?state=missing_in_ledger")
    house.wait_for(lambda: has_topup(paul))
    topup_rows(paul).get_by_role("link").first.click()
    form = paul.form("adjust")
    form.locator("[name=account]").select_option("471")
    form.locator("[name=reason]").fill("Dotation initiale du compte Stripe.")
    form.locator("button").last.click()
    expect(form).to_have_count(0)  # the page after it is there
    expect(paul.page.locator("form[data-action=confirm]")).to_have_count(0)
    ines.page.goto(paul.page.url)
    ines.form("confirm").locator("button").click()
    expect(ines.page.locator("main")).to_contain_text("Inès Roy")
    ines.page.goto("/billing/reconciliation?state=missing_in_ledger")
    expect(topup_rows(ines)).to_have_count(0)


def topup_rows(person: Person) -> Locator:
    """Return the moves of the amount that the account held before."""
    return person.page.locator("tr:has([data-result])", has_text="10 000,00")


def has_topup(paul: Person) -> bool:
    """Tell whether the sweep has read it, on a page that is loaded anew."""
    paul.page.reload()
    return topup_rows(paul).count() > 0


def close_last_month(house, paul: Person) -> None:
    """Close the month before this one; what Stripe tells of it later is booked in this one."""
    page, this = paul.page, paris_day(now()).replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    page.goto(f"/billing/months/{last:%Y-%m}")
    paul.form("lock").locator("button").click()
    page.locator("form[data-action=close]").wait_for()
    paul.form("close").locator("button").click()
    expect(page.locator("main")).to_contain_text("Paul Ferrier")
    with house.session() as session:
        order = make_order(session, lines=(5_000,)).external_id
    late = Sale(order, 5_000, 600).events
    for event in late:
        shift(event, last.toordinal() - paris_day(now()).toordinal())
        tell(house, event)
    house.wait_for(lambda: kinds(house, order) >= {"charge", "fee", "transfer"})
    page.goto(f"/billing/months/{this:%Y-%m}")
    expect(page.locator("main")).to_contain_text("mois antérieur")


def shift(told, days: int) -> None:
    """Let an event and all it tells be of another day, counted from today."""
    moved = int(now().timestamp()) - START + days * 86_400
    if isinstance(told, dict):
        for name, value in told.items():
            if name == "created":
                told[name] = value + moved
            else:
                shift(value, days)
    elif isinstance(told, list):
        for one in told:
            shift(one, days)


def tell(house, event) -> None:
    """Send an event as Stripe does, signed."""
    body = body_of(event)
    headers = {"Content-Type": "application/json"}
    headers["Stripe-Signature"] = sign(body, house.environ["STRIPE_WEBHOOK_SECRET"])
    url = f"{house.url}/webhooks/stripe"
    assert httpx.post(url, content=body, headers=headers, trust_env=False).is_success
