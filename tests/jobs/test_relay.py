"""Wake-ups: one while one waits, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from rq import Queue

from backoffice.core.outbox import Channel, put_work
from jobs import wake as waking
from jobs.drain import DRAINS, longest_seconds
from jobs.relay import relay
from jobs.schedule import resolve
from tests.factories.outbox import make_mail

NOON = datetime(2026, 6, 9, 12, 0, 5, tzinfo=UTC)
SLOT = int(NOON.timestamp()) // 10


@pytest.fixture
def redis(app, redis_url):
    """An empty Redis."""
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture(autouse=True)
def one_slot(monkeypatch):
    """The clock of wake-ups stands still."""
    monkeypatch.setattr(waking, "now", lambda: NOON)


def waiting(redis, channel=Channel.MAIL):
    """Return the ids of the jobs that wait on a channel's queue."""
    return Queue(channel, connection=redis).get_job_ids()


def test_nothing_owed_wakes_nobody(session, redis):
    relay(redis)
    assert [waiting(redis, channel) for channel in DRAINS] == [[] for _ in DRAINS]


def test_each_channel_with_work_is_woken_once(session, redis):
    make_mail(session)
    put_work(session, Channel.CHECKS, "checks.run", {"case_id": 1})
    session.flush()
    for _ in range(3):
        relay(redis)
    assert waiting(redis, Channel.MAIL) == [f"drain-mail-{SLOT}"]
    assert waiting(redis, Channel.CHECKS) == [f"drain-checks-{SLOT}"]
    assert waiting(redis, Channel.WEBHOOK) == []


def test_an_emptied_redis_is_filled_again(session, redis):
    make_mail(session)
    relay(redis)
    redis.flushdb()
    relay(redis)
    assert len(waiting(redis)) == 1


def test_a_killed_worker_is_replaced_in_the_next_slot(session, redis, monkeypatch):
    make_mail(session)
    relay(redis)
    Queue(Channel.MAIL, connection=redis).pop_job_id()  # taken by a worker that never came back
    relay(redis)
    assert waiting(redis) == []
    monkeypatch.setattr(waking, "now", lambda: NOON + timedelta(seconds=10))
    relay(redis)
    assert waiting(redis) == [f"drain-mail-{SLOT + 1}"]


def test_a_wake_up_carries_names_alone(session, redis):
    make_mail(session)
    relay(redis)
    (job,) = Queue(Channel.MAIL, connection=redis, serializer=waking.JSONSerializer).get_jobs()
    assert (job.func_name, job.args) == ("jobs.drain.drain", ["mail"])
    assert resolve(job.func_name)
    assert job.timeout == longest_seconds()
    assert 0 < redis.ttl(job.key) <= waking.UNHEARD_SECONDS
