"""The pages of subscriptions: what is shown in which view, and what finance does there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.giving_up import GIVE_UP
from backoffice.billing.plan import running_subscription
from backoffice.billing.subscribing import change_plan, end_with_month
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import ROLES
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in, submit


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance"))
    return client


@pytest.fixture
def seller(session):
    seller = make_seller(session, plan="pro")
    running_subscription(session, seller.id).stripe_id = "sub_1"
    session.flush()
    return seller


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def shown(client, seller, view, **more):
    query = "&".join(f"{name}={value}" for name, value in {"state": view, **more}.items())
    return (
        seller.external_id
        in text_of(client, f"/billing/subscriptions?{query}").split("<tbody>")[-1]
    )


def late(session, seller, **changes):
    return make_plan_invoice(session, seller, due_at=now() - timedelta(days=3), **changes)


VIEWS_OF = {
    "paid": lambda session, seller: make_plan_invoice(session, seller, state="paid"),
    "due": make_plan_invoice,
    "overdue": late,
    "suspended": lambda session, seller: late(session, seller, suspended_at=now()),
    "changing": lambda session, seller: change_plan(session, seller, "premium"),
    "ending": end_with_month,
}


@pytest.mark.parametrize("view", VIEWS_OF)
def test_each_is_in_its_view_and_in_no_other_of_its_kind(finance, session, seller, view):
    VIEWS_OF[view](session, seller)
    session.flush()
    standing = view if view in ("paid", "due", "overdue", "suspended") else "paid"
    expected = {view, standing, "all"} | ({"unpaid"} if standing != "paid" else set())
    found = {one for one in ("unpaid", "missing", "all", *VIEWS_OF) if shown(finance, seller, one)}
    assert found == expected


def test_what_stripe_does_not_know_is_seen(finance, session, seller):
    running_subscription(session, seller.id).stripe_id = None
    session.flush()
    assert shown(finance, seller, "missing")


def test_it_is_found_by_what_people_type(finance, session, seller):
    invoice = make_plan_invoice(session, seller)
    for typed in (seller.external_id, seller.legal_name[2:8], invoice.number, "sub_1"):
        assert shown(finance, seller, "all", q=typed), typed
    assert not shown(finance, seller, "all", q="%25")
    assert shown(finance, seller, "all", plan="pro")
    assert not shown(finance, seller, "all", plan="premium")


def test_a_plan_is_changed_from_the_next_month_on(finance, session, seller):
    page = f"/billing/subscriptions/{seller.external_id}"
    assert submit(finance, f"{page}/plan", on=page, plan="premium").status_code == 303
    assert "Premium" in text_of(finance, page)
    session.expire_all()
    assert running_subscription(session, seller.id).plan.code == "premium"
    verbs = session.scalars(select(AuditEntry.verb)).all()
    assert "subscription.change" in verbs


def test_a_plan_that_is_not_there_is_refused_and_nothing_changes(finance, session, seller):
    page = f"/billing/subscriptions/{seller.external_id}"
    answer = submit(finance, f"{page}/plan", on=page, plan="gratuit")
    assert answer.status_code == 422
    session.expire_all()
    assert running_subscription(session, seller.id).plan.code == "pro"


def test_a_month_is_given_up_with_a_reason_once(finance, session, seller):
    invoice = late(session, seller)
    page = f"/billing/subscriptions/{seller.external_id}"
    path = f"{page}/{invoice.stripe_id}/give-up"
    assert submit(finance, path, on=page, why="").status_code == 422
    assert submit(finance, path, on=page, why="Société liquidée.").status_code == 303
    assert "Stripe" in text_of(finance, page)
    assert submit(finance, path, on=page, why="Encore.").status_code == 303
    owed = session.scalars(select(OutboxMessage).where(OutboxMessage.event == GIVE_UP)).all()
    assert [one.payload for one in owed] == [{"invoice_id": invoice.id}]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == GIVE_UP)).one()
    assert entry.detail.detail["why"] == "Société liquidée."


def test_only_finance_changes_and_the_auditor_reads(client, session, seller):
    invoice = late(session, seller)
    page = f"/billing/subscriptions/{seller.external_id}"
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        may_read = role in ("finance", "auditor")
        assert client.get(page).status_code == (200 if may_read else 404), role
        for path in (f"{page}/plan", f"{page}/{invoice.stripe_id}/give-up"):
            answer = submit(client, path, on="/account", plan="pro")
            assert (answer.status_code != 404) == (role == "finance"), (role, path)


def test_nobody_and_another_sellers_month_are_not_found(finance, session, seller):
    other = late(session, make_seller(session))
    assert finance.get("/billing/subscriptions/personne").status_code == 404
    page = f"/billing/subscriptions/{seller.external_id}"
    assert submit(finance, f"{page}/{other.stripe_id}/give-up", on=page, why="x").status_code == 404
