"""Finance's pages: refunds by how they stand, why some failed, open chargebacks."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.refund import RefundKind, RefundState
from backoffice.billing.refund_list import RefundList
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import PARIS, now
from backoffice.core.permissions import ROLES
from tests.factories.order import make_order
from tests.factories.refund import owe, tell
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff, sign_in
from tests.workbook import rows_of

READERS = {"finance", "auditor"}
PATHS = ("/billing", "/billing/refunds", "/billing/refunds.csv")
OLD = now() - timedelta(days=3)


@pytest.fixture
def order(session):
    """A paid order, large enough for many refunds."""
    return make_order(session, external_id="2026-88104", lines=(90_000,), paid_at=now())


@pytest.fixture
def refunds(session, order):
    """One refund in each state, the settled ones first; the goods of one are overdue."""
    found = {}
    states = (*reversed(RefundState), "overdue")
    for cents, state in enumerate(states, start=1):
        late, wait = state == "overdue", state in ("overdue", RefundState.AWAITING_RETURN)
        return_by = now() + timedelta(days=-1 if late else 9) if wait else None
        found[str(state)] = refund = owe(session, order, cents * 100, return_by=return_by)
        refund.state = RefundState.AWAITING_RETURN if late else state
    failed = found["failed"]
    failed.failure_code, failed.failure = "lost_or_stolen_card", "The card was lost."
    failed.stripe_id = "re_lost"
    session.flush()
    return found


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


def amounts(page: str) -> list[str]:
    return re.findall(r"€(\d+\.\d\d)", page)


def test_finance_and_the_auditor_read_it_and_nobody_else(client, session):
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        for path in PATHS:
            expected = 200 if role in READERS else 404
            assert client.get(path).status_code == expected, (role, path)


def test_what_went_wrong_comes_first_then_what_is_on_its_way(finance, refunds):
    wanted = ("failed", "overdue", "requested", "owed", "awaiting_return")
    page = finance.get("/billing/refunds?lang=en").text
    assert amounts(page) == [f"{refunds[one].amount_minor / 100:.2f}" for one in wanted]
    page = finance.get("/billing/refunds?lang=en&state=all").text
    more = (*wanted, "succeeded", "cancelled")
    assert amounts(page) == [f"{refunds[one].amount_minor / 100:.2f}" for one in more]


@pytest.mark.parametrize("state", [*map(str, RefundState), "overdue"])
def test_each_state_has_a_view(finance, refunds, state):
    page = finance.get(f"/billing/refunds?lang=en&state={state}").text
    assert amounts(page) == [f"{refunds[state].amount_minor / 100:.2f}"]


def test_a_failure_says_why_in_words_with_stripes_code(finance, refunds):
    page = finance.get("/billing/refunds?lang=en&state=failed").text
    assert "lost or stolen" in page
    assert "lost_or_stolen_card" in page


def test_a_failure_leads_to_its_case_for_whom_may_open_it(client, session, refunds):
    _, case = make_registration(session)
    refunds["failed"].case_id = case.id
    session.flush()
    for role, may_open in (("finance", False), ("auditor", True)):
        sign_in(client, session, make_staff(session, role=role))
        page = client.get("/billing/refunds?state=failed").text
        assert case.reference in page
        assert (f'href="/cases/{case.reference}"' in page) is may_open


def test_it_is_found_by_order_case_and_stripes_number(finance, session, refunds):
    _, case = make_registration(session)
    refunds["succeeded"].case_id = case.id
    owe(session, make_order(session, paid_at=now()), 4_242)
    for words, number in (("2026-88104", 7), (case.reference.lower(), 1), ("re_lost", 1)):
        page = finance.get("/billing/refunds", query_string={"lang": "en", "q": f" {words} "}).text
        assert len(amounts(page)) == number, words
    page = finance.get("/billing/refunds?lang=en&q=introuvable%00").text
    assert "Nothing matches “introuvable”." in page


@pytest.mark.parametrize(
    "query", ["state=nonsense", "at=nonsense", "q=%00", "state=all&at=W10", "q=" + "x" * 9000]
)
def test_an_odd_address_shows_a_page(finance, refunds, query):
    assert finance.get(f"/billing/refunds?{query}").status_code == 200


def test_pages_follow_each_other_without_gap_or_repeat(session, refunds):
    chosen = RefundList.read("all", "", now())
    seen, cursor = [], None
    while True:
        page = chosen.order.page(session, chosen.rows(), cursor, 2)
        seen += [row.Refund.id for row in page.rows]
        if (cursor := page.after) is None:
            break
    assert len(seen) == len(set(seen)) == len(refunds)
    assert seen[:2] == [refunds["failed"].id, refunds["overdue"].id]


def test_the_file_holds_the_view(finance, session, refunds):
    answer = finance.get("/billing/refunds.csv?lang=en&state=failed")
    assert answer.mimetype == "text/csv"
    head, row = answer.text.removeprefix("\ufeff").splitlines()
    assert head.startswith("Order;Case;Amount;Kind;State;Reason")
    assert row.startswith("2026-88104;;")
    assert ";To the buyer, borne by the seller;Failed;" in row
    verb = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first()
    assert verb == "refund.exported"


def test_the_workbook_holds_the_view(finance, refunds):
    (row,) = rows_of(finance.get("/billing/refunds.xlsx?lang=en&state=failed").data)
    assert row[2] == refunds["failed"].amount_minor / 100
    assert row[7] == refunds["failed"].created_at.astimezone(PARIS).replace(
        microsecond=0, tzinfo=None
    )


def test_the_overview_sums_what_is_on_its_way(finance, session, refunds):
    owe(session, make_order(session, paid_at=now()), 900, kind=RefundKind.GOODWILL)
    page = finance.get("/billing?lang=en").text
    owed = (refunds["owed"].amount_minor + 900) / 100
    row = re.search(r"About to leave</a></td>(.*?)</tr>", page, re.DOTALL)[1]
    assert re.findall(r"[\d.]+", re.sub("<.*?>", "", row)) == ["2", f"{owed:.2f}"]


def test_open_chargebacks_come_by_their_last_day(finance, session, order):
    def due(days):
        return {"due_by": int((now() + timedelta(days=days)).timestamp())}

    tell(session, order, "dispute", "du_later", 500, "needs_response", evidence_details=due(9))
    tell(session, order, "dispute", "du_sooner", 700, "warning_under_review",
         reason="product_not_received", evidence_details=due(2))  # fmt: skip
    tell(session, order, "dispute", "du_bare", 300, "something_new", reason="something_else")
    tell(session, order, "dispute", "du_won", 900, "won")
    page = finance.get("/billing?lang=en").text
    assert re.findall(r"du_\w+", page) == ["du_sooner", "du_later", "du_bare"]
    assert "Not received" in page
    assert "something_else" in page


def test_nothing_at_all_is_said(finance):
    assert "No bank contests a payment." in finance.get("/billing?lang=en").text
    assert "Nothing in this view." in finance.get("/billing/refunds?lang=en").text
