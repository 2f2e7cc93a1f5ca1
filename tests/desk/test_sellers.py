"""A seller's page, part by part; its notes; the case about its account."""

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.marketplace.seller_note import SellerNote
from backoffice.queues.erasures.model import Erasure
from backoffice.queues.registrations.model import Registration
from tests.desk.conftest import Desk
from tests.factories.order import make_order
from tests.factories.registration import make_account_case
from tests.factories.sanction import DAY, suspend
from tests.factories.seller import make_seller

TABS = ("overview", "traceability", "listings", "orders", "cases", "mails", "history")
SEEN = {
    "moderator": set(TABS) - {"orders"},
    "support": set(TABS) - {"traceability", "listings"},
    "lead": set(TABS),
    "admin": {"overview", "cases", "mails", "history"},
}


@pytest.fixture
def seller(session) -> Seller:
    return make_seller(session)


@pytest.mark.parametrize("role", SEEN)
def test_a_part_that_one_may_not_read_is_not_there(session, desk_of, seller, role):
    somebody, page = desk_of(role), f"/sellers/{seller.external_id}"
    first = somebody.page(page)
    for tab in TABS:
        may_see = tab in SEEN[role]
        assert somebody.get(page, tab=tab).status_code == (200 if may_see else 404)
        if tab != "overview":
            assert (f"?tab={tab}" in first) == may_see
    assert somebody.get(page, tab="odd").status_code == 404


def test_each_part_says_what_it_is_for(session, lead: Desk, seller):
    suspend(session, seller, now() + 5 * DAY)
    order = make_order(session, seller=seller)
    page = f"/sellers/{seller.external_id}"
    assert order.external_id in lead.page(page, tab="orders")
    assert "/mails/" in lead.page(page, tab="mails")
    assert "Suspension" in lead.page(page, tab="history")
    assert "measures" in lead.page(page)
    assert "kbis" in lead.page(page, tab="traceability")
    assert "REG-" in lead.page(page, tab="cases", queue="registrations")
    assert "REG-" not in lead.page(page, tab="cases", queue="disputes")


def test_a_note_is_kept_with_its_author(session, desk: Desk, seller):
    page = f"/sellers/{seller.external_id}"
    assert desk.post(f"{page}/notes", body=" ").status_code == 422
    assert desk.post(f"{page}/notes", body="A rappelé mardi.").status_code == 303
    html = desk.page(page)
    assert "A rappelé mardi." in html
    assert desk.staff.name in html


def test_who_only_reads_adds_no_note(session, desk_of, seller):
    auditor, page = desk_of("auditor"), f"/sellers/{seller.external_id}"
    assert auditor.post(f"{page}/notes", body="Vu.").status_code == 404
    assert session.scalars(select(SellerNote)).all() == []
    assert f"{page}/notes" not in auditor.page(page)


def test_an_erased_seller_is_said_to_be(session, desk: Desk, seller):
    session.add(
        Erasure(kind="both", party_kind="seller", party_id=seller.id, name="", email="",
                stage="completed", executed_at=now())
    )  # fmt: skip
    session.commit()
    assert 'class="banner is-wait"' in desk.page(f"/sellers/{seller.external_id}")


class TestAccount:
    def test_it_opens_one_case_at_a_time_and_takes_it(self, session, desk: Desk, seller):
        page = f"/sellers/{seller.external_id}"
        assert desk.post(f"{page}/examine", facts="").status_code == 422
        first = desk.post(f"{page}/examine", facts="Trois plaintes.")
        again = desk.post(f"{page}/examine", facts="Encore une.")
        assert first.location == again.location
        case = session.scalars(select(Case).where(Case.kind == "account")).one()
        assert case.is_held_by(desk.actor.id)
        html = desk.page(first.location)
        assert "Trois plaintes." in html
        assert 'data-action="suspend"' in html
        assert 'data-action="approve"' not in html
        assert case.reference in desk.page(page)

    def test_a_seller_that_is_gone_is_not_examined(self, session, desk: Desk):
        gone = make_seller(session, SellerStatus.TERMINATED)
        page = f"/sellers/{gone.external_id}"
        assert f"{page}/examine" not in desk.page(page)
        assert desk.post(f"{page}/examine", facts="Revu.").status_code == 303
        assert session.scalars(select(Case).where(Case.kind == "account")).all() == []

    def test_who_does_not_work_there_opens_none(self, session, desk_of, seller):
        support, page = desk_of("support"), f"/sellers/{seller.external_id}"
        assert support.post(f"{page}/examine", facts="Revu.").status_code == 404

    def test_its_page_shows_where_the_seller_stands(self, session, desk: Desk):
        case = make_account_case(session)
        session.commit()
        registration = session.get_one(Registration, case.subject_id)
        html = desk.page(f"/cases/{case.reference}")
        assert "Avertissement" in html
        assert registration.seller.display_name in html
