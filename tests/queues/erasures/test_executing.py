"""Carrying out what was granted: late enough, once, whatever is killed, over no blocker."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.plan import Subscription, running_subscription
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.executing import EXECUTE, go_on, owe_next_steps
from tests.factories.appeal import act, pass_undo
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.erasure import make_verified
from tests.factories.order import make_buyer, make_order
from tests.factories.outbox import make_endpoint
from tests.factories.seller import make_seller


@pytest.fixture
def seller(session, app):
    """An active seller on a plan that began in the middle of a month."""
    seller = make_seller(session)
    subscription = running_subscription(session, seller.id)
    subscription.starts_at = now() - timedelta(days=10)
    return seller


@pytest.fixture
def granted(session, seller, support, final):
    """A request of this seller that was granted, its letter gone."""
    received = make_verified(session, seller.party)
    final(received.case, "accept", support)
    return received


def run(session) -> int:
    """Let the schedule look once, and the workers do what it owes; return how much that was."""
    owed = owe_next_steps(session)
    rows = select(OutboxMessage).where(
        OutboxMessage.event == EXECUTE, OutboxMessage.state == OutboxState.PENDING
    )
    for row in session.scalars(rows).all():
        go_on(session, **row.payload)
        row.state = OutboxState.SENT
    session.flush()
    return owed


class TestWhen:
    def test_not_while_it_can_be_undone_nor_before_the_letter_has_left(
        self, session, seller, support, deliver
    ):
        case = make_verified(session, seller.party).case
        decision = act(session, case, "accept", support)
        assert run(session) == 0
        pass_undo(session, decision)
        assert run(session) == 0
        deliver(case)
        assert run(session) == 1

    def test_then_the_rest_once_the_last_letter_has_left(self, session, granted, deliver, mails):
        address = granted.erasure.email
        assert run(session) == 1
        assert granted.erasure.stage == "executed"
        assert mails(granted.case)[-1] == ("erasure.executed", address, "pending")
        assert run(session) == 0
        deliver(granted.case)
        assert run(session) == 1
        assert granted.erasure.stage == "completed"
        assert address not in {to for _, to, _ in mails(granted.case)}
        assert run(session) == 0


class TestWhatIsDone:
    def test_the_account_ends_with_the_month_that_is_paid_and_nothing_is_posted(
        self, session, seller, granted
    ):
        before = session.scalar(select(func.count()).select_from(JournalEntry))
        run(session)
        assert session.get_one(Seller, seller.id).status == SellerStatus.TERMINATED
        subscription = session.scalars(
            select(Subscription).where(Subscription.seller_id == seller.id)
        ).one()
        assert now() + timedelta(days=15) < subscription.ends_at < now() + timedelta(days=25)
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == before

    def test_the_marketplace_is_told_to_do_the_same(self, session, seller, support, final):
        make_endpoint(session, "https://shop.example/hooks")
        number = seller.external_id
        received = make_verified(session, seller.party)
        final(received.case, "accept", support)
        run(session)
        hook = session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.event == "erasure.executed", OutboxMessage.channel == "webhook"
            )
        ).one()
        assert hook.payload["party"] == {"kind": "seller", "id": number}
        assert hook.payload["erase_too"] is True
        assert hook.payload["pseudonym"]
        assert hook.payload["kept"]

    def test_to_close_alone_erases_nothing(self, session, seller, support, final):
        received = make_verified(session, seller.party, kind="close")
        final(received.case, "accept", support)
        run(session)
        kept = session.get_one(Seller, seller.id)
        assert (kept.status, kept.contact_email) == ("terminated", received.erasure.email)


class TestInTheWay:
    def test_an_open_dispute_delays_until_it_is_decided(self, session, seller, support, final):
        order = make_paid_order(session, seller=seller, delivered_at=now() - timedelta(days=60),
                                paid_at=now() - timedelta(days=63))  # fmt: skip
        dispute = make_dispute(session, order)
        received = make_verified(session, seller.party)
        (found,) = blockers_of(session, received.erasure)
        assert (found.name, found.cases) == ("open_dispute", [dispute.case.reference])
        final(received.case, "accept", support)
        assert run(session) == 0
        dispute.case.state, dispute.case.resolution = "closed", "protected"
        session.flush()
        assert run(session) == 1

    def test_a_return_window_clears_by_itself(self, session):
        buyer = make_buyer(session)
        at = now() - timedelta(days=10)
        make_order(session, buyer=buyer, paid_at=at, delivered_at=at)
        erasure = make_verified(session, buyer.party).erasure
        (found,) = blockers_of(session, erasure)
        assert (found.name, (found.until - now().date()).days in (19, 20, 21)) == (
            "return_window", True,
        )  # fmt: skip

    def test_a_new_order_between_the_grant_and_the_execution_stops_it(
        self, session, seller, granted
    ):
        owe_next_steps(session)
        order = make_order(session, seller=seller, paid_at=now())
        go_on(session, granted.erasure.id)
        assert granted.erasure.stage == "scheduled"
        assert session.get_one(Seller, seller.id).status == SellerStatus.ACTIVE
        order.cancelled_at = now()
        go_on(session, granted.erasure.id)
        assert granted.erasure.stage == "executed"

    def test_what_an_authority_ordered_to_keep_is_kept(self, session, granted):
        granted.erasure.authority_order = "TJ de Lyon"
        session.flush()
        assert run(session) == 0


class TestAfterACrash:
    def test_a_step_that_is_asked_for_twice_is_done_once(self, session, granted, mails):
        for _ in range(2):
            go_on(session, granted.erasure.id)
        assert [event for event, _, _ in mails(granted.case)].count("erasure.executed") == 1

    def test_what_waits_for_a_worker_is_not_owed_again(self, session, granted):
        assert owe_next_steps(session) == 1
        assert owe_next_steps(session) == 0

    def test_what_was_executed_can_neither_be_withdrawn_nor_replaced(self, session, granted, press):
        run(session)
        assert press(granted.case, "withdraw").status_code == 409
