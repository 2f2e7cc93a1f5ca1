"""Claims a second through `claim_next`, against the bare SQLAlchemy Core statement."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from backoffice.core.claim import claim_next
from backoffice.core.permissions import Actor
from backoffice.core.queue import register
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.queues import REGISTRY

BARE = text(
    "update cases set holder_id = :staff, lease_until = now() + interval '15 minutes' where id = ("
    "select id from cases where queue = 'registrations' and state = 'open' and "
    "(lease_until is null or lease_until < now()) order by due_at, rank, id limit 1 "
    "for update skip locked) returning id"
)
SECONDS = 4.0
HELD_MAX = 5  # what one person may hold: a client takes the next person's hands then
PEOPLE_EACH = 5_000
LEAD = frozenset({"lead"})
PEOPLE = text("""
insert into staff (id, email, name, created_at)
select n, 'bench' || n || '@example.com', 'Bench ' || n, now()
from generate_series(1, cast(:last as int)) n on conflict do nothing
""")


def bare(url: str, staff: int, seconds: float) -> list[int]:
    """Claim with one statement a transaction."""
    taken: list[int] = []
    ends_at = time.monotonic() + seconds
    with create_engine(url).connect() as connection:
        while time.monotonic() < ends_at:
            who = {"staff": staff + len(taken) // HELD_MAX}
            taken.append(connection.execute(BARE, who).scalar_one())
            connection.commit()
    return taken


def ours(url: str, staff: int, seconds: float) -> list[int]:
    """Claim as the desk does, one unit of work each."""
    taken: list[int] = []
    ends_at = time.monotonic() + seconds
    with WorkSession(create_engine(url)) as session:
        while time.monotonic() < ends_at:
            actor = Actor("staff", staff + len(taken) // HELD_MAX, "bench", LEAD)
            with unit_of_work(session):
                case = claim_next(session, "registrations", actor)
                assert case is not None
                taken.append(case.id)
    return taken


def measure(
    url: str, clients: int, claims: Callable[[str, int, float], list[int]]
) -> tuple[float, int]:
    """Return claims a second over all clients, and how many cases were given twice."""
    _set_free(url)
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        found = pool.starmap(claims, [(url, 1 + n * PEOPLE_EACH, SECONDS) for n in range(clients)])
    counts = Counter(case for taken in found for case in taken)
    return sum(counts.values()) / SECONDS, sum(n - 1 for n in counts.values())


def _set_free(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("update cases set holder_id = null, lease_until = null "
                                "where holder_id is not null"))  # fmt: skip
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze cases"))


def report(url: str) -> list[dict[str, Any]]:
    """Measure with 1, 8 and 32 clients; the aim is 0.8 of the bare statement."""
    register(REGISTRY)  # as the factory does, which is not asked here
    rows = []
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(PEOPLE, {"last": 32 * PEOPLE_EACH})
    for clients in (1, 8, 32):
        limit, _ = measure(url, clients, bare)
        rate, twice = measure(url, clients, ours)
        rows.append(
            {"clients": clients, "bare": round(limit), "ours": round(rate),
             "ratio": round(rate / limit, 2), "given twice": twice}
        )  # fmt: skip
    return rows
