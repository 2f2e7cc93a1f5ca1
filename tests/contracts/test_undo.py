"""Undo takes a decision back whole: the database before and after, row by row."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, literal, select, union_all

from backoffice.core.base import Base
from backoffice.core.case import Case, State
from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.queue import QUEUES
from backoffice.core.text import text
from tests.contracts.ways import every_way_of_a_live_case, every_way_of_one_person
from tests.factories.case import act, bring
from tests.factories.outbox import make_endpoint
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")

ONLY_GROW = frozenset(
    {
        "audit_entry", "audit_detail", "audit_head", "case_event", "decision", "decision_reason",
        "draft",  # what was typed is there again

        "info_request", "outbox", "portal_link", "refund", "sanction", "seller_history",
        "statement", "ticket_message", "transparency_entry",
    }
)  # fmt: skip
"""What happened stays told: an undone decision leaves its traces, and they change nothing else."""

MAY_DIFFER = {
    "audit_head": {"seq", "mac"},
    "cases": {"version", "lease_until"},
    "seller": {"version"},
    "listing": {"version", "changed_at"},
    "sanction": {"lifted_at"},  # of one that stands again: imposed anew, the first stays marked
    "decision": {"changes"},  # of one that stands again: it names the rows that were made anew
}
"""Counters that only go up, so that a page opened before is stale; and the lease, given back."""

MADE_ANEW = {"subscription"}
"""Rows that an undo may make again under another number, all else being equal."""

OF_A_MOVE = frozenset({"cases", "case_key", "case_link", "queue_stay", "registration"})
"""What a case that was moved and taken back leaves where it went: a case that is closed."""

WRITTEN_AGAIN = {"prior", "resolution", "appeal_until", "version_after"}
"""What a held decision keeps of having been carried out once; the next time writes it anew."""

Rows = dict[Any, dict[str, Any]]


EVERYTHING = union_all(
    *(
        select(literal(table.name), func.to_jsonb(table.table_valued()))
        for table in Base.metadata.sorted_tables
    )
)


def snapshot(session) -> dict[str, Rows]:
    """Return every row of every table by its key."""
    session.flush()
    found: dict[str, Rows] = {table.name: {} for table in Base.metadata.sorted_tables}
    for name, row in session.execute(EVERYTHING):
        key = tuple(row[column.name] for column in Base.metadata.tables[name].primary_key)
        values = {column: row[column] for column in row.keys() - MAY_DIFFER.get(name, set())}
        if name in MADE_ANEW:
            values.pop("id")
            key = repr(sorted(values.items()))
        found[name][key] = values
    return found


def changed(before: dict[str, Rows], after: dict[str, Rows]) -> list[Any]:
    """Return what is not as it was: table, key, the columns that differ; all when it is gone."""
    found = []
    for table, rows in before.items():
        for key, row in rows.items():
            now = after[table].get(key, {})
            if differing := {name for name in row if name not in now or now[name] != row[name]}:
                found.append((table, key, {name: (row[name], now.get(name)) for name in differing}))
    return found


def added(before: dict[str, Rows], after: dict[str, Rows]) -> set[str]:
    """Return the tables with rows that were not there."""
    return {table for table, rows in after.items() if rows.keys() - before[table].keys()}


@every_way_of_one_person
def test_undo_leaves_everything_as_it_was_and_it_can_be_done_again(session, queue, action, state):
    make_endpoint(session, "https://shop.example/hooks")
    lead = make_staff(session, role="lead").actor
    case = bring(session, queue, state, lead, action=action)
    if state != State.CLOSED:
        case.holder_id, case.lease_until = lead.id, case.due_at
    before = snapshot(session)
    decision = act(session, case, action, lead)
    assert decision.state == DecisionState.EXECUTED
    decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
    after = snapshot(session)
    if state != State.CLOSED:
        assert case.is_held_by(lead.id)
    assert changed(before, after) == []
    traces = ONLY_GROW | OF_A_MOVE if action.name == "reroute" else ONLY_GROW
    assert added(before, after) <= traces
    assert session.get_one(type(decision), decision.id).state == DecisionState.UNDONE
    assert {row.state for row in of_decision(session, decision)} <= {OutboxState.CANCELLED}
    again = act(session, case, action, lead)
    assert again.state == DecisionState.EXECUTED
    assert case.resolution == again.resolution


def test_a_case_that_was_moved_and_taken_back_is_nobody_s_work(session):
    lead = make_staff(session, role="lead").actor
    queue = QUEUES["profile-changes"]
    case = bring(session, queue, State.OPEN, lead)
    decision = act(session, case, queue.action("reroute"), lead)
    moved = session.get_one(Case, decision.changes[0]["change"]["case"])
    decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
    assert (moved.state, moved.resolution, moved.holder_id) == ("closed", "withdrawn", None)


def of_decision(session, decision) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.decision_id == decision.id)
    return list(session.scalars(rows))


@pytest.fixture
def four_eyes(queue):
    """Make every decision of a queue wait for a second person."""
    actions = tuple(
        replace(one, hold=lambda context: text("By two.")) if one.door == "decide" else one
        for one in queue.actions
    )
    QUEUES[queue.slug] = replace(queue, actions=actions)
    yield
    QUEUES[queue.slug] = queue


@every_way_of_a_live_case
def test_a_confirmed_decision_that_is_undone_waits_again(session, four_eyes, queue, action, state):
    author, lead = (make_staff(session, role="lead").actor for _ in range(2))
    case = bring(session, queue, state, author, confirmed_by=lead, action=action)
    decision = act(session, case, QUEUES[queue.slug].action(action.name), author)
    assert (case.state, decision.state) == (State.HELD, DecisionState.HELD)
    before = snapshot(session)
    for verb in ("confirm_hold", "undo"):
        decide(session, case.reference, verb, actor=lead, data={}, version=case.version)
    assert (case.state, decision.state) == (State.HELD, DecisionState.HELD)
    for table, _key, columns in changed(before, snapshot(session)):
        assert (table, columns.keys() - WRITTEN_AGAIN) == ("decision", set())
