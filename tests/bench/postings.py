"""Postings a second, one entry of three lines each, against raw SQL, Core and two other ledgers.

Everything runs on one server, in rounds that alternate; what counts is a ratio within one run.
django-hordak and python-accounting live in an environment that is made for the run.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from config.settings import ROOT
from tests.bench.ledgers.pace import BATCH

SECONDS = float(os.environ.get("BENCH_POSTING_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_POSTING_ROUNDS", "5"))
CLIENTS = (1, 8)
OURS = ("raw", "core", "ours")
BATCHES = ("copy", "batch")
PEERS = ("hordak", "python_accounting")
# The second asks for a driver of MySQL, which needs a compiler: what it uses is named by hand.
INSTALLED = (
    ("django-hordak>=2.0", "psycopg[binary]", "sqlalchemy>=2.1,<2.2", "python-dateutil"),
    ("--no-deps", "python-accounting==2.0.0"),
)


class Way(NamedTuple):
    """A program that posts, the Python that runs it, and the database it has."""

    name: str
    python: str
    url: str

    def begin(self, wanted: str) -> subprocess.Popen[str]:
        """Start a client."""
        return subprocess.Popen(
            [self.python, "-m", f"tests.bench.ledgers.{self.name}", self.url, wanted],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip


def rate(way: Way, clients: int) -> float:
    """Return how many entries a second all clients post together, all of them ready first."""
    running = [way.begin(str(SECONDS)) for _ in range(clients)]
    if any(_says(client) != "ready" for client in running):
        raise RuntimeError(f"{way.name} does not begin")
    for client in running:
        client.stdin.write("\n")
        client.stdin.flush()
    posted = sum(int(_says(client)) for client in running)
    for client in running:
        client.communicate()
    return posted / SECONDS


def report(databases: Callable[[str], Any]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield the tables; `databases(source)` is a context with the address of a new database."""
    with ExitStack() as stack:
        url = stack.enter_context(databases(""))
        ways = [Way(name, sys.executable, url) for name in OURS]
        python = _install(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        for name in PEERS if python else ():
            peer = Way(name, python, stack.enter_context(databases("template1")))
            if peer.begin("prepare").wait():
                print(f"{name} skipped: it cannot make its tables")
            else:
                ways.append(peer)
        for clients in CLIENTS:
            yield f"Postings a second, {clients} at once", _table(ways, clients, "ours")
        ways = [Way(name, sys.executable, url) for name in BATCHES]
        yield f"Batches of {BATCH:,} postings a second", _table(ways, 1, "batch")


def _table(ways: list[Way], clients: int, ours: str) -> list[dict[str, object]]:
    found: dict[str, list[float]] = {way.name: [] for way in ways}
    for way in ways:
        rate(way, clients)  # so that tables are not empty when they are first planned for
    for _ in range(ROUNDS):
        for way in ways:
            _tidy(way.url)
            found[way.name].append(rate(way, clients))
    return [
        {
            "way": name,
            "a second": round(statistics.median(rates), 1),
            "from": round(min(rates), 1),
            "to": round(max(rates), 1),
            "ours is": f"{_ratio(found[ours], rates):.2f} ×",
        }
        for name, rates in found.items()
    ]


def _ratio(ours: list[float], others: list[float]) -> float:
    """Return the median of the ratios round by round: what else runs here weighs on both."""
    return statistics.median(one / other for one, other in zip(ours, others, strict=True))


def _tidy(url: str) -> None:
    """Do what autovacuum would, which a scratch server has not."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("vacuum analyze"))


def _says(client: subprocess.Popen[str]) -> str:
    return client.stdout.readline().strip()


def _install(home: Path) -> str:
    """Install the peers apart from the program; returns their Python, or nothing aloud."""
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    for wanted in INSTALLED:
        words = [python, "-m", "pip", "install", "-q", *wanted]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"peers skipped: pip cannot install {wanted}: {done.stderr.strip()[-200:]}")
            return ""
    return python
