"""Leases on outbox rows: who may take one, and what becomes of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from backoffice.core.clock import now
from backoffice.core.lease import (
    bury,
    is_lease_ending,
    lease,
    lease_length,
    mark_failed,
    mark_sent,
    put_off,
    ready_channels,
    release,
    wait_after,
)
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState, put_work
from tests.factories.outbox import make_endpoint, make_mail, make_webhook

HOUR = timedelta(hours=1)


@pytest.fixture
def row(session) -> OutboxMessage:
    """One e-mail that is owed; a webhook stands beside it, so that a loose query shows."""
    make_webhook(session, make_endpoint(session, "https://boutique.example/"))
    return make_mail(session)


def take(session) -> list[OutboxMessage]:
    """Lease whatever e-mail is ready."""
    return lease(session, Channel.MAIL, 10)


@pytest.mark.parametrize("off", ["", "hashjoin mergejoin hashagg material memoize sort"])
def test_no_more_are_taken_than_asked_for_whatever_the_plan(session, off):
    """A nested loop runs a sub-select with a limit again for each row, and takes all of them."""
    for number in range(7):
        put_work(session, Channel.BILLING, "stripe.apply", {"event_id": f"evt_{number}"})
    session.flush()
    for name in off.split():
        session.execute(text(f"set local enable_{name} = off"))
    taken = [lease(session, Channel.BILLING, limit) for limit in (1, 2, 10)]
    assert [len(rows) for rows in taken] == [1, 2, 4]
    names = [row.payload["event_id"] for rows in taken for row in rows]
    assert names == [f"evt_{number}" for number in range(7)]


def end_lease(session, row) -> None:
    """Let the lease of a row have ended."""
    past = now() - timedelta(seconds=1)
    session.execute(
        update(OutboxMessage).values(leased_until=past).where(OutboxMessage.id == row.id)
    )


def test_a_row_is_taken_once(session, row):
    (taken,) = take(session)
    assert taken.id == row.id
    assert taken.attempts == 1
    assert taken.taken_at is not None
    assert timedelta() < taken.leased_until - now() <= lease_length()
    assert take(session) == []


def test_a_row_is_taken_again_when_its_lease_ends(session, row):
    (first,) = take(session)
    before = first.taken_at
    end_lease(session, row)
    (second,) = take(session)
    assert second.attempts == 2
    assert second.taken_at == before


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD])
def test_a_settled_row_is_not_taken(session, row, state):
    row.state = state
    session.flush()
    assert take(session) == []


def test_what_may_still_be_undone_is_not_taken(session, row):
    row.available_at = now() + timedelta(seconds=5)
    session.flush()
    assert take(session) == []


def test_rows_come_in_the_order_they_became_ready(session):
    late, early = (make_mail(session, available_at=now() - h * HOUR) for h in (1, 2))
    assert [one.id for one in lease(session, Channel.MAIL, 1)] == [early.id]
    assert [one.id for one in take(session)] == [late.id]


def test_only_channels_with_something_ready_are_named(session, row):
    names = [Channel.MAIL, Channel.WEBHOOK, Channel.CHECKS]
    assert ready_channels(session, names) == ["mail", "webhook"]
    take(session)
    assert ready_channels(session, names) == ["webhook"]
    put_work(session, Channel.CHECKS, "checks.run", {"case_id": 1})
    session.flush()
    assert ready_channels(session, names) == ["webhook", "checks"]


def test_sent_is_final_and_keeps_the_copy(session, row):
    (taken,) = take(session)
    mark_sent(session, taken, {"subject": "Bonjour"})
    session.refresh(row)
    assert (row.state, row.sent_copy, row.leased_until) == ("sent", {"subject": "Bonjour"}, None)
    assert row.sent_at is not None


def test_a_failure_waits_longer_each_time(session, row):
    for expected in (30, 120, 600):
        (taken,) = take(session)
        again_at = mark_failed(session, taken, "451 later")
        assert abs((again_at - now()).total_seconds() - expected) < 5
        session.refresh(row)
        assert (row.state, row.last_error, row.available_at) == ("pending", "451 later", again_at)
        row.available_at = now()
        session.flush()


def test_retry_at_is_kept_when_it_is_later(session, row):
    (taken,) = take(session)
    later = now() + 2 * HOUR
    assert mark_failed(session, taken, "503", retry_at=later) == later


def test_three_days_of_waits_end_in_death(session, row):
    waits = [wait_after(number) for number in range(1, 13)]
    assert waits[-1] is None
    assert timedelta(days=2) < sum(waits[:-1], timedelta()) <= timedelta(days=3)
    (taken,) = take(session)
    taken.attempts = 12
    assert mark_failed(session, taken, "550 still not") is None
    session.refresh(row)
    assert (row.state, row.last_error) == ("dead", "550 still not")


def test_a_buried_row_says_why(session, row):
    (taken,) = take(session)
    bury(session, taken, "x" * 2000)
    session.refresh(row)
    assert row.state == "dead"
    assert len(row.last_error) == 500


def test_giving_back_counts_no_attempt(session, row):
    release(session, take(session))
    session.refresh(row)
    assert (row.attempts, row.leased_until) == (0, None)
    release(session, take(session), until=now() + HOUR, error="mail server: away")
    session.refresh(row)
    assert row.last_error == "mail server: away"
    assert take(session) == []


def test_a_drain_that_came_too_late_is_not_heard(session, row):
    (first,) = take(session)
    session.expunge(first)
    end_lease(session, row)
    (second,) = take(session)
    for settle in (mark_sent, mark_failed, bury):
        settle(session, first, "late")
    session.refresh(second)
    assert (second.state, second.attempts) == ("pending", 2)
    assert second.lease_token != first.lease_token


def test_a_lease_near_its_end_starts_nothing(session, row):
    (taken,) = take(session)
    assert not is_lease_ending(taken)
    taken.leased_until = now() + lease_length() / 4
    assert is_lease_ending(taken)


def test_rows_behind_one_that_failed_wait_with_it(session):
    endpoint, other = (make_endpoint(session, f"https://{n}.example/") for n in "ab")
    rows = [make_webhook(session, one, uid=uuid4()) for one in (endpoint, endpoint, other)]
    not_yet = make_webhook(session, endpoint, available_at=now() + timedelta(minutes=1))
    until = now() + HOUR
    put_off(session, Channel.WEBHOOK, until, OutboxMessage.endpoint_id == endpoint.id)
    for one in (*rows, not_yet):
        session.refresh(one)
    assert [one.available_at == until for one in (*rows, not_yet)] == [True, True, False, False]
