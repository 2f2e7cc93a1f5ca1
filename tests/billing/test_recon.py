"""Reconciliation: every move at Stripe beside its entry, and a remainder that says what is not."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backoffice.billing import recon_by_hand, stripe
from backoffice.billing.balance_txns import keep_transactions
from backoffice.billing.ledger import Line, Source, balance_of
from backoffice.billing.month_checks import at_stripe
from backoffice.billing.recon import match, note_balances
from backoffice.billing.recon_model import (
    BalanceSweep,
    ReconBalance,
    ReconMatch,
    StripeBalanceTxn,
)
from backoffice.billing.remainder import remainders
from backoffice.core.clock import now, paris_day
from backoffice.dev.sandboxes.stripe import Misbehaviour
from jobs import billing
from jobs.billing import sweep_balance
from tests.factories.books import check_books
from tests.factories.entries import make_entry
from tests.factories.recon import (
    SELLER,
    listen,
    make_balance_txn,
    play,
    row_of,
    states,
    work,
)
from tests.factories.staff import make_staff


@pytest.fixture(autouse=True)
def in_context(app):
    """Work as jobs do: in the application's context, without a request."""
    with app.app_context():
        yield


@pytest.fixture
def order(sell):
    """An order that is not paid yet, of a seller with an account."""
    order = sell(12_000, 1_440)
    order.seller.stripe_account = SELLER
    return order


def test_after_everything_only_what_no_entry_tells_is_left(session, order, stripe_sandbox):
    play(stripe_sandbox, order.external_id)
    listen(session, stripe_sandbox)
    sweep_balance(session)
    left = session.scalars(select(ReconMatch).where(ReconMatch.state != "matched")).unique().all()
    assert [(one.txn.type, one.state) for one in left] == [("topup", "missing_in_ledger")]
    kinds = set(session.scalars(select(ReconMatch)).unique().all())
    assert {one.txn.type for one in kinds} == {
        "topup", "charge", "transfer", "application_fee", "refund", "transfer_refund",
        "application_fee_refund", "adjustment", "payout", "payout_failure",
    }  # fmt: skip
    balance = session.get_one(ReconBalance, "EUR")
    assert balance.stripe_minor == 0 == balance.txns_minor
    assert balance.ledger_minor == balance_of(session, "517") == -1_000_000


def test_what_was_never_told_is_asked_for(session, order, stripe_sandbox):
    play(stripe_sandbox, order.external_id)
    age(stripe_sandbox)
    sweep_balance(session)
    for _ in range(3):
        work(session)
        sweep_balance(session)
    assert states(session)["missing_in_ledger"] == 1
    row_of(session, state="missing_in_ledger", stripe_minor=1_000_000)


def age(sandbox):
    """Let all have happened a while ago."""
    for one in sandbox.state.objects.values():
        one["created"] -= 3600


def test_a_busy_broken_slow_stripe_is_read_whole_in_the_end(session, order, make_stripe):
    wild = Misbehaviour(
        seed=7, busy=0.2, broken=0.2, slow=0.2, slow_seconds=0.02, settle_seconds=None
    )
    sandbox = make_stripe(wild)
    for _ in range(120):
        sandbox.charge(100)
    tries = 0
    while session.get(BalanceSweep, 1) is None or session.get(BalanceSweep, 1).complete_at is None:
        tries += 1
        with suppress(stripe.StripeUnavailable):
            sweep_balance(session)
        session.expire_all()
        assert tries < 50
    read = session.scalar(select(func.count()).select_from(StripeBalanceTxn))
    assert read == 121


def test_a_sweep_that_breaks_off_goes_on_where_it_was(session, stripe_sandbox, monkeypatch):
    for _ in range(250):
        stripe_sandbox.charge(100)
    monkeypatch.setattr(billing, "PAGES_AT_ONCE", 2)
    sweep_balance(session)
    sweep = session.get_one(BalanceSweep, 1)
    assert (sweep.complete_at, sweep.after is None) == (None, False)
    work(session)
    session.expire_all()
    assert session.get_one(BalanceSweep, 1).complete_at
    assert session.scalar(select(func.count()).select_from(StripeBalanceTxn)) == 251


