"""A month that turns for many sellers comes to what it comes to for each alone."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from backoffice.billing import plan_turn
from backoffice.billing.invoice import Invoice, InvoiceLine
from backoffice.billing.ledger import Line, Source, make_account
from backoffice.billing.plan import Plan
from backoffice.billing.plan_invoice import BillingCustomer, PlanInvoice
from backoffice.billing.plan_turn import hear_waiting
from backoffice.billing.stripe_events import APPLY_MONTH, apply_event, keep_event
from backoffice.billing.stripe_object import StripeEvent, StripeObject
from backoffice.core.clock import now
from backoffice.core.lease import lease
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.work import WorkSession, unit_of_work
from jobs.billing import apply_month
from jobs.checks import do_work
from jobs.drain import drain
from tests.factories.books import check_books
from tests.factories.invoice import make_invoice
from tests.factories.outbox import make_endpoint
from tests.factories.plan_invoice import month_asked
from tests.factories.seller import make_seller
from tests.simulation.ledger_laws import read
from tests.statements import counted

PLANS = ("essentiel", "pro", "premium")
SELLERS = 7


@pytest.fixture(autouse=True)
def in_context(app):
    """Work as jobs do: in the application's context, without a request."""
    with app.app_context():
        yield


@pytest.fixture
def told(session) -> list[dict[str, Any]]:
    """Stripe's events of a month that turns for some sellers; one of them pays VAT itself."""
    events = turn(session, SELLERS)
    session.commit()
    return events


def turn(session, number: int) -> list[dict[str, Any]]:
    """Make sellers whose plan runs, and return the events that ask for their next month."""
    make_endpoint(session, "https://example.com/hook")
    plans = {one.code: one for one in session.scalars(select(Plan))}
    events = []
    for one in range(number):
        seller = make_seller(session, plan=PLANS[one % 3])
        if one == 1:
            seller.country, seller.vat_number = "BE", "BE0428759497"
        session.add(BillingCustomer(seller_id=seller.id, stripe_id=f"cus_{seller.id}",
                                    told_version=1))  # fmt: skip
        make_account(session, Line("411", 0, seller.id), "EUR")  # not its first month
        plan = plans[seller.plan]
        plan.stripe_price = f"price_{plan.id}"
        events.append(month_asked(seller.id, (plan.id, plan.price_minor), now()))
    return events


def keep(session, events) -> None:
    for one in events:
        keep_event(session, one)
    session.flush()


def states(session) -> dict[str, str]:
    session.expire_all()
    return dict(session.execute(select(StripeEvent.id, StripeEvent.state)).all())


def left(session) -> dict[str, Any]:
    """Return all that months leave behind, but for numbers of rows, keys and times."""
    session.flush()
    months, lines = PlanInvoice, InvoiceLine
    queries = {
        "months": select(months.stripe_id, months.seller_id, months.plan_id, months.state,
                         months.net_minor, months.vat_minor, months.period_start, months.due_at),
        "invoices": select(Invoice.number, Invoice.source_id, Invoice.issued_on, Invoice.due_on,
                           Invoice.vat_category, Invoice.net_minor, Invoice.gross_minor,
                           Invoice.seller_name, Invoice.seller_vat_number, Invoice.issuer),
        "lines": select(Invoice.number, lines.position, lines.label, lines.vat_bp, lines.net_minor)
        .join(Invoice, Invoice.id == lines.invoice_id),
        "objects": select(StripeObject.id, StripeObject.status, StripeObject.amount_minor,
                          StripeObject.payload, StripeObject.told_at),
        "events": select(StripeEvent.id, StripeEvent.state, StripeEvent.attempts),
        "told": select(OutboxMessage.channel, OutboxMessage.event, OutboxMessage.payload,
                       OutboxMessage.to_address)
        .where(OutboxMessage.channel.in_((Channel.MAIL, Channel.WEBHOOK))),
        "files": select(Invoice.number).join(
            OutboxMessage,
            (OutboxMessage.event == "invoice.render")
            & (OutboxMessage.payload["invoice_id"].as_integer() == Invoice.id),
        ),
    }  # fmt: skip
    found = {name: sorted(map(repr, session.execute(query))) for name, query in queries.items()}
    entries = [(one.key, one.kind, one.occurred_on, one.lines) for one in read(session).values()]
    return found | {"entries": sorted(map(repr, entries))}


def test_together_they_leave_what_each_leaves_alone(session, told):
    keep(session, told)
    alone = session.begin_nested()
    for one in told:
        apply_event(session, one["id"])
    one_by_one = left(session)
    alone.rollback()
    session.expire_all()
    assert hear_waiting(session) == SELLERS
    assert left(session) == one_by_one
    check_books(session)


