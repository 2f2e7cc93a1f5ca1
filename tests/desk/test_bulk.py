"""One action on many cases: what is left out is named, and all of it is undone as one."""

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.desk.bulk import run_bulk
from backoffice.desk.model import BulkItem, BulkRun
from backoffice.extensions import db
from tests.desk.cases import make_cases, refusal
from tests.desk.conftest import Desk

CHOOSE = "/queues/registrations/bulk"


def choose(desk: Desk, cases: list[Case], action: str = "reject", **more) -> str:
    """Choose cases for an action; returns the address of the run."""
    answer = desk.post(CHOOSE, action=action, case=[case.reference for case in cases], **more)
    assert answer.status_code == 303, answer.text
    return answer.location


def states(session, cases: list[Case]) -> list[str]:
    """The states the cases are in now."""
    for case in cases:
        session.refresh(case)
    return [case.state for case in cases]


def test_each_case_is_decided_and_the_rest_is_named(session, desk_of):
    desk, other = desk_of(), desk_of()
    free, mine, theirs, changed, closed = cases = make_cases(session, 5)
    address = choose(desk, cases)
    desk.post(f"/cases/{mine.reference}/claim")
    other.post(f"/cases/{theirs.reference}/claim")
    changed.version += 1
    closed.state, closed.resolution, closed.closed_at = "closed", "approved", now()
    session.flush()
    page = desk.page(address)
    for case in (theirs, changed, closed):
        assert case.reference in page
    assert free.reference not in page
    answer = desk.post(f"{address}/run", **refusal(session))
    assert answer.location == address
    assert states(session, cases) == ["closed", "closed", "open", "open", "closed"]
    result = desk.page(address)
    out = re.search(r'id="out".*', result, re.S)[0]
    assert all(case.reference in out for case in (theirs, changed, closed))
    assert free.reference not in out
    assert {d.bulk_id for d in session.scalars(select(Decision))} == {UUID(address[6:])}


def test_the_whole_view_is_frozen(session, desk: Desk, monkeypatch):
    cases = make_cases(session, 3)
    answer = desk.post(CHOOSE, action="reject", all="1", view="")
    late = make_cases(session, 1)
    desk.post(f"{answer.location}/run", **refusal(session))
    assert states(session, cases + late) == ["closed"] * 3 + ["open"]


def test_a_form_with_errors_decides_nothing(session, desk: Desk):
    cases = make_cases(session, 2)
    address = choose(desk, cases)
    answer = desk.post(f"{address}/run", facts="Sans motif")
    assert answer.status_code == 422
    assert "Sans motif" in answer.text
    assert states(session, cases) == ["open", "open"]


def test_a_run_begins_once(session, desk: Desk):
    cases = make_cases(session, 2)
    address = choose(desk, cases)
    assert desk.post(f"{address}/run", **refusal(session)).status_code == 303
    assert desk.post(f"{address}/run", **refusal(session)).status_code == 409
    assert session.scalar(select(func.count()).select_from(Decision)) == 2


def test_a_run_is_undone_as_one(session, desk: Desk):
    cases = make_cases(session, 3)
    address = choose(desk, cases)
    desk.post(f"{address}/run", **refusal(session))
    times = set(session.scalars(select(Decision.undo_until)))
    assert len(times) == 1
    owed = select(OutboxMessage).where(OutboxMessage.decision_id.is_not(None))
    assert {row.available_at for row in session.scalars(owed)} == times
    assert 'data-action="undo"' in desk.page(address)
    assert desk.post(f"{address}/undo").status_code == 303
    assert states(session, cases) == ["open"] * 3
    assert {case.holder_id for case in cases} == {None}
    session.expire_all()
    assert {d.state for d in session.scalars(select(Decision))} == {DecisionState.UNDONE}
    assert {row.state for row in session.scalars(owed)} == {OutboxState.CANCELLED}
    assert desk.post(f"{address}/undo").status_code == 409


def test_undo_comes_too_late_for_all(session, desk: Desk):
    cases = make_cases(session, 2)
    address = choose(desk, cases)
    desk.post(f"{address}/run", **refusal(session))
    session.execute(update(BulkRun).values(undo_until=now() - timedelta(seconds=1)))
    session.commit()
    assert desk.post(f"{address}/undo").status_code == 409
    assert states(session, cases) == ["closed", "closed"]


def test_a_lead_may_include_what_others_hold(session, desk_of):
    lead, other = desk_of("lead"), desk_of()
    (case,) = make_cases(session, 1)
    other.post(f"/cases/{case.reference}/claim")
    address = choose(lead, [case])
    assert 'name="over"' in lead.page(address)
    lead.post(f"{address}/run", over="1", **refusal(session))
    assert states(session, [case]) == ["closed"]


def test_a_moderator_may_not(session, desk_of):
    desk, other = desk_of(), desk_of()
    (case,) = make_cases(session, 1)
    other.post(f"/cases/{case.reference}/claim")
    address = choose(desk, [case])
    assert 'name="over"' not in desk.page(address)
    desk.post(f"{address}/run", over="1", **refusal(session))
    assert states(session, [case]) == ["open"]


def test_a_long_run_is_background_work_in_slices(session, app, desk: Desk, monkeypatch):
    monkeypatch.setattr("backoffice.desk.bulk.get_settings", Short)
    cases = make_cases(session, 4)
    address = choose(desk, cases)
    desk.post(f"{address}/run", **refusal(session))
    assert states(session, cases) == ["open"] * 4
    assert "data-refresh-url" in desk.page(address)
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.event == "bulk.run")).one()
    run_id = UUID(row.payload["bulk"])
    ticks = iter(range(0, 1000, 6))
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr("backoffice.desk.bulk.time", clock)
    with app.app_context():
        run_bulk(db.session.session_factory, run_id)
    assert sorted(states(session, cases)) == ["closed", "closed", "open", "open"]
    assert re.search(r'value="2"', desk.page(f"{address}/progress"))
    again = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.event == "bulk.run")
    assert session.scalar(again) == 2
    with app.app_context():
        for _ in range(3):  # woken once too often
            run_bulk(db.session.session_factory, run_id)
    assert states(session, cases) == ["closed"] * 4
    assert "data-refresh-url" not in desk.page(f"{address}/progress")


class Short:
    """Settings under which two cases are many."""

    bulk_inline_max = 1
    undo_seconds = 15


def test_runs_are_ones_own(session, desk_of):
    desk, other = desk_of(), desk_of()
    address = choose(desk, make_cases(session, 1))
    for path in (address, f"{address}/progress"):
        assert other.get(path).status_code == 404
    for path in (f"{address}/run", f"{address}/undo"):
        assert other.post(path).status_code == 404


@pytest.mark.parametrize("action", ["note", "undo", "override", "nothing", ""])
def test_only_bulk_actions_are_taken_on_many(session, desk: Desk, action):
    (case,) = make_cases(session, 1)
    answer = desk.post(CHOOSE, action=action, case=[case.reference])
    assert answer.status_code == 404


def test_nothing_chosen_is_said(session, desk: Desk):
    assert desk.post(CHOOSE, action="reject").status_code == 409
    assert session.scalar(select(func.count()).select_from(BulkItem)) == 0