def test_twice_changes_nothing(session, order, stripe_sandbox):
    play(stripe_sandbox, order.external_id)
    listen(session, stripe_sandbox)
    sweep_balance(session)
    before = states(session)
    sweep_balance(session)
    match(session)
    assert states(session) == before
    check_books(session)


def test_an_amount_that_differs_is_shown_and_mended_by_the_right_entry(session):
    keep(session, 100, "ch_1")
    entry(session, 90, "ch_1")
    match(session)
    row = row_of(session, source_id="ch_1")
    assert (row.state, row.difference_minor) == ("differs", -10)
    entry(session, 100, "ch_1", 2)
    match(session)
    session.expire_all()
    assert row_of(session, txn_id="txn_1").state == "matched"
    assert row_of(session, ledger_minor=90).state == "missing_at_stripe"


def test_a_move_and_an_entry_of_other_names_are_joined_by_hand(session):
    keep(session, 100, "ch_1")
    entry(session, 100, "invoice_1")
    match(session)
    move, alone = row_of(session, source_id="ch_1"), row_of(session, source_id="invoice_1")
    actor = make_staff(session, role="finance").actor
    recon_by_hand.join(session, move, alone, "Facture d’octobre", actor)
    check_books(session)
    assert (states(session), move.difference_minor) == ({"explained": 1}, 0)
    recon_by_hand.open_again(session, move, actor)
    check_books(session)
    assert states(session) == {"missing_in_ledger": 1, "missing_at_stripe": 1}


def test_an_open_month_at_stripe_stays_open(session):
    month = date(2020, 1, 1)
    assert at_stripe(session, month) == []
    keep(session, 100, "ch_1", at=datetime(2020, 1, 20, tzinfo=UTC))
    session.add(BalanceSweep(complete_at=datetime(2020, 1, 31, tzinfo=UTC)))
    match(session)
    assert missing(session, month) == ["read", "matched"]
    session.get_one(BalanceSweep, 1).complete_at = now()
    row, asker = row_of(session, txn_id="txn_1"), make_staff(session, role="finance").actor
    asked = recon_by_hand.ask_adjustment(session, row, "580", "Apport", asker)
    assert missing(session, month) == ["matched", "confirmed"]
    recon_by_hand.confirm_adjustment(session, asked, make_staff(session, role="finance").actor)
    assert missing(session, month) == []
    assert balance_of(session, "517") == 100


def missing(session, month):
    return [one.name for one in at_stripe(session, month) if not one.holds]


MOVES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([-9, -5, 5, 9])), max_size=8)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at_stripe=MOVES, in_books=MOVES, later=MOVES)
def test_the_remainder_is_the_sum_of_what_does_not_match(session, at_stripe, in_books, later):
    savepoint = session.begin_nested()
    try:
        for number, (source, amount) in enumerate(at_stripe):
            keep(session, amount, source, number)
        for number, (source, amount) in enumerate(in_books):
            entry(session, amount, source, number)
        match(session)
        for number, (source, amount) in enumerate(later, start=100):
            entry(session, amount, source, number)
        match(session)
        check_books(session)
        held = sum(amount for _, amount in at_stripe)
        note_balances(session, {"EUR": held})
        (one,) = remainders(session)
        rows = session.scalars(select(ReconMatch)).unique().all()
        left = sum(row.difference_minor for row in rows if row.state != "matched")
        assert one.total_minor == balance_of(session, "517") - held == left
        assert sum(part.amount_minor for part in one.parts) == left
        assert len({row.txn_id for row in rows if row.txn_id}) == len(at_stripe)
        assert len({row.entry_id for row in rows if row.entry_id}) == len(in_books) + len(later)
    finally:
        savepoint.rollback()
        session.expire_all()


def keep(session, amount, source, number=1, at=None):
    second = int((at or now()).timestamp())
    told = make_balance_txn(f"txn_{number}", "charge", amount, source, second)
    keep_transactions(session, [told])


def entry(session, amount, source, number=1):
    return make_entry(
        session, number, lines=(Line("517", amount), Line("471", -amount)),
        source=Source("charge", source), occurred_on=paris_day(now()),
    )  # fmt: skip
