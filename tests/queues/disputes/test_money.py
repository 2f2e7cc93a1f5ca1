"""The money of a dispute: what is owed, held, taken back, and settled by the next decision."""

import pytest

from backoffice.billing.refund import RefundState
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import Invalid, NotPossible
from tests.factories.appeal import act
from tests.factories.dispute import make_dispute, make_paid_order, reasoned, refunding
from tests.factories.refund import tell

pytestmark = pytest.mark.usefixtures("app")


def do(session, case, action, actor, data=None):
    """Take an action that needs no claim."""
    return decide(
        session, case.reference, action, actor=actor, data=data or {}, version=case.version
    )


def errors(session, case, actor, data) -> dict:
    """Return what the form of a refund says is wrong."""
    with pytest.raises(Invalid) as refused:
        act(session, case, "refund", actor, data)
    found = refused.value.form.errors
    return {name: str(getattr(one[0], "msgid", one[0])) for name, one in found.items()}


class TestRefund:
    def test_all_that_is_left_is_owed_at_the_seller_s_expense(self, session, support, refunds):
        case = make_dispute(session).case
        decision = act(session, case, "refund", support, refunding(session, case))
        assert refunds(case) == [("seller", 9890, "owed")]
        assert (case.resolution, decision.data["amount_minor"]) == ("refunded", 9890)

    @pytest.mark.parametrize("typed", ["24,90", "24.9", " 24,90 €", "24,90 €"])
    def test_an_amount_is_read_as_people_type_it(self, session, support, refunds, typed):
        case = make_dispute(session).case
        act(session, case, "refund", support, refunding(session, case, typed))
        assert refunds(case)[0][1] in (2490, 2490)
        assert case.resolution == "refunded_in_part"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Write an amount in euros, for example 24,90."),
            ("24,905", "Write an amount in euros, for example 24,90."),
            ("-5", "Write an amount in euros, for example 24,90."),
            ("1e3", "Write an amount in euros, for example 24,90."),
            ("0", "Write an amount above zero."),
            ("98,91", "No more than %(left)s can still be refunded."),
        ],
    )
    def test_any_other_amount_is_refused_beside_its_field(self, session, support, typed, said):
        case = make_dispute(session).case
        data = refunding(session, case, typed, what="amount")
        assert errors(session, case, support, data) == {"amount": said}
        assert case.state == "open"

    def test_articles_are_refunded_at_their_price(self, session, support, refunds):
        order = make_paid_order(session, 5000, 2500, 1000)
        case = make_dispute(session, order).case
        data = refunding(session, case, what="lines", lines=["1", "3"])
        act(session, case, "refund", support, data)
        assert (refunds(case), case.resolution) == ([("seller", 6000, "owed")], "refunded_in_part")

    def test_articles_must_be_ticked(self, session, support):
        case = make_dispute(session).case
        data = refunding(session, case, what="lines")
        assert errors(session, case, support, data) == {"lines": "Tick at least one article."}

    def test_after_the_return_the_money_waits_for_the_goods(self, session, support, refunds):
        case = make_dispute(session).case
        data = refunding(session, case, when="after_return")
        act(session, case, "refund", support, data)
        assert refunds(case) == [("seller", 9890, "awaiting_return")]

    def test_goods_that_are_back_are_not_waited_for(self, session, support):
        case = make_dispute(session, make_paid_order(session, returned_at=now())).case
        data = refunding(session, case, when="after_return")
        assert "when" in errors(session, case, support, data)

    def test_a_page_that_showed_another_amount_refunds_nothing(self, session, support):
        case = make_dispute(session).case
        data = refunding(session, case, left="9000")
        assert "what" in errors(session, case, support, data)

    def test_above_the_limit_it_is_held_with_the_amount(self, session, support, lead, refunds):
        case = make_dispute(session, make_paid_order(session, 24790)).case
        decision = act(session, case, "refund", support, refunding(session, case))
        assert (decision.state, refunds(case)) == (DecisionState.HELD, [])
        assert decision.hold_reason["values"]["amount"]["en"] == "€247.90"
        do(session, case, "confirm_hold", lead)
        assert refunds(case) == [("seller", 24790, "owed")]

    def test_at_the_limit_one_person_is_enough(self, session, support):
        case = make_dispute(session, make_paid_order(session, 20000)).case
        decision = act(session, case, "refund", support, refunding(session, case))
        assert decision.state == DecisionState.EXECUTED

    def test_an_undo_takes_it_back_and_it_may_be_decided_again(self, session, support, refunds):
        case = make_dispute(session).case
        act(session, case, "refund", support, refunding(session, case))
        do(session, case, "undo", support)
        act(session, case, "refund", support, refunding(session, case, "10"))
        assert refunds(case) == [("seller", 9890, "cancelled"), ("seller", 1000, "owed")]

    def test_what_is_paid_is_not_undone(self, session, support, pay):
        case = make_dispute(session).case
        act(session, case, "refund", support, refunding(session, case))
        pay(case)
        with pytest.raises(NotPossible):
            do(session, case, "undo", support)

    @pytest.mark.parametrize("is_first", [True, False])
    def test_a_chargeback_stands_in_the_way(self, session, support, refunds, is_first):
        order = make_paid_order(session)
        if is_first:
            tell(session, order, "dispute", "dp_1", 9890, "needs_response")
        case = make_dispute(session, order).case
        assert ("chargeback" in case.flags) is is_first  # a later one is told by its event
        if not is_first:
            tell(session, order, "dispute", "dp_1", 9890, "needs_response")
        with pytest.raises(NotPossible, match="bank contests"):
            act(session, case, "refund", support, refunding(session, case))
        act(session, case, "protect", support, reasoned(session, "protect"))
        assert (refunds(case), case.resolution) == ([], "protected")


