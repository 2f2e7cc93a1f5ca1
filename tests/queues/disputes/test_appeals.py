"""Both sides may contest; an overturned refund pays the seller, by two other people."""

import pytest

from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState, current_decision
from backoffice.core.refusal import NotPossible
from backoffice.queues.appeals.contest import contest
from backoffice.queues.disputes.parties import buyer_party, seller_party
from tests.factories.appeal import act, pass_undo
from tests.factories.dispute import make_dispute, reasoned, refunding
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def received(session):
    return make_dispute(session)


def inside(action: str, data: dict) -> dict:
    """Return a form as it stands inside the form of an appeal."""
    return {f"{action}-{name}": value for name, value in data.items()}


def overturning(session, action: str, data: dict) -> dict:
    """Return what the form says by which an appeal puts another action in the first one’s stead."""
    return {"facts": "Nous avons relu le dossier.", "instead": action, **inside(action, data)}


def test_an_overturned_refund_pays_the_seller_by_two_others(
    session, received, support, final, pay, refunds
):
    case, party = received.case, seller_party(session, received.dispute)
    first = final(case, "refund", support, refunding(session, case))
    pay(case)
    appeal = contest(session, first, party, "La photo montre un autre numéro.")
    judge, second = (make_staff(session, role="lead").actor for _ in range(2))
    data = overturning(session, "protect", reasoned(session, "protect"))
    decision = act(session, appeal, "overturn", judge, data)
    assert (decision.state, len(refunds(case))) == (DecisionState.HELD, 1)
    decide(session, appeal.reference, "confirm_hold", actor=second, data={}, version=appeal.version)
    assert (case.resolution, appeal.resolution) == ("protected", "overturned")
    assert [one[0] for one in refunds(case)] == ["seller", "compensation"]


def test_an_overturned_refusal_refunds_the_buyer(session, received, support, final, refunds):
    case, party = received.case, buyer_party(session, received.dispute)
    first = final(case, "protect", support, reasoned(session, "protect"))
    appeal = contest(session, first, party, "Le défaut était là.")
    judge = make_staff(session, role="lead").actor
    act(
        session, appeal, "overturn", judge, overturning(session, "refund", refunding(session, case))
    )
    assert (case.resolution, refunds(case)) == ("refunded", [("seller", 9890, "owed")])


def test_a_buyer_who_is_refunded_in_part_may_ask_for_the_rest(
    session, received, support, final, pay, refunds
):
    case, party = received.case, buyer_party(session, received.dispute)
    first = final(case, "refund", support, refunding(session, case, "30"))
    pay(case)
    appeal = contest(session, first, party, "Rien ne marche.")
    judge = make_staff(session, role="lead").actor
    act(
        session, appeal, "overturn", judge, overturning(session, "refund", refunding(session, case))
    )
    assert refunds(case) == [("seller", 3000, "succeeded"), ("seller", 6890, "owed")]


def test_who_won_has_nothing_to_contest(session, received, support, final):
    first = final(received.case, "refund", support, refunding(session, received.case))
    with pytest.raises(NotPossible, match="nothing to contest"):
        contest(session, first, buyer_party(session, received.dispute), "Encore.")


def test_a_confirmed_appeal_moves_nothing(session, received, support, final, refunds):
    case, party = received.case, seller_party(session, received.dispute)
    first = final(case, "refund", support, refunding(session, case))
    appeal = contest(session, first, party, "Non.")
    judge = make_staff(session, role="lead").actor
    decision = act(session, appeal, "confirm", judge, {"facts": "La décision est juste."})
    pass_undo(session, decision)
    assert current_decision(session, case) is first
    assert refunds(case) == [("seller", 9890, "owed")]
