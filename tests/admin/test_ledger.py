"""Finance reads the books and what they rest on."""

from datetime import date

import pytest

from backoffice.billing.ledger import Line, Source, post
from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.stripe_events import keep_event
from tests.factories.staff import make_staff, sign_in
from tests.factories.stripe import make_event


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


@pytest.fixture
def entry(session):
    """An entry of twelve euros."""
    lines = (Line("517", 1200), Line("706200", -1000), Line("44571", -200))
    entry_id = post(
        session, idem_key="fee:fee_1", kind="fee", journal="ST", occurred_on=date(2026, 11, 2),
        lines=lines, source=Source("application_fee", "fee_1"), piece_ref="S-1",
    )  # fmt: skip
    return session.get_one(JournalEntry, entry_id)


def test_an_entry_shows_its_lines(finance, entry):
    assert "fee:fee_1" in finance.get("/admin/ledger/").text
    page = finance.get(f"/admin/ledger/details/?id={entry.id}").text
    assert "517 12,00" in page
    assert "706200 \N{MINUS SIGN}10,00" in page


def test_what_is_no_number_finds_no_entry(finance):
    assert finance.get("/admin/ledger/details/?id=1").status_code == 302


@pytest.mark.parametrize("sought", ["", "706200", "S-1"])
def test_lines_stand_on_their_side(finance, entry, sought):
    page = finance.get("/admin/ledger_lines/", query_string={"search": sought}).text
    assert "10,00" in page
    assert "Commissions" in page
    line = entry.lines[0]
    assert "fee:fee_1" in finance.get(f"/admin/ledger_lines/details/?id={line.id}").text


def test_an_event_shows_what_became_of_it(finance, session):
    event = make_event("charge.succeeded", {"object": "charge"}, 1_800_000_000)
    keep_event(session, event)
    session.flush()
    assert event["id"] in finance.get("/admin/stripe_events/").text
    assert "charge.succeeded" in finance.get(f"/admin/stripe_events/details/?id={event['id']}").text
