"""What happens by the clock: accounts end, suspensions end, each once, each told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.sanction import Basis, lift, terminate_seller, warn
from backoffice.marketplace.sanction.due import apply_due_terminations, end_due_suspensions
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from tests.factories.listing import make_case
from tests.factories.notifier import make_notifier
from tests.factories.outbox import make_endpoint
from tests.factories.sanction import DAY, ago, row, suspend
from tests.factories.seller import make_seller


@pytest.fixture
def seller(session):
    make_endpoint(session, "https://shop.example/hooks")
    return make_seller(session)


def told(session) -> list[tuple[str, str]]:
    """Return what is owed of these measures: channel and event."""
    session.flush()
    rows = select(OutboxMessage).where(OutboxMessage.event.like("seller.%"))
    return [(one.channel, one.event) for one in session.scalars(rows.order_by(OutboxMessage.id))]


def audited(session) -> list[tuple[str, str, str]]:
    entries = select(AuditEntry).where(AuditEntry.verb.like("sanction.%"))
    return [(one.stream, one.verb, one.actor) for one in session.scalars(entries)]


def test_an_account_ends_when_its_notice_has_passed(session, seller):
    case = make_case(session)
    basis = Basis(now() - 40 * DAY, case_id=case.id)
    sanction = row(session, terminate_seller(session, seller, basis))
    sanction.effective_at = now() + timedelta(hours=1)
    session.flush()
    assert apply_due_terminations(session) == 0
    sanction.effective_at = now() - timedelta(seconds=1)
    session.flush()
    assert [apply_due_terminations(session) for _ in range(2)] == [1, 0]
    assert seller.status == "terminated"
    assert told(session) == [("mail", "seller.terminated"), ("webhook", "seller.terminated")]
    assert audited(session) == [(case.stream, "sanction.terminated", "system")]
    mail, webhook = session.scalars(
        select(OutboxMessage).where(OutboxMessage.case_id == case.id,
                                    OutboxMessage.event == "seller.terminated")
        .order_by(OutboxMessage.id)
    )  # fmt: skip
    assert (mail.to_address, mail.payload["reference"]) == (seller.contact_email, case.reference)
    assert webhook.payload == {
        "external_id": seller.external_id, "version": seller.version, "status": "terminated",
    }  # fmt: skip


def test_a_lifted_notice_ends_nothing(session, seller):
    change = terminate_seller(session, seller, ago(60))
    lift(session, change, now())
    assert apply_due_terminations(session) == 0
    assert seller.status == "active"


def test_an_applied_end_is_taken_back_exactly(session, seller):
    before = (seller.status, seller.status_at)
    change = terminate_seller(session, seller, ago(60))
    apply_due_terminations(session)
    lift(session, change, now())
    assert (seller.status, seller.status_at) == before


def test_a_suspension_ends_at_its_date(session, seller):
    before = (seller.status, seller.status_at)
    sanction = row(session, suspend(session, seller, now() + DAY, basis=ago(7)))
    assert end_due_suspensions(session) == 0
    sanction.ends_at = now() - timedelta(seconds=1)
    session.flush()
    assert [end_due_suspensions(session) for _ in range(2)] == [1, 0]
    assert (seller.status, seller.status_at) == before
    assert sanction.ended_at is not None
    assert told(session) == [("mail", "seller.reinstated"), ("webhook", "seller.reinstated")]
    assert audited(session) == [(f"seller:{seller.id}", "sanction.ended", "system")]


def test_a_suspension_that_ended_has_nothing_left_to_lift(session, seller):
    change = suspend(session, seller, now() - DAY, basis=ago(7))
    end_due_suspensions(session)
    set_status(seller, SellerStatus.SUSPENDED, "Impayé")
    lift(session, change, now())
    assert seller.status == "suspended"


def test_it_leaves_what_is_newer_and_tells_nobody(session, seller):
    suspend(session, seller, now() - DAY, basis=ago(7))
    set_status(seller, SellerStatus.TERMINATED)
    assert end_due_suspensions(session) == 1
    assert seller.status == "terminated"
    assert told(session) == []


def test_of_two_that_overlap_the_first_end_reinstates_nobody(session, seller):
    suspend(session, seller, now() - DAY, basis=ago(7))
    longer = row(session, suspend(session, seller, now() + DAY, basis=ago(6)))
    assert end_due_suspensions(session) == 1
    assert seller.status == "suspended"
    longer.ends_at = now() - timedelta(seconds=1)
    session.flush()
    assert end_due_suspensions(session) == 1
    assert seller.status == "active"
    assert len(told(session)) == 2


def test_an_account_that_ends_while_suspended_stays_ended(session, seller):
    suspend(session, seller, now() - DAY, basis=ago(50))
    change = terminate_seller(session, seller, ago(49))
    apply_due_terminations(session)
    end_due_suspensions(session)
    assert seller.status == "terminated"
    lift(session, change, now())
    assert seller.status == "active"


def test_a_notifier_may_report_again(session):
    notifier = make_notifier(session)
    suspend(session, notifier, now() - DAY, basis=ago(7))
    assert notifier.suspended_until is not None
    assert [end_due_suspensions(session) for _ in range(2)] == [1, 0]
    assert notifier.suspended_until is None
    assert told(session) == []
    assert audited(session) == [(f"notifier:{notifier.id}", "sanction.ended", "system")]


def test_two_schedulers_at_once_do_it_once(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        sellers = [make_seller(session) for _ in range(6)]
        for seller in sellers:
            warn(session, seller, ago(60))
            terminate_seller(session, seller, ago(59))
            suspend(session, seller, now() - DAY, basis=ago(7))
        session.commit()

    def run(number: int) -> int:
        with Session(engine) as session:
            done = (apply_due_terminations, end_due_suspensions)[number % 2](session)
            session.commit()
            return done

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(8)))
    with Session(engine) as session:
        assert (sum(done[::2]), sum(done[1::2])) == (6, 6)
        assert {one.status for one in session.scalars(select(Seller))} == {"terminated"}
        assert sum(event == "seller.terminated" for _, event in told(session)) == 6
