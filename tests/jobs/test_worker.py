"""A worker, in this process, on a real Redis."""

import signal

import pytest
from redis import Redis
from rq import Worker as AnyWorker
from rq.exceptions import StopRequested

from jobs.relay import relay
from jobs.wake import wake
from jobs.worker import QUEUES, Worker
from tests.factories.outbox import make_mail
from tests.fakes.smtp import Mailbox, mail_server


@pytest.fixture
def redis(app, redis_url):
    """An empty Redis."""
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def worker(app, redis):
    """A worker that has registered; the signals it takes are given back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield Worker(app, [*QUEUES], redis)
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_what_is_owed_leaves_through_relay_and_worker(session, redis, worker, change_settings):
    box = Mailbox()
    rows = [make_mail(session) for _ in range(3)]
    with mail_server(box) as url:
        change_settings(smtp_url=url)
        relay(redis)
        worker.work(burst=True, logging_level="WARNING")
    assert box.ids == [f"<{row.uid}@marjolaine.example>" for row in rows]
    assert redis.keys("rq:job:*") == []


def test_a_job_that_fails_does_not_end_the_worker(session, redis, worker, caplog):
    wake(redis, "no-such-channel")
    make_mail(session)
    failing = Worker(worker.app, ["no-such-channel"], redis)
    assert failing.work(burst=True, logging_level="WARNING")
    assert "KeyError" in caplog.text


def test_a_worker_is_seen_again_after_redis_was_emptied(redis, worker):
    worker.register_birth()
    assert len(AnyWorker.all(connection=redis)) == 1
    redis.flushdb()
    assert AnyWorker.all(connection=redis) == []
    worker.heartbeat()
    (seen,) = AnyWorker.all(connection=redis)
    assert sorted(seen.queue_names()) == sorted(QUEUES)
    assert 0 < redis.ttl(worker.key) <= 90


def test_a_signal_ends_an_idle_worker(worker):
    with pytest.raises(StopRequested):
        worker.request_stop(signal.SIGTERM, None)
    assert worker.is_ending
