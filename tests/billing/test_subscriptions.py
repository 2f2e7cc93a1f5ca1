"""Plans as sellers pay them: begun at Stripe, asked for each month, changed, ended."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from backoffice.billing import subscription_sync
from backoffice.billing.invoice import Invoice
from backoffice.billing.ledger import balance_of
from backoffice.billing.plan import Subscription, plan_at
from backoffice.billing.plan_invoice import BillingCustomer, PlanInvoice
from backoffice.billing.stripe_events import keep_event
from backoffice.billing.subscribing import change_plan, end_with_month, owe_sync, unsubscribe
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.refusal import NotPossible
from backoffice.dev.sandboxes.stripe import Misbehaviour
from backoffice.dev.sandboxes.stripe.charges import stripe_fee
from jobs.drain import drain
from tests.factories.books import check_books
from tests.factories.seller import make_seller

MONTH = 31 * 24 * 60 * 60
PRO, PREMIUM = 4990, 9990


@pytest.fixture(autouse=True)
def in_context(app):
    """Work as jobs do: in the application's context, without a request."""
    with app.app_context():
        yield


@pytest.fixture
def seller(session, stripe_sandbox):
    """A seller whose plan Stripe knows, and whose first month is asked for."""
    seller = make_seller(session, plan="pro")
    owe_sync(session, seller.id)
    listen(session, stripe_sandbox)
    return seller


def listen(session, sandbox):
    """Keep all that the sandbox has to tell, and let the worker do all that is owed."""
    session.flush()
    drain(Channel.BILLING)
    for event in sandbox.events:
        keep_event(session, event)
    session.flush()
    drain(Channel.BILLING)
    session.expire_all()
    check_books(session)


def invoices(session):
    return session.scalars(select(PlanInvoice).order_by(PlanInvoice.period_start)).all()


def told(session, event):
    rows = select(OutboxMessage).where(
        OutboxMessage.event == event, OutboxMessage.channel == "mail"
    )
    return session.scalars(rows).all()


def test_the_first_month_is_asked_for_and_paid(session, seller, stripe_sandbox):
    (invoice,) = invoices(session)
    assert (invoice.state, invoice.gross_minor) == ("open", PRO)
    assert (invoice.net_minor, invoice.vat_minor) == (4158, 832)
    assert len(told(session, "subscription.invoiced")) == 1
    assert balance_of(session, "411", seller_id=seller.id) == PRO
    assert balance_of(session, "706100") == -4158
    stripe_sandbox.pay(invoice.stripe_id)
    listen(session, stripe_sandbox)
    assert invoice.state == "paid"
    assert balance_of(session, "411", seller_id=seller.id) == 0
    assert balance_of(session, "517") == PRO - stripe_fee(PRO)
    assert balance_of(session, "6278") == stripe_fee(PRO)
    assert balance_of(session, "44571") == -832


def test_asked_twice_it_begins_once(session, seller, stripe_sandbox):
    for _ in range(2):
        owe_sync(session, seller.id)
        listen(session, stripe_sandbox)
    assert len(stripe_sandbox.objects("subscription")) == 1
    assert len(stripe_sandbox.objects("customer")) == len(stripe_sandbox.objects("price")) == 1


def test_what_was_lost_on_its_way_is_done_once(session, make_stripe):
    sandbox = make_stripe(Misbehaviour(seed=3, lost=0.4, broken=0.2, settle_seconds=None))
    seller = make_seller(session, plan="pro")
    for _ in range(20):
        owe_sync(session, seller.id)
        listen(session, sandbox)
    assert len(sandbox.objects("subscription")) == 1
    assert len(sandbox.objects("customer")) == len(sandbox.objects("price")) == 1
    assert len(invoices(session)) == 1


def test_each_month_is_asked_for_anew(session, seller, stripe_sandbox):
    for _ in range(3):
        stripe_sandbox.advance(MONTH)
    listen(session, stripe_sandbox)
    found = invoices(session)
    assert len(found) == 4
    assert all(one.period_end == two.period_start for one, two in pairwise(found))
    assert balance_of(session, "411", seller_id=seller.id) == 4 * PRO


def test_events_in_any_order_come_to_the_same(session, stripe_sandbox, seller):
    (invoice,) = invoices(session)
    stripe_sandbox.advance(MONTH)
    second = next(
        one for one in stripe_sandbox.objects("invoice") if one["id"] != invoice.stripe_id
    )
    stripe_sandbox.pay(second["id"])
    session.flush()
    for event in reversed(stripe_sandbox.events):
        keep_event(session, event)
    listen(session, stripe_sandbox)
    assert [one.state for one in invoices(session)] == ["open", "paid"]
    assert balance_of(session, "411", seller_id=seller.id) == PRO
    assert len(told(session, "subscription.invoiced")) == 1  # the paid one was never to be paid


def test_a_plan_changes_with_the_next_month(session, seller, stripe_sandbox):
    following = change_plan(session, seller, "premium")
    listen(session, stripe_sandbox)
    assert plan_at(session, seller, now()).code == "pro"
    assert plan_at(session, seller, following.starts_at).code == "premium"
    assert len(invoices(session)) == 1  # nothing is charged in parts
    stripe_sandbox.advance(MONTH)
    listen(session, stripe_sandbox)
    assert [(one.gross_minor, one.plan.code) for one in invoices(session)] == [
        (PRO, "pro"), (PREMIUM, "premium"),
    ]  # fmt: skip


