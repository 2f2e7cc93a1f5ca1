"""E-mails a second to a mail server on loopback: our drain against one RQ job per message."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.worker import BaseWorker
from sqlalchemy import delete, func, select

from backoffice import create_app
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.work import unit_of_work
from backoffice.dev.environment import free_port, is_free
from backoffice.extensions import db
from backoffice.notify.message import compose
from config.settings import get_settings
from jobs.drain import drain
from jobs.smtp import Connection
from tests.factories.outbox import make_mail

MAILS = 1000
FORKED_MAILS = 200  # a fork a message is slow: fewer say as much
_kept: list[Flask] = []


def send_one(number: int) -> None:
    """Do what a job per message does: take its row, connect, send, write that down."""
    with _kept[0].app_context():
        session = db.session()
        with unit_of_work(session):
            row = session.get_one(OutboxMessage, number)
        with Connection(get_settings().smtp_url) as connection:
            letter = compose(row)
            connection.send(letter)
        with unit_of_work(session):
            row.state, row.sent_copy = OutboxState.SENT, letter.copy


def by_drain() -> None:
    """Send everything as the product does."""
    with _kept[0].app_context():
        while _owed():
            drain(Channel.MAIL)


def by_jobs(kind: type[BaseWorker]) -> Callable[[], None]:
    """Return what does the jobs that wait, one message each."""

    def work() -> None:
        with Redis.from_url(get_settings().redis_url) as redis:
            kind(["bench"], connection=redis).work(burst=True, logging_level="ERROR")

    return work


def _owed() -> int:
    session = db.session()
    with unit_of_work(session):
        pending = OutboxMessage.state == OutboxState.PENDING
        return session.scalar(select(func.count()).select_from(OutboxMessage).where(pending)) or 0


def _owe(mails: int, *, as_jobs: bool) -> None:
    with _kept[0].app_context(), unit_of_work(db.session()) as session:
        session.execute(delete(OutboxMessage))
        rows = [make_mail(session).id for _ in range(mails)]
    with Redis.from_url(get_settings().redis_url) as redis:
        redis.flushdb()
        if as_jobs:
            queue = Queue("bench", connection=redis)
            queue.enqueue_many([Queue.prepare_data(send_one, (row,)) for row in rows])


def measure(mails: int, send: Callable[[], None], *, as_jobs: bool) -> float:
    """Return how many mails a second left."""
    _owe(mails, as_jobs=as_jobs)
    with _kept[0].app_context():
        db.engine.dispose()  # a forked worker must not share our connections
    started_at = time.monotonic()
    send()
    seconds = time.monotonic() - started_at
    with _kept[0].app_context():
        assert _owed() == 0
    return mails / seconds


@contextmanager
def mail_server() -> Iterator[str]:
    """Yield the address of a server, a process of its own, that throws every mail away."""
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=_swallow, args=(port,))
    server.start()
    try:
        while is_free(port):
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.join()


def _swallow(port: int) -> None:
    async def serve() -> None:
        factory = partial(SMTP, Sink(), hostname="localhost")
        server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())


def report(url: str, redis_url: str) -> list[dict[str, Any]]:
    """Measure each way once, on a database and a Redis of ours."""
    with mail_server() as smtp_url:
        os.environ |= {"DATABASE_URL": url, "REDIS_URL": redis_url, "SMTP_URL": smtp_url}
        get_settings.cache_clear()
        _kept[:] = [create_app()]
        ways = (
            ("drain, one connection", MAILS, by_drain, False),
            ("one job each, no fork", MAILS, by_jobs(SimpleWorker), True),
            ("one job each, forked", FORKED_MAILS, by_jobs(Worker), True),
        )
        rates = {name: measure(n, send, as_jobs=jobs) for name, n, send, jobs in ways}
    ours = rates[ways[0][0]]
    return [
        {"way": name, "mails a second": round(rate), "ours is": f"{ours / rate:.1f} ×"}
        for name, rate in rates.items()
    ]
