"""The one door: its guards in their order, what a decision writes, and how it is taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.billing.plan import running_subscription
from backoffice.core import clock
from backoffice.core.audit import AuditEntry, verify
from backoffice.core.case import QueueStay, State
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, DecisionState, current_decision
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.queue import subject_of
from backoffice.core.refusal import Barred, Invalid, NotFound, NotPossible, Stale, Taken
from tests.factories.staff import make_staff


def rows_of(session, decision):
    return session.scalars(
        select(OutboxMessage).where(OutboxMessage.decision_id == decision.id)
    ).all()


def pass_undo(session, decision):
    decision.undo_until = clock.now() - timedelta(seconds=1)
    session.flush()


class TestGuards:
    def test_who_may_not_learns_nothing_of_the_state(self, session, case):
        support = make_staff(session, role="support").actor
        with pytest.raises(NotFound):
            decide(session, case.reference, "approve", actor=support, data={}, version=999)

    def test_an_auditor_reads_but_cannot_act(self, session, case):
        auditor = make_staff(session, role="auditor").actor
        with pytest.raises(NotFound):
            decide(session, case.reference, "note", actor=auditor, data={"body": "x"}, version=1)

    def test_an_unknown_case_or_action_is_not_found(self, session, case, moderator):
        with pytest.raises(NotFound):
            decide(session, "REG-2026-999999", "approve", actor=moderator, data={}, version=1)
        with pytest.raises(NotFound):
            decide(session, case.reference, "explode", actor=moderator, data={}, version=1)

    def test_a_stale_version_is_refused_before_state_and_lease(self, case, moderator, act):
        with pytest.raises(Stale):
            act(case, "approve", moderator, version=case.version - 1)

    def test_an_unclaimed_case_must_be_taken_first(self, session, case, moderator):
        with pytest.raises(Taken):
            decide(session, case.reference, "approve", actor=moderator, data={},
                   version=case.version)  # fmt: skip

    def test_another_s_lease_is_respected(self, session, case, moderator, lead, act):
        claim(session, case, moderator)
        with pytest.raises(Taken) as refusal:
            act(case, "approve", lead)
        assert refusal.value.more == {"holder_id": moderator.id}

    def test_an_expired_lease_that_nobody_took_still_counts(
        self, session, case, moderator, act, approval_data
    ):
        claim(session, case, moderator)
        case.lease_until = clock.now() - timedelta(hours=1)
        assert act(case, "approve", moderator, approval_data).state == DecisionState.EXECUTED

    def test_a_form_with_errors_changes_nothing(self, session, case, moderator, act):
        before = session.scalar(select(func.count()).select_from(Decision))
        with pytest.raises(Invalid) as refusal:
            act(case, "reject", moderator, {"facts": "typed"})
        assert refusal.value.form.facts.data == "typed"
        assert refusal.value.form.errors["reasons"]
        assert session.scalar(select(func.count()).select_from(Decision)) == before
        assert case.state == State.OPEN

    def test_a_reason_of_another_action_is_refused(self, case, moderator, act):
        with pytest.raises(Invalid):
            act(case, "reject", moderator, {"reasons": [999_999], "facts": "x"})

    def test_the_same_decision_twice_is_refused(self, case, moderator, act, approval_data):
        version = case.version
        act(case, "approve", moderator, approval_data)
        with pytest.raises(Stale):
            act(case, "approve", moderator, approval_data, version=version)


class TestExecution:
    def test_an_approval_activates_subscribes_tells_and_is_audited(
        self, session, case, moderator, act, approval_data
    ):
        decision = act(case, "approve", moderator, approval_data)
        seller = subject_of(session, case).seller
        assert (case.state, case.resolution, seller.status) == ("closed", "approved", "active")
        assert running_subscription(session, seller.id).plan.code == seller.plan
        mail = next(r for r in rows_of(session, decision) if r.channel == "mail")
        assert mail.event == "registration.approved"
        assert mail.available_at == decision.undo_until
        assert session.scalars(
            select(AuditEntry.verb).where(AuditEntry.stream == case.stream)
        ).all() == ["registration.opened", "registration.approved"]
        stay = session.scalars(select(QueueStay).where(QueueStay.case_id == case.id)).one()
        assert stay.left_at is not None

    def test_a_refusal_freezes_its_statement(self, case, moderator, act, refusal_data):
        decision = act(case, "reject", moderator, refusal_data)
        (statement,) = decision.statements
        assert statement.parts["facts"] == refusal_data["facts"]
        assert statement.parts["grounds"][0]["code"] == "company_closed"
        assert statement.parts["appeal_until"] == decision.appeal_until.isoformat()
        assert len(statement.sha256) == 64

    def test_the_appeal_window_is_six_months_and_never_shorter(
        self, case, moderator, act, refusal_data
    ):
        decision = act(case, "reject", moderator, refusal_data)
        assert decision.appeal_until >= clock.add(decision.executed_at, 6, clock.Unit.MONTHS)


class TestUndo:
    def test_undo_restores_case_seller_subscription_and_claim(
        self, session, case, moderator, act, approval_data
    ):
        seller = subject_of(session, case).seller
        before = (case.due_at, seller.status, seller.approved_at)
        decision = act(case, "approve", moderator, approval_data)
        act(case, "undo", moderator)
        assert (case.state, case.resolution) == ("open", None)
        assert (case.due_at, seller.status, seller.approved_at) == before
        assert running_subscription(session, seller.id) is None
        assert case.is_held_by(moderator.id)
        assert decision.state == DecisionState.UNDONE
        assert {row.state for row in rows_of(session, decision)} == {OutboxState.CANCELLED}

    def test_only_the_maker_undoes(self, case, moderator, lead, act, approval_data):
        act(case, "approve", moderator, approval_data)
        with pytest.raises(NotPossible):
            act(case, "undo", lead)

    def test_it_is_too_late_once_the_time_has_passed(
        self, session, case, moderator, act, approval_data
    ):
        pass_undo(session, act(case, "approve", moderator, approval_data))
        with pytest.raises(NotPossible):
            act(case, "undo", moderator)

    def test_it_is_too_late_once_a_message_was_taken(
        self, session, case, moderator, act, approval_data
    ):
        decision = act(case, "approve", moderator, approval_data)
        rows_of(session, decision)[0].taken_at = clock.now()
        session.flush()
        with pytest.raises(NotPossible):
            act(case, "undo", moderator)
        assert case.state == State.CLOSED

    def test_deciding_again_after_an_undo_tells_once(
        self, session, case, moderator, act, approval_data
    ):
        act(case, "approve", moderator, approval_data)
        act(case, "undo", moderator)
        act(case, "approve", moderator, approval_data)
        live = select(OutboxMessage).where(
            OutboxMessage.case_id == case.id,
            OutboxMessage.event == "registration.approved",
            OutboxMessage.channel == "mail",
            OutboxMessage.state == OutboxState.PENDING,
        )
        assert len(session.scalars(live).all()) == 1


class TestOverride:
    def test_a_lead_replaces_a_decision_and_its_effects(
        self, session, case, moderator, lead, act, approval_data, refusal_data
    ):
        first = act(case, "approve", moderator, approval_data)
        pass_undo(session, first)
        second = act(case, "override", lead, {"action": "reject", **refusal_data})
        seller = subject_of(session, case).seller
        assert (case.resolution, seller.status) == ("rejected", "refused")
        assert (first.state, second.supersedes_id) == (DecisionState.SUPERSEDED, first.id)
        assert current_decision(session, case) is second
        assert running_subscription(session, seller.id) is None

    def test_undoing_an_override_makes_the_first_decision_stand_again(
        self, session, case, moderator, lead, act, approval_data, refusal_data
    ):
        first = act(case, "approve", moderator, approval_data)
        act(case, "override", lead, {"action": "reject", **refusal_data})
        act(case, "undo", lead)
        seller = subject_of(session, case).seller
        assert (case.resolution, seller.status) == ("approved", "active")
        assert first.state == DecisionState.EXECUTED
        assert running_subscription(session, seller.id) is not None
        assert {row.state for row in rows_of(session, first)} == {OutboxState.PENDING}

    def test_a_moderator_may_not_override(self, case, moderator, act, approval_data, refusal_data):
        act(case, "approve", moderator, approval_data)
        with pytest.raises(NotFound):
            act(case, "override", moderator, {"action": "reject", **refusal_data})


class TestSteps:
    def test_a_note_changes_neither_version_nor_state(self, session, case, moderator):
        version = case.version
        decide(session, case.reference, "note", actor=moderator, data={"body": "vu"}, version=0)
        assert (case.version, case.state) == (version, State.OPEN)

    def test_an_escalated_case_is_for_leads_alone(self, session, case, moderator, lead, act):
        act(case, "escalate", moderator, {"body": "Doute sur l’extrait"})
        with pytest.raises(Taken):
            claim(session, case, moderator)
        claim(session, case, lead)

    def test_an_assigned_case_is_not_given_to_others(self, session, case, moderator, lead, act):
        decide(session, case.reference, "assign", actor=lead, data={"to": lead.id},
               version=case.version)  # fmt: skip
        assert case.assignee_id == lead.id

    def test_a_question_pauses_the_clock_and_names_the_date(self, case, moderator, act):
        until = clock.now().date() + timedelta(days=5)
        data = {"question": "Le Kbis de moins de trois mois", "until": until.isoformat()}
        act(case, "request_info", moderator, data)
        assert (case.state, case.waiting_for) == (State.WAITING, "seller")
        assert case.paused_at is not None
        assert case.assignee_id == moderator.id

    def test_a_reopened_case_can_be_decided_again(
        self, session, case, moderator, lead, act, approval_data, refusal_data
    ):
        first = act(case, "approve", moderator, approval_data)
        pass_undo(session, first)
        act(case, "reopen", lead, {"facts": "Le registre a changé"})
        assert (case.state, case.resolution) == (State.OPEN, None)
        act(case, "reject", moderator, refusal_data)
        assert first.state == DecisionState.SUPERSEDED
        assert subject_of(session, case).seller.status == "refused"

    def test_who_is_barred_may_not_decide(self, session, case, moderator, approval_data):
        case.barred = [moderator.id]
        case.holder_id, case.lease_until = moderator.id, clock.now() + timedelta(minutes=5)
        session.flush()
        with pytest.raises(Barred):
            decide(session, case.reference, "approve", actor=moderator, data=approval_data,
                   version=case.version)  # fmt: skip


def test_every_chain_is_whole_after_all_this(
    session, case, moderator, lead, act, approval_data, refusal_data
):
    act(case, "approve", moderator, approval_data)
    act(case, "undo", moderator)
    act(case, "reject", moderator, refusal_data)
    assert list(verify(session)) == []
