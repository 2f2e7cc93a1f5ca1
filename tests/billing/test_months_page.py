"""The months of the books in the browser: trial balance, locking, closing, who may."""

import html5lib
import pytest

from backoffice.billing.balance_txns import keep_transactions
from backoffice.billing.ledger_model import AccountingPeriod
from backoffice.billing.recon import match
from backoffice.billing.recon_model import BalanceSweep
from backoffice.billing.seal import seal_entries
from backoffice.billing.stripe_events import keep_event
from backoffice.core.clock import begin_of, now
from backoffice.core.permissions import ROLES
from tests.factories.entries import BEFORE_THAT, LAST_MONTH, THIS_MONTH, make_entry, make_sealed
from tests.factories.recon import make_balance_txn
from tests.factories.staff import make_staff, sign_in, submit
from tests.factories.stripe import make_event

NAME = f"{LAST_MONTH:%Y-%m}"
ADDRESS = f"/billing/months/{NAME}"


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance", name="Paul Ferrier"))
    return client


def state_of(session):
    session.expire_all()
    period = session.get(AccountingPeriod, LAST_MONTH)
    return period.state if period else "open"


def step(client, name):
    submit(client, f"{ADDRESS}/{name}", on=ADDRESS)
    return client.get(ADDRESS).get_data(as_text=True)


def test_finance_and_the_auditor_read_it_and_only_finance_closes(client, session):
    make_sealed(session, 1)
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        seen = {client.get(path).status_code for path in ("/billing/months", ADDRESS)}
        assert seen == ({200} if role in {"finance", "auditor"} else {404}), role
        moved = submit(client, f"{ADDRESS}/lock", on="/account").status_code
        assert moved == (303 if role == "finance" else 404), role


def test_every_month_since_the_first_entry_is_listed_the_latest_first(finance, session):
    make_entry(session, occurred_on=BEFORE_THAT)
    page = finance.get("/billing/months?lang=en").get_data(as_text=True)
    places = [page.index(f"/billing/months/{month:%Y-%m}")
              for month in (THIS_MONTH, LAST_MONTH, BEFORE_THAT)]  # fmt: skip
    assert places == sorted(places)


def test_the_trial_balance_adds_up(finance, session):
    make_entry(session, 1, occurred_on=BEFORE_THAT)
    make_entry(session, 2)
    make_entry(session, 3, occurred_on=THIS_MONTH)
    page = finance.get(ADDRESS).get_data(as_text=True)
    row = page.split(">517</span>")[1].split("</tr>")[0]
    assert [one in row for one in ("12,00", "24,00")] == [True, True]
    total = page.split("<tfoot>")[1]
    assert "0,00" in total


def test_a_month_is_locked_opened_again_locked_and_closed(finance, session):
    make_sealed(session, 2)
    for name, state in (("lock", "locked"), ("unlock", "open"), ("lock", "locked")):
        step(finance, name)
        assert state_of(session) == state
    page = step(finance, "close")
    assert state_of(session) == "closed"
    assert "Paul Ferrier" in page
    assert "data-action" not in page.split("<main")[1].split("</main>")[0]


def test_what_stands_in_the_way_is_said_and_closes_nothing(finance, session):
    make_entry(session)
    assert "pas encore de numéro" in step(finance, "lock")
    step(finance, "close")
    assert state_of(session) == "locked"
    seal_entries(session)
    assert "pas encore de numéro" not in step(finance, "close")
    assert state_of(session) == "closed"


def test_what_came_late_is_told_in_the_month_where_it_is_booked(finance, session):
    make_sealed(session, 1)
    step(finance, "lock")
    step(finance, "close")
    make_entry(session, 9)
    page = finance.get(f"/billing/months/{THIS_MONTH:%Y-%m}").get_data(as_text=True)
    assert "1 écriture d’un mois antérieur" in page


@pytest.mark.parametrize("name", ["2026-13", "2026", "x", "2026-11-01"])
def test_what_is_no_month_is_not_found(finance, name):
    assert finance.get(f"/billing/months/{name}").status_code == 404
    locked = submit(finance, f"/billing/months/{name}/lock", on="/account")
    assert locked.status_code == 404


def checks_of(page):
    """Return by name whether a check of the page holds, and where it leads."""
    found = {}
    for item in html5lib.parse(page, namespaceHTMLElements=False).iter("li"):
        if name := item.get("data-check"):
            link, outcome = item.find(".//a"), item[0].get("aria-label")
            found[name] = outcome, link.get("href") if link is not None else ""
    return found


def test_each_check_is_listed_with_where_to_go(finance, session):
    make_entry(session, 1, occurred_on=BEFORE_THAT)
    make_entry(session, 2)
    keep_event(session, make_event("charge.succeeded", {}, second_in(LAST_MONTH)))
    told = make_balance_txn("txn_1", "charge", 100, "ch_1", second_in(LAST_MONTH))
    keep_transactions(session, [told])
    session.add(BalanceSweep())
    match(session)
    checks = checks_of(finance.get(ADDRESS).get_data(as_text=True))
    assert checks == {
        "events": ("À vérifier", "/admin/stripe_events/?search=pending"),
        "read": ("Échec", "/billing/reconciliation"),
        "matched": ("Échec", "/billing/reconciliation?state=to_explain"),
        "confirmed": ("Conforme", ""),
        "earlier": ("Échec", f"/billing/months/{BEFORE_THAT:%Y-%m}"),
        "numbers": ("Échec", ""),
    }
    for _, url in checks.values():
        assert not url or finance.get(url).status_code == 200


def test_what_holds_is_listed_too_and_an_event_that_waits_keeps_nothing_open(finance, session):
    make_sealed(session, 1)
    keep_event(session, make_event("charge.succeeded", {}, second_in(LAST_MONTH)))
    session.add(BalanceSweep(complete_at=now()))
    session.flush()
    checks = checks_of(step(finance, "lock"))
    assert {name for name, (said, _) in checks.items() if said == "Conforme"} == {
        "read", "matched", "confirmed", "earlier", "numbers",
    }  # fmt: skip
    assert "data-check=" not in step(finance, "close")
    assert state_of(session) == "closed"


def second_in(month):
    return int(begin_of(month).timestamp()) + 86_400
