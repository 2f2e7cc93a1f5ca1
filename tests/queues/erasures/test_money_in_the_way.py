"""An erasure waits for money: a plan's month that is not paid, a payout under way; then it goes on.

Stripe deletes the customer; the books keep the fee.
"""

import pytest
from sqlalchemy import select

from backoffice.billing.ledger import balance_of
from backoffice.billing.plan_invoice import BillingCustomer, InvoiceState
from backoffice.billing.plan_postings import post_invoice
from backoffice.billing.stripe_events import apply_event, keep_event
from backoffice.billing.subscription_sync import DELETE, delete_customer
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.queues.erasures.blockers import blockers_of
from tests.factories.erasure import make_verified
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller
from tests.factories.stripe import make_event
from tests.fakes.stripe import make_stripe, stripe_sandbox
from tests.queues.erasures.test_executing import run

__all__ = ["make_stripe", "stripe_sandbox"]
ACCOUNT = "acct_1Leaving"


@pytest.fixture
def seller(session, app):
    """A seller with an account at Stripe."""
    seller = make_seller(session, plan="pro")
    seller.stripe_account = ACCOUNT
    return seller


@pytest.fixture
def granted(session, seller, support, final):
    """A request of this seller that was granted, its letter gone."""
    received = make_verified(session, seller.party)
    final(received.case, "accept", support)
    return received


def tell_payout(session, status, account=ACCOUNT, id="po_1"):
    at = int(now().timestamp())
    told = {"id": id, "object": "payout", "amount": 900, "currency": "eur", "status": status,
            "created": at, "reconciliation_status": "not_applicable"}  # fmt: skip
    event = make_event("payout.updated", told, at + (status != "in_transit"), account)
    keep_event(session, event)
    apply_event(session, event["id"])


def names(session, erasure):
    return [one.name for one in blockers_of(session, erasure)]


def test_it_waits_for_an_unpaid_month(session, seller, granted):
    month = make_plan_invoice(session, seller)
    assert names(session, granted.erasure) == ["unpaid_plan"]
    assert run(session) == 0
    month.state, month.ended_at = InvoiceState.PAID, now()
    session.flush()
    assert run(session) == 1


@pytest.mark.parametrize("ends", ["paid", "failed", "canceled"])
def test_it_waits_for_a_payout_under_way(session, seller, granted, ends):
    tell_payout(session, "in_transit")
    assert names(session, granted.erasure) == ["payout"]
    assert run(session) == 0
    tell_payout(session, ends)
    assert run(session) == 1


def test_a_payout_of_somebody_else_is_not_in_the_way(session, seller, granted):
    tell_payout(session, "in_transit", "acct_1Other")
    assert run(session) == 1


def test_stripe_deletes_the_customer_and_the_fee_stays(session, seller, granted, stripe_sandbox):
    made = stripe_sandbox.do("POST", "/v1/customers", {"email": seller.contact_email})
    session.add(BillingCustomer(seller_id=seller.id, stripe_id=made["id"], told_version=1))
    month = make_plan_invoice(session, seller, state=InvoiceState.PAID)
    post_invoice(session, month)
    assert run(session) == 1
    work = session.scalars(select(OutboxMessage).where(OutboxMessage.event == DELETE)).one()
    delete_customer(session, **work.payload)
    assert stripe_sandbox.objects("customer") == [
        {"id": made["id"], "object": "customer", "deleted": True}
    ]
    assert balance_of(session, "706100") == -month.net_minor