def test_what_was_owed_for_them_is_done(session, told):
    keep(session, told)
    hear_waiting(session)
    session.expire_all()
    owed = select(OutboxMessage).where(OutboxMessage.event == APPLY_MONTH)
    assert {row.state for row in session.scalars(owed)} == {OutboxState.SENT}
    assert hear_waiting(session) == 0


def test_the_worker_does_all_by_the_first_ones_work(session, told):
    keep(session, told)
    apply_month(session, told[0]["id"])
    assert set(states(session).values()) == {"applied"}


@pytest.mark.parametrize("spoil", [
    lambda one: one.update(customer="cus_unknown"),
    lambda one: one.update(lines={"data": []}),
    lambda one: one["lines"]["data"][0].update(pricing=None),
    lambda one: one.update(status="paid"),
    lambda one: one.pop("status"),
])  # fmt: skip
def test_what_is_not_plain_is_left_to_its_own_work(session, told, spoil):
    spoil(told[3]["data"]["object"])
    keep(session, told)
    assert hear_waiting(session) == SELLERS - 1
    found = states(session)
    assert found.pop(told[3]["id"]) == "pending"
    assert set(found.values()) == {"applied"}


def test_a_month_that_is_known_is_left_to_its_own_work(session, told):
    known = told[2]["data"]["object"]
    paid = {**told[2], "id": "evt_paid", "type": "invoice.paid", "data": {"object": {
        **known, "status": "paid", "status_transitions": {
            **known["status_transitions"], "paid_at": known["created"]},
    }}}  # fmt: skip
    keep(session, [paid])
    apply_event(session, "evt_paid")
    keep(session, told)
    assert hear_waiting(session) == SELLERS - 1
    drain(Channel.BILLING)
    assert set(states(session).values()) == {"applied"}
    months = session.scalars(select(PlanInvoice).where(PlanInvoice.stripe_id == known["id"]))
    assert [one.state for one in months] == ["paid"]
    check_books(session)


def test_of_one_month_told_twice_one_is_applied_by_itself(session, told):
    keep(session, [*told, {**told[0], "id": "evt_again"}])
    assert hear_waiting(session) == SELLERS
    drain(Channel.BILLING)
    assert set(states(session).values()) == {"applied"}
    assert len(session.scalars(select(PlanInvoice)).all()) == SELLERS


def test_a_batch_that_is_refused_is_applied_one_by_one(session, told):
    """A month that was invoiced to somebody else is set aside; no other month hangs on it."""
    taken = told[4]["data"]["object"]["id"]
    make_invoice(session, source=Source("stripe_invoice", taken))
    keep(session, told)
    drain(Channel.BILLING)
    found = states(session)
    assert found.pop(told[4]["id"]) == "failed"
    assert set(found.values()) == {"applied"}
    check_books(session)


def test_what_another_worker_has_is_its_own(session, told):
    keep(session, told)
    (taken,) = lease(session, Channel.BILLING, 1)
    assert hear_waiting(session) == SELLERS - 1
    assert states(session)[taken.payload["event_id"]] == "pending"


def test_more_sellers_cost_no_more_statements(session, connection, told):
    """Rows are written many at once: what each seller costs is a row, not a statement."""
    keep(session, told[:2])
    costs = []
    for events in ((), told[2:]):
        keep(session, events)
        with counted(connection) as statements:
            hear_waiting(session)
            session.flush()
        costs.append(len(statements))
    assert costs[0] == costs[1] > 0


def test_workers_side_by_side_apply_each_month_once(fresh_database, monkeypatch):
    monkeypatch.setattr(plan_turn, "AT_ONCE", 4)
    engine = create_engine(fresh_database, poolclass=NullPool)
    with WorkSession(engine) as session, unit_of_work(session):
        keep(session, turn(session, 40))

    def work(_: int) -> int:
        done = 0
        with WorkSession(engine) as session:
            while True:
                with unit_of_work(session):
                    rows = lease(session, Channel.BILLING, 1)
                if not rows or rows[0].event != APPLY_MONTH:
                    return done
                do_work(session, rows)
                done += 1

    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(work, range(4)))
    with WorkSession(engine) as session:
        assert set(states(session).values()) == {"applied"}
        numbers = session.scalars(select(Invoice.seq).order_by(Invoice.seq)).all()
        mails = session.scalars(
            select(OutboxMessage.to_address).where(
                OutboxMessage.channel == Channel.MAIL,
                OutboxMessage.event == "subscription.invoiced",
            )
        ).all()
        assert len(read(session)) == len(numbers) == len(set(mails)) == len(mails) == 40
        assert numbers == list(range(1, 41))
        check_books(session)
    assert sum(done) < 40  # some were done with others
    engine.dispose()
