"""The digest by several schedulers at once, and by one that is killed: sent once, by processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from backoffice.core.outbox import OutboxMessage
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.listing import ListingRevision
from backoffice.queues.listings.digest import tell_submissions
from backoffice.queues.listings.model import Digest, DigestLine
from config.settings import ROOT
from tests.factories.decision import decided
from tests.factories.listing import make_listing
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
SUBMISSIONS, LISTINGS, PROCESSES = 6, 5, 3
TELL = """
import sys
from backoffice import create_app
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.queues.listings.digest import tell_submissions

with create_app().app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    with unit_of_work(db.session()) as session:
        print(tell_submissions(session), flush=True)
        if "hang" in sys.argv:
            sys.stdin.readline()
"""


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def decided_listings(open_session):
    """Submissions of several sellers, all decided."""
    with open_session() as session, unit_of_work(session):
        lead = make_staff(session, role="lead").actor
        for _ in range(SUBMISSIONS):
            seller = make_seller(session)
            for _ in range(LISTINGS):
                decided(session, make_listing(session, seller).case, "approve", actor=lead)


@pytest.fixture
def teller(fresh_database) -> Iterator:
    """Return a function that starts a process which tells when its input says so."""
    running: list[subprocess.Popen] = []

    def start(*args: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", TELL, *args],
            env={**os.environ, "DATABASE_URL": fresh_database},
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def go(process: subprocess.Popen) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


def told(session) -> tuple[int, int, int, int]:
    """Return how many e-mails, digests, lines and untold revisions there are."""
    mails = select(func.count()).where(OutboxMessage.event == "listing.decided")
    untold = select(func.count()).where(ListingRevision.untold_decision_id.is_not(None))
    counts = [select(func.count()).select_from(one) for one in (Digest, DigestLine)]
    return tuple(session.scalar(one) for one in (mails, *counts, untold))


def test_several_at_once_tell_each_submission_once(open_session, decided_listings, teller):
    processes = [teller() for _ in range(PROCESSES)]
    for process in processes:
        go(process)
    said = [int(process.communicate(timeout=30)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sum(said) == SUBMISSIONS
    with open_session() as session:
        assert told(session) == (SUBMISSIONS, SUBMISSIONS, SUBMISSIONS * LISTINGS, 0)


def test_one_that_is_killed_before_its_commit_has_told_nothing(
    open_session, decided_listings, teller
):
    first = teller("hang")
    go(first)
    assert first.stdout.readline() == f"{SUBMISSIONS}\n"
    with open_session() as session, unit_of_work(session):
        assert tell_submissions(session) == 0  # locked: not waited for, not told twice
    first.send_signal(signal.SIGKILL)
    first.wait()
    with open_session() as session, unit_of_work(session):
        assert tell_submissions(session) == SUBMISSIONS
    with open_session() as session:
        assert told(session) == (SUBMISSIONS, SUBMISSIONS, SUBMISSIONS * LISTINGS, 0)