def test_a_change_can_be_changed_again_and_dropped(session, seller, stripe_sandbox):
    change_plan(session, seller, "premium")
    change_plan(session, seller, "essentiel")
    listen(session, stripe_sandbox)
    (known,) = stripe_sandbox.objects("subscription")
    assert known["items"]["data"][0]["price"]["unit_amount"] == 1990
    change_plan(session, seller, "pro")
    listen(session, stripe_sandbox)
    (known,) = stripe_sandbox.objects("subscription")
    assert known["items"]["data"][0]["price"]["unit_amount"] == PRO
    (row,) = session.scalars(select(Subscription)).all()
    assert row.ends_at is None


def test_a_plan_that_is_not_there_is_refused(session, seller):
    with pytest.raises(NotPossible, match=r"No such plan"):
        change_plan(session, seller, "gratuit")
    (row,) = session.scalars(select(Subscription)).all()
    assert row.ends_at is None


def test_it_ends_with_the_month_that_is_paid(session, seller, stripe_sandbox):
    end_with_month(session, seller)
    listen(session, stripe_sandbox)
    stripe_sandbox.advance(MONTH)
    listen(session, stripe_sandbox)
    (known,) = stripe_sandbox.objects("subscription")
    assert known["status"] == "canceled"
    assert len(invoices(session)) == 1


def test_one_taken_back_before_stripe_knew_leaves_nothing(session, stripe_sandbox):
    seller = make_seller(session, plan="pro")
    (row,) = session.scalars(select(Subscription)).all()
    unsubscribe(session, row.id)
    owe_sync(session, seller.id)
    listen(session, stripe_sandbox)
    assert stripe_sandbox.objects("subscription") == []


def test_one_taken_back_later_ends_at_once(session, seller, stripe_sandbox):
    (row,) = session.scalars(select(Subscription)).all()
    unsubscribe(session, row.id)
    listen(session, stripe_sandbox)
    assert row.ends_at <= now()
    assert stripe_sandbox.objects("subscription")[0]["status"] == "canceled"


def test_void_and_given_up_months_leave_the_books(session, seller, stripe_sandbox):
    stripe_sandbox.advance(MONTH)
    first, second = stripe_sandbox.objects("invoice")
    stripe_sandbox.do("POST", f"/v1/invoices/{first['id']}/void", {})
    stripe_sandbox.do("POST", f"/v1/invoices/{second['id']}/mark_uncollectible", {})
    listen(session, stripe_sandbox)
    assert [one.state for one in invoices(session)] == ["void", "uncollectible"]
    assert balance_of(session, "411", seller_id=seller.id) == 0
    assert balance_of(session, "654") == PRO
    stripe_sandbox.pay(second["id"])
    listen(session, stripe_sandbox)
    assert balance_of(session, "654") == balance_of(session, "411", seller_id=seller.id) == 0


def test_a_month_paid_back_is_owed_again(session, seller, stripe_sandbox):
    (invoice,) = invoices(session)
    stripe_sandbox.pay(invoice.stripe_id)
    (charge,) = stripe_sandbox.objects("charge")
    stripe_sandbox.do("POST", "/v1/refunds", {"charge": charge["id"], "amount": 1_000})
    listen(session, stripe_sandbox)
    assert balance_of(session, "411", seller_id=seller.id) == 1_000
    assert balance_of(session, "517") == PRO - stripe_fee(PRO) - 1_000


def test_each_month_has_our_own_invoice_and_a_void_one_its_credit_note(
    session, seller, stripe_sandbox
):
    for _ in range(2):
        listen(session, stripe_sandbox)
    (asked,) = invoices(session)
    stripe_sandbox.do("POST", f"/v1/invoices/{asked.stripe_id}/void", {})
    listen(session, stripe_sandbox)
    issued = session.scalars(select(Invoice).order_by(Invoice.kind)).all()
    assert [(one.kind, one.gross_minor, one.seller_id) for one in issued] == [
        ("credit_note", PRO, seller.id), ("invoice", PRO, seller.id),
    ]  # fmt: skip


def test_a_failed_payment_is_counted(session, seller, stripe_sandbox):
    (invoice,) = invoices(session)
    with pytest.raises(Exception, match=r"declined"):
        stripe_sandbox.pay(invoice.stripe_id, "pm_card_chargeDeclined")
    listen(session, stripe_sandbox)
    assert (invoice.failures, invoice.state) == (1, "open")


def test_a_customer_is_forgotten_and_the_fee_stays(session, seller, stripe_sandbox):
    for _ in range(2):
        subscription_sync.delete_customer(session, seller.id)
    listen(session, stripe_sandbox)
    assert session.get_one(BillingCustomer, seller.id).deleted_at is not None
    (customer,) = stripe_sandbox.objects("customer")
    assert customer.keys() == {"id", "object", "deleted"}
    assert balance_of(session, "706100") == -4158


def test_what_was_never_begun_is_begun_by_the_sweep(session, stripe_sandbox):
    make_seller(session, plan="pro")
    (row,) = session.scalars(select(Subscription)).all()
    row.starts_at = now() - timedelta(hours=2)
    session.flush()
    assert [subscription_sync.owe_missing(session) for _ in range(2)] == [1, 0]
    listen(session, stripe_sandbox)
    assert row.stripe_id is not None
    assert subscription_sync.owe_missing(session) == 0


def test_a_new_address_is_told_to_stripe(session, seller, stripe_sandbox):
    seller.contact_email, seller.version = "neuve@example.com", seller.version + 1
    session.flush()
    assert [subscription_sync.owe_missing(session) for _ in range(2)] == [1, 0]
    listen(session, stripe_sandbox)
    assert stripe_sandbox.objects("customer")[0]["email"] == "neuve@example.com"
    assert subscription_sync.owe_missing(session) == 0
