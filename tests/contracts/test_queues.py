"""What every queue keeps to: its name, its tables, and who may do what in which state."""

import re

import pytest
from sqlalchemy import select

from backoffice.core.action import no_hold, no_mails, nothing_announced
from backoffice.core.audit import AuditEntry
from backoffice.core.case import State
from backoffice.core.clock import now
from backoffice.core.deadline import due_for
from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import ROLES, Actor
from backoffice.core.queue import subject_of
from backoffice.core.refusal import NotFound, NotPossible, Refused, Stale, Taken
from backoffice.queues import REGISTRY
from backoffice.queues.standard import STANDARD
from tests.contracts.ways import every_queue, every_way, takable
from tests.factories.case import act, bring, open_one, posted
from tests.factories.outbox import make_endpoint
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")
NOT_NOW = "This is not possible in the case’s present state."
IRREGULAR = {
    "request_info": "info_requested",
    "withdraw": "withdrawn",
    "keep": "kept",
    "ask_seller": "seller_asked",
    "ask_buyer": "buyer_asked",
    "goodwill": "goodwill_granted",
    "uphold": "upheld",
    "accept_in_part": "accepted_in_part",
    "ask_identity": "identity_asked",
    "reply": "replied",
}
STRANGER = 10**12  # nobody's number: a refusal leaves no row that would name it


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


class TestNames:
    @every_queue
    def test_slug_noun_and_prefix_are_of_one_word(self, queue):
        assert queue.slug.replace("-", "_") == f"{queue.noun}s"
        assert re.fullmatch("[A-Z]{3}", queue.prefix)
        homes = (f"backoffice.queues.{queue.noun}s.model", f"backoffice.marketplace.{queue.noun}")
        assert queue.subject.__module__ in homes

    def test_no_two_queues_share_a_name(self):
        for names in zip(*((one.slug, one.noun, one.prefix) for one in REGISTRY), strict=True):
            assert len(set(names)) == len(REGISTRY)

    @every_queue
    def test_an_action_an_event_a_resolution_and_a_permission_are_one_word(self, queue):
        for action in queue.actions:
            if (event := action.event_name(queue.noun)) is None:
                continue
            noun, participle = event.split(".")
            verb = action.name
            assert noun == queue.noun
            assert participle in (f"{verb}ed", f"{verb}d", IRREGULAR.get(verb))
            assert action.resolution in (None, participle, participle.removesuffix("_granted"))
            assert action.permission(queue.noun) == f"{queue.noun}:{verb}"

    @every_queue
    def test_every_queue_has_the_standard_actions_and_no_two_of_a_name(self, queue):
        names = [action.name for action in queue.actions]
        assert len(set(names)) == len(names)
        assert set(STANDARD) <= set(queue.actions)
        keys = [action.hotkey for action in queue.actions if action.hotkey]
        assert len(set(keys)) == len(keys)


class TestPlaces:
    @every_queue
    def test_it_has_a_number_a_deadline_and_a_page(self, session, app, queue):
        assert session.scalar(select(queue.sequence.next_value())) > 0
        assert due_for(session, queue.slug, "", now()).due_at > now()
        app.jinja_env.get_template(f"queues/{queue.slug.replace('-', '_')}.html")

    @every_queue
    def test_every_permission_is_somebody_s(self, queue):
        everybody = Actor("staff", STRANGER, "", frozenset(ROLES) - {"lead"})
        lead = Actor("staff", STRANGER, "", frozenset({"lead"}))
        verbs = {action.permission(queue.noun) for action in queue.actions}
        asked = verbs | {queue.permission(verb) for verb in ("read", "claim", "claim_over")}
        assert [one for one in sorted(asked) if not lead.may(one)] == []
        assert everybody.may(queue.permission("read"))

    @every_queue
    def test_its_checks_have_names_of_their_own(self, queue):
        names = [check.name for check in queue.checks]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z_]+", name) for name in names)