class TestGoodwill:
    def test_it_is_held_whatever_the_amount(self, session, support, lead, refunds):
        case = make_dispute(session).case
        data = {"amount": "5", "facts": "Le colis est resté bloqué chez nous."}
        decision = act(session, case, "goodwill", support, data)
        assert (decision.state, refunds(case)) == (DecisionState.HELD, [])
        do(session, case, "confirm_hold", lead)
        assert (refunds(case), case.resolution) == ([("goodwill", 500, "owed")], "goodwill")


class TestDecidedAgain:
    @pytest.fixture
    def case(self, session):
        return make_dispute(session).case

    @pytest.fixture
    def reopened(self, session, case, lead, support, final, pay):
        """A case whose whole refund has left, open again."""
        final(case, "refund", support, refunding(session, case))
        pay(case)
        do(session, case, "reopen", lead, {"facts": "À revoir."})
        return case

    def test_one_that_has_not_left_is_cancelled(self, session, case, support, lead, final, refunds):
        final(case, "refund", support, refunding(session, case))
        data = reasoned(session, "protect", action="protect")
        do(session, case, "override", lead, data)
        assert refunds(case) == [("seller", 9890, "cancelled")]

    def test_an_override_that_is_undone_lets_the_first_refund_stand(
        self, session, case, support, lead, final, refunds
    ):
        final(case, "refund", support, refunding(session, case))
        do(session, case, "override", lead, reasoned(session, "protect", action="protect"))
        do(session, case, "undo", lead)
        assert (refunds(case), case.resolution) == ([("seller", 9890, "owed")], "refunded")

    def test_one_that_failed_is_owed_anew_under_another_number(
        self, session, case, support, final, pay, refunds
    ):
        final(case, "refund", support, refunding(session, case))
        pay(case, RefundState.FAILED)
        do(session, case, "reopen", SYSTEM, {"facts": "Stripe a refusé."})
        case.flag("refund_failed")
        act(session, case, "refund", support, refunding(session, case))
        assert refunds(case) == [("seller", 9890, "failed"), ("seller", 9890, "owed")]
        assert case.flags == []

    def test_a_refusal_pays_the_seller_what_it_had_cost_by_two(
        self, session, reopened, support, lead, refunds
    ):
        decision = act(session, reopened, "protect", support, reasoned(session, "protect"))
        assert (decision.state, len(refunds(reopened))) == (DecisionState.HELD, 1)
        do(session, reopened, "confirm_hold", lead)
        (first, second) = refunds(reopened)
        assert (first[0], first[2], second[0]) == ("seller", "succeeded", "compensation")
        assert 0 < second[1] < 9890  # less the commission that came back with the refund

    def test_an_override_that_pays_the_seller_asks_for_two(
        self, session, case, support, lead, final, pay
    ):
        final(case, "refund", support, refunding(session, case))
        pay(case)
        with pytest.raises(NotPossible):
            do(session, case, "override", lead, reasoned(session, "protect", action="protect"))

    def test_the_same_refund_again_moves_nothing(self, session, reopened, support, refunds):
        act(session, reopened, "refund", support, refunding(session, reopened))
        assert refunds(reopened) == [("seller", 9890, "succeeded")]

    def test_more_is_owed_as_the_difference(
        self, session, case, support, lead, final, pay, refunds
    ):
        final(case, "refund", support, refunding(session, case, "30"))
        pay(case)
        do(session, case, "override", lead, refunding(session, case, "50", action="refund"))
        assert refunds(case) == [("seller", 3000, "succeeded"), ("seller", 2000, "owed")]

    def test_less_pays_the_seller_the_difference(self, session, reopened, support, lead, refunds):
        act(session, reopened, "refund", support, refunding(session, reopened, "50"))
        do(session, reopened, "confirm_hold", lead)
        assert [one[0] for one in refunds(reopened)] == ["seller", "compensation"]
        assert 0 < refunds(reopened)[1][1] <= 9890 - 5000

    def test_goodwill_instead_frees_the_seller_and_pays_the_buyer_nothing_twice(
        self, session, reopened, support, lead, refunds
    ):
        data = {"amount": "98,90", "facts": "Le colis est resté bloqué chez nous."}
        act(session, reopened, "goodwill", support, data)
        do(session, reopened, "confirm_hold", lead)
        assert [one[0] for one in refunds(reopened)] == ["seller", "compensation"]

    def test_a_seller_who_was_compensated_is_not_charged_again(
        self, session, reopened, support, lead, pay, final
    ):
        act(session, reopened, "protect", support, reasoned(session, "protect"))
        do(session, reopened, "confirm_hold", lead).undo_until = now()
        pay(reopened)
        do(session, reopened, "reopen", lead, {"facts": "À revoir."})
        with pytest.raises(NotPossible, match="compensated already"):
            act(session, reopened, "refund", support, refunding(session, reopened))
