"""What a judgement changes: the first decision stands, or another takes its place."""

import pytest
from sqlalchemy import select

from backoffice.billing.plan import running_subscription
from backoffice.core import clock
from backoffice.core.audit import verify
from backoffice.core.decision import DecisionState, current_decision
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.queue import subject_of
from backoffice.core.refusal import Invalid, NotPossible
from tests.factories.appeal import (
    OVERTURN,
    act,
    amendment,
    appeal_against,
    pass_undo,
    rows_of,
)

pytestmark = pytest.mark.usefixtures("app")


class TestConfirming:
    def test_the_first_decision_stands(self, session, refused, appeal, lead):
        act(session, appeal, "confirm", lead, {"facts": "Le mandat n’est pas signé."})
        assert (appeal.state, appeal.resolution) == ("closed", "confirmed")
        assert current_decision(session, refused.case) is refused
        assert refused.case.resolution == "rejected"

    def test_the_appellant_gets_a_statement_and_a_mail(self, session, appeal, lead, refused):
        decision = act(session, appeal, "confirm", lead, {"facts": "Le mandat n’est pas signé."})
        statement = decision.statements[0]
        assert statement.parts["facts"] == "Le mandat n’est pas signé."
        assert (statement.recipient_kind, statement.recipient_id) == ("seller", appeal.seller_id)
        (mail,) = rows_of(session, decision)
        assert mail.event == "appeal.confirmed"
        assert mail.payload["about"] == refused.case.reference
        assert mail.available_at == decision.undo_until

    def test_it_must_say_why(self, session, appeal, lead):
        with pytest.raises(Invalid):
            act(session, appeal, "confirm", lead, {"facts": " "})
        assert appeal.state == "open"

    def test_undone_it_waits_for_her_again(self, session, appeal, lead):
        decision = act(session, appeal, "confirm", lead, {"facts": "Non."})
        act(session, appeal, "undo", lead)
        assert decision.state == DecisionState.UNDONE
        assert (appeal.state, appeal.holder_id) == ("open", lead.id)


