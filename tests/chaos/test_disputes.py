"""Whatever Stripe does, whatever is killed: the money moved is the money decided, to the cent."""

import os
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, select, update

from backoffice.billing.ledger import balance_of
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.stripe_events import sweep_events
from backoffice.billing.stripe_object import EventState, StripeEvent
from backoffice.core import audit
from backoffice.core.case import Case, CaseEvent, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.dev.environment import free_port
from backoffice.dev.sandboxes.stripe import KEY, Misbehaviour, Sandbox
from backoffice.dev.sandboxes.stripe.keys import WHSEC, WHSEC_CONNECT
from backoffice.dev.sandboxes.stripe.state import PLATFORM, START_MINOR
from backoffice.marketplace.order import Order
from tests.chaos.conftest import House
from tests.chaos.dispute_plays import ACCOUNT, PLAYS, Play, fee_of, refused_after_all
from tests.factories.books import books
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.fakes.smtp import Mailbox, mail_server
from tests.fakes.stripe import serving

LONG = bool(os.environ.get("BACKOFFICE_LONG"))
DISPUTES, SECONDS = (200, 600) if LONG else (len(PLAYS), 60)
TROUBLE = Misbehaviour(
    slow=0.1, slow_seconds=0.2, busy=0.05, broken=0.05, lost=0.1, refused=0.05, settle_seconds=0.5,
    late_seconds=1.5, twice=0.3, retry_seconds=0.3,
)  # fmt: skip

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


class Shop(House):
    """The same, and the web server to which Stripe tells its events."""

    modules = House.modules | {"web": "gunicorn -c config/gunicorn.py backoffice:create_app()"}


@pytest.fixture
def sandbox_and_settings():
    """A Stripe that is late, doubles and forgets, and the settings that name it and us."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    sandbox = Sandbox(endpoint=f"{url}/webhooks/stripe", misbehaviour=TROUBLE)
    with serving(sandbox) as stripe_url:
        yield sandbox, {
            "BIND": f"127.0.0.1:{port}", "BASE_URL": url, "WEB_WORKERS": "1",
            "STRIPE_URL": stripe_url, "STRIPE_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WHSEC,
            "STRIPE_CONNECT_WEBHOOK_SECRET": WHSEC_CONNECT,
        }  # fmt: skip


def disturb(house):
    """Kill one of the processes, now and then."""
    if random.random() < 0.1:
        house.herd.kill_one()
    time.sleep(random.uniform(0, 0.1))


def hurry(house):
    """Let the time pass that follows a failure: what failed is tried again at once."""
    with house.session() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.channel == Channel.BILLING,
                OutboxMessage.state == OutboxState.PENDING,
                OutboxMessage.attempts > 0,
                OutboxMessage.leased_until.is_(None),
            )
            .values(available_at=now())
        )
        session.execute(
            update(StripeEvent)
            .where(StripeEvent.state == EventState.PENDING)
            .values(received_at=StripeEvent.received_at - timedelta(hours=1))
        )
        sweep_events(session)


def is_paid(house, play):
    """Tell whether a play's charge is known; its event may have failed, and wait for minutes."""
    if not (found := play.is_paid()):
        hurry(house)
    return found


def is_settled(house, sandbox):
    """Tell whether Stripe has told all, and nothing is owed to it or by it.

    Stripe is looked at before and after: what was owed may have become an event in between.
    """
    seen = len(sandbox.events)
    if not has_told_all(sandbox):
        return False
    hurry(house)
    with house.session() as session:
        owed = select(func.count()).where(
            OutboxMessage.channel == Channel.BILLING, OutboxMessage.state == OutboxState.PENDING
        )
        waiting = select(func.count()).where(StripeEvent.state == EventState.PENDING)
        is_quiet = session.scalar(owed) == session.scalar(waiting) == 0
    return is_quiet and len(sandbox.events) == seen


