"""Work asked for in a transaction: checks that answer, fail and come back, pages of documents."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from backoffice.core.case import CaseEvent, State
from backoffice.core.checks import Check, CheckEvidence, Finding, Outcome, results_of
from backoffice.core.clock import now
from backoffice.core.files import PagesState, keep
from backoffice.core.open import ask_checks
from backoffice.core.outbox import Channel, OutboxMessage, put_work
from backoffice.core.queue import QUEUES
from backoffice.core.text import text as say
from backoffice.core.uploads import admit
from jobs.drain import drain
from tests.factories.registration import make_registration
from tests.fakes.documents import pdf

SOON = timedelta(minutes=20)


def finding(outcome: Outcome, **more) -> Finding:
    """Return what a check found."""
    return Finding(outcome, say("Found %(outcome)s.", outcome=outcome.value), **more)


@pytest.fixture
def run(session, app, monkeypatch):
    """Return a function that opens a registration and runs these checks on it."""

    def run_checks(**checks):
        asked = tuple(Check(name, name.title(), check) for name, check in checks.items())
        queue = replace(QUEUES["registrations"], checks=asked)
        monkeypatch.setitem(QUEUES, "registrations", queue)
        case = make_registration(session, documents=[]).case
        session.execute(delete(OutboxMessage))
        ask_checks(session, queue, case)
        session.flush()
        drain(Channel.CHECKS)
        session.refresh(case)
        return case

    return run_checks


def results(session, case):
    """Return the outcome of each check of a case."""
    return {one.name: one.outcome for one in results_of(session, case)}


def owed(session, case):
    """Return the runs of checks that a case still has coming."""
    rows = select(OutboxMessage).where(
        OutboxMessage.case_id == case.id,
        OutboxMessage.event == "checks.run",
        OutboxMessage.state == "pending",
    )
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def told(session, case):
    """Return how often the timeline says that the checks ran."""
    lines = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.verb == "checks_done")
    return len(session.scalars(lines).all())


def test_a_run_keeps_each_result_and_names_the_worst(session, run):
    case = run(
        good=lambda *_: finding(Outcome.PASS),
        bad=lambda *_: finding(Outcome.FAIL, evidence=b"{}"),
        odd=lambda *_: finding(Outcome.WARN),
    )
    assert results(session, case) == {"good": "pass", "bad": "fail", "odd": "warn"}
    assert case.check_counts == {"pass": 1, "fail": 1, "warn": 1}
    assert case.check_worst == "fail"
    assert case.check_headline == {"msgid": "Found %(outcome)s.", "values": {"outcome": "fail"}}
    assert told(session, case) == 1
    assert owed(session, case) == []


def test_a_check_decides_nothing(session, run):
    case = run(bad=lambda *_: finding(Outcome.FAIL))
    assert (case.version, case.state) == (1, State.OPEN)


def test_the_check_sees_case_and_subject(session, run):
    seen = []
    case = run(look=lambda *given: seen.append(given[1:]) or finding(Outcome.PASS))
    assert [(one.id, subject.id) for one, subject in seen] == [(case.id, case.subject_id)]


def test_a_check_that_raises_is_unavailable_and_comes_back(session, run):
    def broken(*_):
        raise ZeroDivisionError

    case = run(broken=broken, good=lambda *_: finding(Outcome.PASS))
    assert results(session, case) == {"broken": "unavailable", "good": "pass"}
    (again,) = owed(session, case)
    assert again.payload == {"case_id": case.id, "names": ["broken"]}
    assert again.available_at > now() + timedelta(minutes=50)


def test_a_check_that_breaks_its_transaction_harms_no_other(session, run):
    case = run(
        broken=lambda session, *_: session.execute(text("select 1 / 0")),
        good=lambda *_: finding(Outcome.PASS),
    )
    assert results(session, case) == {"broken": "unavailable", "good": "pass"}


def test_an_unavailable_register_is_asked_again(session, run):
    answers = iter(
        [finding(Outcome.UNAVAILABLE, retry_at=now() + SOON)] * 2 + [finding(Outcome.PASS)]
    )
    asked = []
    case = run(
        register=lambda *_: next(answers),
        other=lambda *_: asked.append(1) or finding(Outcome.PASS),
    )
    for outcome, lines in (("unavailable", 1), ("pass", 2)):
        (again,) = owed(session, case)
        assert again.available_at > now() + SOON / 2
        again.available_at = now()
        session.flush()
        drain(Channel.CHECKS)
        assert results(session, case)["register"] == outcome
        assert told(session, case) == lines
    session.refresh(case)
    assert case.check_counts == {"pass": 2}
    assert owed(session, case) == []
    assert len(asked) == 1


def test_a_second_run_replaces_the_results(session, run):
    answers = iter([finding(Outcome.FAIL, evidence=b"no", part="a"), finding(Outcome.PASS)])
    case = run(look=lambda *_: next(answers))
    evidence = select(CheckEvidence.name, CheckEvidence.part, CheckEvidence.body)
    assert session.execute(evidence).all() == [("look", "a", b"no")]
    put_work(session, Channel.CHECKS, "checks.run", {"case_id": case.id})
    session.flush()
    drain(Channel.CHECKS)
    assert results(session, case) == {"look": "pass"}
    assert session.execute(evidence).all() == []
    session.refresh(case)
    assert (case.check_counts, case.check_worst, case.check_headline) == ({"pass": 1}, "pass", None)


def test_a_closed_case_is_left_alone(session, run):
    asked = []
    case = run(look=lambda *_: asked.append(1) or finding(Outcome.PASS))
    case.state, case.resolution = State.CLOSED, "approved"
    put_work(session, Channel.CHECKS, "checks.run", {"case_id": case.id})
    session.flush()
    drain(Channel.CHECKS)
    assert len(asked) == 1


def test_work_that_fails_waits_and_holds_up_no_other(session, app, files_dir):
    lost = put_work(session, Channel.CHECKS, "no.such_work", {})
    attachment = keep(session, admit("kbis.pdf", "application/pdf", pdf()), kind="kbis",
                      uploaded_by="api")  # fmt: skip
    done = put_work(session, Channel.CHECKS, "pages.render", {"attachment_id": attachment.id})
    session.flush()
    drain(Channel.CHECKS)
    for row in (lost, done, attachment):
        session.refresh(row)
    assert (lost.state, done.state) == ("pending", "sent")
    assert "no.such_work" in lost.last_error
    assert attachment.pages_state == PagesState.READY