@pytest.mark.usefixtures("endpoint")
class TestOverturning:
    def test_the_opposite_is_decided_on_the_first_case(self, session, refused, appeal, lead):
        decision = act(session, appeal, "overturn", lead, OVERTURN)
        made = current_decision(session, refused.case)
        assert (appeal.resolution, refused.case.resolution) == ("overturned", "approved")
        assert (made.action, made.supersedes_id, made.part_of_id) == (
            "approve",
            refused.id,
            decision.id,
        )
        assert refused.state == DecisionState.SUPERSEDED
        registration = subject_of(session, refused.case)
        assert registration.seller.status == "active"
        assert registration.traceability["phone"]["why"] == "Pièces relues."
        assert running_subscription(session, registration.seller_id)

    def test_two_mails_tell_the_outcome_and_the_new_decision(self, session, refused, appeal, lead):
        decision = act(session, appeal, "overturn", lead, OVERTURN)
        made = current_decision(session, refused.case)
        told = {row.event: row for row in rows_of(session, decision)}
        new = {row.event: row for row in rows_of(session, made) if row.to_address}
        assert set(told) == {"appeal.overturned"}
        assert new["registration.approved"].payload["replaces"] is True
        assert told["appeal.overturned"].available_at <= new["registration.approved"].available_at

    def test_the_shop_learns_both(self, session, refused, appeal, lead):
        act(session, appeal, "overturn", lead, OVERTURN)
        hooks = select(OutboxMessage).where(OutboxMessage.channel == "webhook")
        said = {row.event: row.payload for row in session.scalars(hooks)}
        assert said["registration.approved"]["resolution"] == "approved"
        assert said["appeal.overturned"]["contested_case"] == refused.case.reference

    def test_only_the_opposite_is_offered(self, session, appeal, lead):
        with pytest.raises(Invalid) as wrong:
            act(session, appeal, "overturn", lead, {**amendment(session)})
        assert [one.value for one in wrong.value.form.instead.choices] == ["approve"]

    def test_errors_of_the_inner_form_are_shown_and_its_text_kept(
        self, session, refused, appeal, lead
    ):
        data = {**OVERTURN, "approve-trace_phone": "", "approve-facts": "À garder."}
        with pytest.raises(Invalid) as wrong:
            act(session, appeal, "overturn", lead, data)
        form = wrong.value.form
        assert set(form.errors) == {"approve-trace_phone"}
        shown = {field.name: field.data for field in form}
        assert shown["approve-facts"] == "À garder."
        assert shown["facts"] == "Le mandat était joint."
        assert refused.case.resolution == "rejected"
        assert appeal.state == "open"

    def test_undo_restores_everything(self, session, refused, appeal, lead):
        seller = subject_of(session, refused.case).seller
        decision = act(session, appeal, "overturn", lead, OVERTURN)
        made = current_decision(session, refused.case)
        act(session, appeal, "undo", lead)
        assert (decision.state, made.state) == (DecisionState.UNDONE, DecisionState.UNDONE)
        assert current_decision(session, refused.case) is refused
        assert refused.case.resolution == "rejected"
        assert refused.case.holder_id is None
        assert "appealed" in refused.case.flags
        assert seller.status == "refused"
        assert running_subscription(session, seller.id) is None
        assert subject_of(session, refused.case).traceability == {}
        assert (appeal.state, appeal.holder_id) == ("open", lead.id)
        rows = rows_of(session, decision) + rows_of(session, made)
        assert rows
        assert {row.state for row in rows} == {OutboxState.CANCELLED}
        assert list(verify(session)) == []

    def test_after_an_undo_it_may_be_overturned_again(self, session, refused, appeal, lead):
        act(session, appeal, "overturn", lead, OVERTURN)
        act(session, appeal, "undo", lead)
        act(session, appeal, "overturn", lead, OVERTURN)
        assert refused.case.resolution == "approved"

    def test_the_new_decision_is_not_undone_alone(self, session, refused, appeal, lead):
        act(session, appeal, "overturn", lead, OVERTURN)
        with pytest.raises(NotPossible, match="undo the appeal"):
            act(session, refused.case, "undo", lead)

    def test_it_is_too_late_once_a_mail_of_the_new_decision_was_taken(
        self, session, refused, appeal, lead
    ):
        act(session, appeal, "overturn", lead, OVERTURN)
        made = current_decision(session, refused.case)
        rows_of(session, made)[0].taken_at = clock.now()
        with pytest.raises(NotPossible, match="too late"):
            act(session, appeal, "undo", lead)

    def test_a_reopened_first_case_is_decided_there(self, session, refused, appeal, lead):
        act(session, refused.case, "reopen", lead, {"facts": "Encore."})
        with pytest.raises(NotPossible, match="reopened"):
            act(session, appeal, "confirm", lead, {"facts": "Non."})


class TestAmending:
    def test_the_same_measure_for_other_reasons(self, session, refused, appeal, lead):
        act(session, appeal, "amend", lead, amendment(session))
        made = current_decision(session, refused.case)
        assert (appeal.resolution, refused.case.resolution) == ("amended", "rejected")
        assert [reason.code for reason in made.reasons] == ["documents_missing"]
        assert made.statements[0].parts["facts"] == "L’extrait manque."

    def test_undo_lets_the_first_reasons_stand(self, session, refused, appeal, lead):
        seller = subject_of(session, refused.case).seller
        act(session, appeal, "amend", lead, amendment(session))
        act(session, appeal, "undo", lead)
        assert current_decision(session, refused.case) is refused
        assert (seller.status, seller.status_reason) == ("refused", refused.facts)

    def test_a_party_may_contest_the_new_decision(self, session, refused, appeal, lead):
        decision = act(session, appeal, "amend", lead, amendment(session))
        made = current_decision(session, refused.case)
        pass_undo(session, decision, made)
        second = appeal_against(session, made)
        assert set(second.barred) == {refused.actor_id, lead.id}