class TestStates:
    @every_queue
    def test_every_state_is_reached_by_what_may_be_done(self, queue):
        reached = {State.OPEN}
        for _ in State:
            leading = [one for one in takable(queue) if reached & one.states]
            reached |= {one.state_after for one in leading}
            if any(one.hold is not no_hold for one in leading):
                reached.add(State.HELD)
        assert reached >= set(State) - {State.HELD}

    @every_queue
    def test_nothing_that_is_held_begins_at_a_closed_case(self, queue):
        held = [action for action in queue.actions if action.hold is not no_hold]
        assert [action.name for action in held if State.CLOSED in action.states] == []

    @every_queue
    def test_no_state_is_a_dead_end(self, queue):
        for state in State:
            leading = (one for one in queue.actions if state in one.states)
            exits = [one for one in leading if one.door != "decide" or one.state_after != state]
            assert exits, state


def attempt(session, case, action, role):
    """Try an action with an empty form, as somebody of this role; return the refusal, if any."""
    actor = Actor("staff", STRANGER, "Inconnue", frozenset({role}))
    try:
        decide(session, case.reference, action.name, actor=actor, data={}, version=case.version)
    except Refused as refusal:
        return refusal
    return None


@pytest.mark.parametrize("state", list(State))
@every_queue
def test_who_may_do_what_in_which_state(session, queue, state):
    case = open_one(session, queue)
    case.state, case.resolution = state, "approved" if state == State.CLOSED else None
    session.flush()
    for role in ROLES:
        actor = Actor("staff", STRANGER, "", frozenset({role}))
        for action in queue.actions:
            refusal = attempt(session, case, action, role)
            what = (role, action.name, refusal)
            is_permitted = actor.may(action.permission(queue.noun))
            if not (is_permitted and actor.may(queue.permission("read"))):
                assert isinstance(refusal, NotFound), what
            elif not action.is_possible(case):
                assert isinstance(refusal, NotPossible), what
                assert refusal.said.msgid == NOT_NOW, what
            elif action.needs_claim:
                assert isinstance(refusal, Taken), what
            elif action.fits(subject_of(session, case)):
                assert getattr(refusal, "said", None) is None or refusal.said.msgid != NOT_NOW, what


@every_queue
def test_a_stale_page_decides_nothing_whatever_the_state(session, queue, lead):
    case = open_one(session, queue)
    for state in State:
        case.state, case.resolution = state, "approved" if state == State.CLOSED else None
        session.flush()
        for action in queue.actions:
            if not action.is_decision:
                continue
            with pytest.raises(Stale):
                decide(session, case.reference, action.name, actor=lead, data={},
                       version=case.version - 1)  # fmt: skip


@every_queue
def test_only_a_case_that_may_move_offers_to(session, queue, lead):
    case = open_one(session, queue)
    data = posted(session, case, queue.action("reroute"), lead)
    assert (data is not None) == bool(queue.reroutes)


@every_way
def test_a_decision_does_what_its_table_says(session, queue, action, state, lead):
    make_endpoint(session, "https://shop.example/hooks")
    case = bring(session, queue, state, lead, action=action)
    version, decision = case.version, act(session, case, action, lead)
    if action.door == "override":
        action = queue.action(decision.action)
    assert case.version > version
    assert case.holder_id is None
    if decision.state == DecisionState.HELD:
        assert (case.state, action.hold is no_hold) == (State.HELD, False)
        return
    assert (case.state, decision.resolution) == (action.state_after, action.resolution)
    assert (case.closed_at is None) == (case.state != State.CLOSED)
    assert bool(decision.statements) == bool(action.measure or action.owes)
    assert_told(session, queue, action, decision)
    assert_audited(session, queue, action, case)


def assert_told(session, queue, action, decision):
    theirs = select(OutboxMessage).where(OutboxMessage.decision_id == decision.id)
    rows = session.scalars(theirs.order_by(OutboxMessage.id)).all()
    hooks = [row.event for row in rows if row.channel == Channel.WEBHOOK]
    mails = [row for row in rows if row.channel == Channel.MAIL]
    event = action.event_name(queue.noun)
    assert hooks[:1] == ([event] if event else [])
    assert not hooks[1:] or action.announces is not nothing_announced
    assert bool(mails) == (action.mails is not no_mails)
    assert {row.event for row in mails} <= {event}
    assert all(row.available_at == decision.undo_until for row in rows)


def assert_audited(session, queue, action, case):
    verb = (action.event or action.name).rpartition(".")[2]
    verbs = session.scalars(
        select(AuditEntry.verb).where(AuditEntry.stream == case.stream).order_by(AuditEntry.id)
    ).all()
    assert verbs[-1] == f"{queue.noun}.{verb}"