def has_told_all(sandbox):
    """Tell whether every event was taken, and no refund waits for its end."""
    has_sent = not any(event["pending_webhooks"] for event in sandbox.events)
    return has_sent and not any(one["_ends"] for one in sandbox.state.of_kind("refund"))


def test_the_money_moved_is_the_money_decided(
    fresh_database, tmp_path, short_waits, sandbox_and_settings
):
    sandbox, settings = sandbox_and_settings
    with mail_server(Mailbox()) as smtp_url:
        house = Shop(fresh_database, tmp_path, smtp_url, **settings)
        try:
            plays = begin(house, sandbox)
            for play, (story, _) in plays:
                house.wait_for(lambda play=play: is_paid(house, play), SECONDS)
                story(play)
                disturb(house)
            for _ in range(3):
                house.herd.kill_one()
                time.sleep(random.uniform(0.5, 1))
            house.wait_for(lambda: is_settled(house, sandbox), SECONDS)
            check(house, sandbox, plays)
            decide_again(house, plays)
            house.wait_for(lambda: is_settled(house, sandbox), SECONDS)
            sandbox.clockwork.wait()
            house.wait_for(lambda: is_settled(house, sandbox), SECONDS)
        finally:
            house.stop()
    check(house, sandbox, plays)
    said = f"{house.herd.kills} kills: {len(sandbox.events)} events"
    sys.stdout.write(f"{said}, {len(sandbox.objects('refund'))} refunds\n")


def begin(house, sandbox):
    """Have every order paid; return each with its story."""
    with house.session() as session:
        people = tuple(
            make_staff(session, role=role).actor for role in ("support", "support", "lead")
        )
        sellers = [make_seller(session) for _ in range(3)]
        for seller in sellers:
            seller.stripe_account = ACCOUNT
        session.flush()
        numbers = [seller.id for seller in sellers]
    plays = []
    for number in range(DISPUTES):
        story = PLAYS[number % len(PLAYS)]
        plays.append((Play(house, people, sandbox, numbers[number % 3], **story[1]), story))
        plays[-1][0].pay()
    return plays


def decide_again(house, plays):
    """Decide once more what failed; and for the seller what was refunded, where the story says."""
    for play, (story, _) in plays:
        failed = last_failed(house, play)
        for refund, who in failed:
            play.let_card_work()
            typed = f"{refund.amount_minor // 100},{refund.amount_minor % 100:02d}"
            if refund.kind == RefundKind.GOODWILL:
                play.goodwill(refund.case_id, typed, who=who)
            else:
                play.refund(refund.case_id, typed, who=who)
        if story is refused_after_all and not failed:
            play.protect_after_all()


def last_failed(house, play):
    """Return the refunds that failed and were not decided again, each with its decider's place."""
    with house.session() as session:
        found = refunds_of(session, play)
        last = {one.case_id: one for one in found}.values()
        failed = [one for one in last if one.state == RefundState.FAILED]
        for one in failed:
            is_open_case(session, one)
        return [(one, play.place_of(decision_of(session, one).actor_id)) for one in failed]


def is_open_case(session, refund):
    """Hold that a failure is an open case of whoever decided it, flagged, with its reason."""
    case = session.get_one(Case, refund.case_id)
    assert (case.state, case.resolution) == (State.OPEN, None)
    assert case.assignee_id == decision_of(session, refund).actor_id
    assert "refund_failed" in case.flags
    assert refund.failure_code in ("balance_insufficient", "declined")
    said = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.verb == "refund_failed")
        .order_by(CaseEvent.id)
    ).all()
    assert said[-1].values["why"]["msgid"]
    of_it = of_case(session, case)
    failed = [one for one in of_it if one.state == RefundState.FAILED]
    assert len(said) == len(failed), (
        [(one.at, one.values, one.body) for one in said],
        [(one.id, one.state, one.stripe_id, one.failure_code, one.settled_at) for one in of_it],
    )


def decision_of(session, refund):
    return session.get_one(Decision, refund.decision_id)


