"""`python -m jobs.worker [queue…]`: does the jobs of these queues, earlier queues first.

One process, no fork per job: the application is built once. A killed worker loses nothing, since
every job only looks into PostgreSQL for what is owed.
"""

import logging
import signal
import sys
import time
from types import FrameType
from typing import Any

from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis
from redis.exceptions import TimeoutError as SlowRedis
from rq import SimpleWorker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from backoffice import create_app
from backoffice.core.outbox import Channel
from jobs.process import set_up_log
from jobs.wake import connect

log = logging.getLogger(__name__)

QUEUES = (
    Channel.BILLING,
    Channel.MAIL,
    Channel.WEBHOOK,
    Channel.CHECKS,
    Channel.TRANSPARENCY,
)
SEEN_SECONDS = 30  # between two signs of life of an idle worker, at most
PAUSE_SECONDS = 0.5  # before a Redis that is away is tried again


class Worker(SimpleWorker):
    """A worker whose jobs each run in an application context of their own."""

    max_connection_wait_time = 5.0
    is_ending = False

    def __init__(self, app: Flask, queues: list[str], redis: Redis) -> None:
        super().__init__(
            queues,
            connection=redis,
            worker_ttl=SEEN_SECONDS,
            serializer=JSONSerializer,
            log_job_description=False,
        )
        self.app = app

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:
        """Do one job; its database session ends with the context."""
        with self.app.app_context():
            return super().perform_job(job, queue, execution)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Give a sign of life; if Redis was emptied since, say again who we are."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)

    def request_stop(self, signum: Any, frame: Any) -> None:
        """End after the job at hand, at SIGTERM or SIGINT."""
        self.is_ending = True
        super().request_stop(signum, frame)

    def subscribe(self) -> None:
        """Take no orders through Redis: signals are enough."""


def work(app: Flask, queues: list[str]) -> None:
    """Work until told to stop; while Redis is away, wait for it."""
    end_when_told()
    try:
        while not _work_while_redis_is_there(app, queues):
            time.sleep(PAUSE_SECONDS)
    except StopRequested:
        return


def _work_while_redis_is_there(app: Flask, queues: list[str]) -> bool:
    """Return whether the end was asked for."""
    worker = None
    try:
        worker = Worker(app, queues, connect())
        worker.work(logging_level="WARNING")
    except (NoRedis, SlowRedis) as error:
        log.warning("no Redis: %s", error)
    finally:
        end_when_told()
    return worker is not None and worker.is_ending


def end_when_told() -> None:
    """Take signals ourselves, as long as no worker of RQ's takes them."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def main() -> None:
    """Work on the queues named, or on all that share a worker."""
    set_up_log()
    work(create_app(), sys.argv[1:] or [*QUEUES])


if __name__ == "__main__":
    main()
