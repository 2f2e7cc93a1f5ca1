"""Many processes decide at once: no case twice, none lost, the audit whole."""

import multiprocessing
import os
from collections import Counter

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from backoffice.core import audit
from backoffice.core.case import Case, State
from backoffice.core.claim import claim_next
from backoffice.core.decide import decide
from backoffice.core.decision import Decision
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import Actor
from backoffice.core.refusal import Stale, Taken
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.queues.registrations.traceability import ITEMS
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff

LONG = os.environ.get("BACKOFFICE_LONG") == "1"
PROCESSES, CASES = (32, 500) if LONG else (8, 100)
APPROVAL = {f"trace_{i}": "verified" for i in ITEMS} | {f"why_{i}": "Vu." for i in ITEMS}

pytestmark = pytest.mark.chaos


def decide_until_empty(url: str, actor: Actor, results) -> None:
    """Take the next case and approve it, until there is none; report what was decided."""
    engine = create_engine(url, poolclass=NullPool)
    done = []
    while True:
        with WorkSession(engine) as session, unit_of_work(session):
            case = claim_next(session, "registrations", actor)
            if case is None:
                break
            reference, version = case.reference, case.version
        with WorkSession(engine) as session, unit_of_work(session):
            decide(session, reference, "approve", actor=actor, data=APPROVAL, version=version)
            done.append(reference)
    results.put(done)


def approve_this(url: str, actor: Actor, reference: str, barrier, results) -> None:
    """Approve one given case at the same moment as everybody else."""
    engine = create_engine(url, poolclass=NullPool)
    barrier.wait()
    try:
        with WorkSession(engine) as session, unit_of_work(session):
            decide(session, reference, "approve", actor=actor, data=APPROVAL, version=1)
        results.put("decided")
    except (Stale, Taken) as refusal:
        results.put(type(refusal).__name__)


@pytest.fixture
def database(app, fresh_database):
    """A database with the cases to decide, and one person per process."""
    engine = create_engine(fresh_database, poolclass=NullPool)
    with WorkSession(engine) as session, unit_of_work(session):
        for _ in range(CASES):
            make_registration(session)
        people = [make_staff(session, role="moderator") for _ in range(PROCESSES)]
        session.flush()
        actors = [person.actor for person in people]
    yield fresh_database, engine, actors
    engine.dispose()


def run(target, calls):
    """Run one process per call and return what each reported."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    processes = [context.Process(target=target, args=(*call, results)) for call in calls]
    for process in processes:
        process.start()
    found = [results.get(timeout=240) for _ in processes]
    for process in processes:
        process.join(timeout=30)
    return found


def test_every_case_is_decided_exactly_once(database):
    url, engine, actors = database
    found = run(decide_until_empty, [(url, actor) for actor in actors])
    decided = Counter(reference for done in found for reference in done)
    assert set(decided.values()) == {1}
    assert len(decided) == CASES
    with WorkSession(engine) as session:
        cases = select(func.count()).where(Case.state == State.CLOSED)
        assert session.scalar(cases) == CASES
        assert session.scalar(select(func.count()).select_from(Decision)) == CASES
        mails = select(func.count()).where(OutboxMessage.event == "registration.approved")
        assert session.scalar(mails.where(OutboxMessage.channel == "mail")) == CASES
        assert list(audit.verify(session)) == []


def test_one_case_posted_by_all_at_once_is_decided_once(database):
    url, engine, actors = database
    with WorkSession(engine) as session, unit_of_work(session):
        reference = claim_next(session, "registrations", actors[0]).reference
    barrier = multiprocessing.get_context("fork").Barrier(PROCESSES, timeout=120)
    found = run(approve_this, [(url, actors[0], reference, barrier) for _ in actors])
    assert Counter(found) == {"decided": 1, "Stale": PROCESSES - 1}