def of_case(session, case):
    return session.scalars(select(Refund).where(Refund.case_id == case.id)).all()


def refunds_of(session, play):
    query = select(Refund).where(Refund.order_id == play.order_id).order_by(Refund.id)
    return session.scalars(query).all()


def check(house, sandbox, plays):
    """Compare what moved with what was decided: for every order, and in all."""
    with house.session() as session:
        for play, _ in plays:
            check_order(session, sandbox, play)
        asked = [
            one["metadata"]["refund"]
            for one in (*sandbox.objects("refund"), *sandbox.objects("transfer"))
            if "refund" in one["metadata"]
        ]
        assert max(Counter(asked).values()) == 1
        events = Counter(session.scalars(select(StripeEvent.state)))
        assert events.keys() <= {EventState.APPLIED, EventState.IGNORED}
        assert events.total() == len(sandbox.events)
        dead = OutboxMessage.state == OutboxState.DEAD
        assert session.scalars(select(OutboxMessage.last_error).where(dead)).all() == []
        assert balance_of(session, "517") == sandbox.state.balances[PLATFORM] - START_MINOR
        assert list(audit.verify(session)) == []
    for play, _ in plays:
        last_failed(house, play)


def check_order(session, sandbox, play):
    """Compare one order: at Stripe, in the books and in our own rows."""
    rows = refunds_of(session, play)
    done = {RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELLED}
    assert {one.state for one in rows} <= done
    failed = {one.decision_id for one in rows if one.state == RefundState.FAILED}
    moved = Counter()
    for number, (kind, amount) in play.decided.items():
        moved[kind] += 0 if number in failed else amount
    # What a refund took back of the seller stays with us when its money comes back later.
    kept = 0 if moved["seller"] else sum(one.amount_minor for one in rows if one.stripe_id
                                         and one.state == RefundState.FAILED)  # fmt: skip
    borne = moved["seller"] + kept
    fee_back = (2 * fee_of(play.price) * borne + play.price) // (2 * play.price)

    found = at_stripe(sandbox, play)
    assert found.refunded == moved["seller"] + moved["goodwill"]
    assert found.reversed == borne
    assert found.fee_back == fee_back
    assert found.compensated == moved["compensation"]
    left = books(session, session.get_one(Order, play.order_id))
    assert left.pop("517") == found.balance
    assert left.pop("4671", 0) == -kept
    assert left.pop("654", 0) == moved["goodwill"] + moved["compensation"]
    commission = -left.pop("706200", 0) - left.pop("44571", 0)
    assert commission == fee_of(play.price) - fee_back
    assert left.keys() == {"6278"}


class AtStripe(NamedTuple):
    """What one order moved at Stripe, in cents."""

    refunded: int
    reversed: int
    fee_back: int
    compensated: int
    balance: int  # of ours


def at_stripe(sandbox, play):
    """Add up what Stripe's own objects say of an order."""
    (charge,) = sandbox.objects("charge", id=play.charge)
    refunds = sandbox.objects("refund", charge=play.charge)
    (sent,) = sandbox.objects("transfer", source_transaction=play.charge)
    (fee,) = sandbox.objects("application_fee", originating_transaction=play.charge)
    ours = [one for id in play.transfers() for one in sandbox.objects("transfer", id=id)]
    inside = [*sent["reversals"]["data"], *fee["refunds"]["data"]]
    sources = {one["id"] for one in (charge, sent, fee, *refunds, *ours, *inside)}
    own = sandbox.objects("balance_transaction", owner=PLATFORM)
    moves = [one for one in own if one["source"] in sources]
    refunded = sum(one["amount"] for one in refunds if one["status"] == "succeeded")
    assert charge["amount_refunded"] == refunded
    return AtStripe(
        refunded, sent["amount_reversed"], fee["amount_refunded"],
        sum(one["amount"] for one in ours), sum(one["net"] for one in moves),
    )  # fmt: skip
