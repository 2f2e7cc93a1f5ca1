"""Months that are not paid: reminders, a notice, the suspension, and its end with the payment."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.dunning import dun, restore_paid, settle
from backoffice.billing.plan_invoice import InvoiceState
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.seller import SellerStatus, set_status
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.seller import make_seller

STORY = [(0, None), (1, "unpaid"), (6, None), (7, "unpaid"), (13, None), (14, "suspending")]


@pytest.fixture
def invoice(session):
    return make_plan_invoice(session, make_seller(session))


def wait(session, invoice, days):
    """Let an invoice be so many days overdue, and a notice of it as much older."""
    late = now() - timedelta(days=days, minutes=1)
    passed = invoice.due_at - late
    invoice.due_at = late
    if invoice.suspends_at is not None:
        invoice.suspends_at -= passed
    dun(session)


def told(session):
    rows = select(OutboxMessage.event).where(OutboxMessage.channel == "mail")
    return [
        event.removeprefix("subscription.")
        for event in session.scalars(rows.order_by(OutboxMessage.id))
        if event.startswith("subscription.")
    ]


def suspended(session, invoice):
    wait(session, invoice, 14)
    wait(session, invoice, 30)
    assert invoice.seller.status == SellerStatus.SUSPENDED
    return invoice


def paid(session, invoice):
    invoice.state, invoice.ended_at = InvoiceState.PAID, now()
    settle(session, invoice)


def test_two_reminders_and_a_notice_each_once(session, invoice):
    for days, said in STORY:
        before = told(session)
        for _ in range(2):
            wait(session, invoice, days)
        assert told(session)[len(before) :] == ([said] if said else []), days
    assert invoice.seller.status == SellerStatus.ACTIVE
    notice = invoice.suspends_at - invoice.announced_at
    assert abs(notice - timedelta(days=15)) < timedelta(seconds=5)


def test_nothing_is_told_before_the_day_it_is_due(session, invoice):
    assert dun(session) == 0
    assert told(session) == []


def test_the_account_is_suspended_on_the_day_announced(session, invoice):
    wait(session, invoice, 14)
    wait(session, invoice, 28)
    assert invoice.seller.status == SellerStatus.ACTIVE
    wait(session, invoice, 30)
    assert (invoice.seller.status, invoice.seller.status_reason) == ("suspended", invoice.number)
    assert told(session) == ["suspending", "suspended"]
    verbs = session.scalars(select(AuditEntry.verb)).all()
    assert "subscription.suspended" in verbs


def test_a_payment_ends_it(session, invoice):
    paid(session, suspended(session, invoice))
    assert invoice.seller.status == SellerStatus.ACTIVE
    assert told(session)[-1] == "resumed"
    restore_paid(session)
    assert told(session).count("resumed") == 1


def test_a_payment_before_the_day_leaves_all_as_it_is(session, invoice):
    wait(session, invoice, 14)
    paid(session, invoice)
    wait(session, invoice, 40)
    assert invoice.seller.status == SellerStatus.ACTIVE
    assert told(session) == ["suspending"]


def test_another_unpaid_month_keeps_it_up(session, invoice):
    other = make_plan_invoice(session, invoice.seller)
    wait(session, other, 14)
    wait(session, other, 30)
    wait(session, invoice, 14)
    wait(session, invoice, 30)
    first, second = sorted((invoice, other), key=lambda one: one.suspended_at is None)
    paid(session, first)
    assert invoice.seller.status == SellerStatus.SUSPENDED
    paid(session, second)
    restore_paid(session)
    assert invoice.seller.status == SellerStatus.ACTIVE


def test_a_seller_suspended_for_something_else_stays_so(session, invoice):
    set_status(suspended(session, invoice).seller, SellerStatus.SUSPENDED, "NOT-2026-000004")
    paid(session, invoice)
    restore_paid(session)
    assert invoice.seller.status == SellerStatus.SUSPENDED
    assert told(session)[-1] == "suspended"


def test_once_that_is_over_the_payment_counts(session, invoice):
    seller = suspended(session, invoice).seller
    ours = seller.status_at
    set_status(seller, SellerStatus.SUSPENDED, "NOT-2026-000004")
    paid(session, invoice)
    set_status(seller, SellerStatus.SUSPENDED, invoice.number, ours)  # given back to what it was
    restore_paid(session)
    assert seller.status == SellerStatus.ACTIVE


def test_a_month_given_up_does_not_let_sell_again(session, invoice):
    suspended(session, invoice)
    invoice.state, invoice.ended_at = InvoiceState.UNCOLLECTIBLE, now()
    settle(session, invoice)
    restore_paid(session)
    assert invoice.seller.status == SellerStatus.SUSPENDED


@pytest.mark.parametrize("status", [SellerStatus.TERMINATED, SellerStatus.SUSPENDED])
def test_who_cannot_sell_is_not_suspended_again(session, invoice, status):
    set_status(invoice.seller, status, "X")
    wait(session, invoice, 14)
    wait(session, invoice, 40)
    assert (invoice.seller.status, invoice.seller.status_reason) == (status, "X")
    assert invoice.suspended_at is None
