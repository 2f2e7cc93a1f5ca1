"""The end of an account: thirty days' notice, or an exception that is proven."""

from datetime import UTC, datetime, timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.decision import DecisionState
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.sanction import Basis, lift, strike, terminate_seller
from backoffice.marketplace.sanction.terminate import earliest_termination
from backoffice.marketplace.seller import SellerStatus
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_listing
from tests.factories.sanction import DAY, ago, row
from tests.factories.seller import make_seller

pytestmark = pytest.mark.usefixtures("app")  # decisions are taken in queues

PROOF = {"text": "Jugement du 3 juin 2026, RG 26/01234."}


@pytest.fixture
def seller(session):
    return make_seller(session)


def refused_listing(session, seller, **more):
    """Refuse a listing of a seller; returns the decision."""
    case = make_listing(session, seller).case
    return decided(session, case, "reject", refusal(session, "listing_counterfeit"), **more)


def test_the_notice_is_thirty_days_after_it_may_be_read():
    at = datetime(2026, 6, 8, 8, tzinfo=UTC)  # a Monday: the thirtieth day is a Wednesday
    assert earliest_termination(Basis(at)) == datetime(2026, 7, 8, 21, 59, 59, tzinfo=UTC)
    midnight = datetime(2026, 6, 8, 21, 59, 59, tzinfo=UTC)  # told on Tuesday the 9th
    assert earliest_termination(Basis(midnight)) == datetime(2026, 7, 9, 21, 59, 59, tzinfo=UTC)


def test_by_default_it_takes_effect_at_the_end_of_the_notice(session, seller):
    basis = ago(0)
    sanction = row(session, terminate_seller(session, seller, basis))
    assert sanction.effective_at == earliest_termination(basis)
    assert sanction.effective_at >= sanction.notified_at + timedelta(days=30)
    assert (seller.status, sanction.applied_at) == ("active", None)


def test_sooner_is_refused_and_later_is_not(session, seller):
    basis = ago(0)
    earliest = earliest_termination(basis)
    with pytest.raises(NotPossible, match="notice"):
        terminate_seller(session, seller, basis, effective_at=earliest - timedelta(seconds=1))
    change = terminate_seller(session, seller, basis, effective_at=earliest + DAY)
    assert row(session, change).effective_at == earliest + DAY


@pytest.mark.parametrize("exception", ["legal_obligation", "imperative_reason"])
def test_a_proven_exception_ends_it_at_once_and_exactly_back(session, seller, exception):
    before = (seller.status, seller.status_at)
    change = terminate_seller(session, seller, ago(0), exception=exception, proof=PROOF)
    assert seller.status == "terminated"
    assert row(session, change).proof == PROOF
    lift(session, change, now())
    assert (seller.status, seller.status_at) == before


@pytest.mark.parametrize(
    ("exception", "proof", "said"),
    [
        ("legal_obligation", None, "proves"),
        ("imperative_reason", {"text": " "}, "proves"),
        ("repeated_infringement", PROOF, "earlier decisions"),
        ("repeated_infringement", {**PROOF, "decisions": [999_999]}, "earlier decisions"),
        ("bad_mood", PROOF, "one of the exceptions"),
    ],
)
def test_an_exception_without_its_proof_is_refused(session, seller, exception, proof, said):
    with pytest.raises(NotPossible, match=said):
        terminate_seller(session, seller, ago(0), exception=exception, proof=proof)
    assert seller.status == "active"


def repeated(session, seller, *decisions):
    proof = {**PROOF, "decisions": [one.id for one in decisions]}
    return terminate_seller(session, seller, ago(0), exception="repeated_infringement", proof=proof)


def test_earlier_refusals_prove_a_repeated_infringement(session, seller):
    decisions = [refused_listing(session, seller) for _ in range(2)]
    repeated(session, seller, *decisions)
    assert seller.status == "terminated"


def test_so_does_an_earlier_strike_of_another_case(session, seller):
    decision = refused_listing(session, make_seller(session))
    with pytest.raises(NotPossible, match="earlier decisions"):
        repeated(session, seller, decision)
    change = strike(session, seller, Basis(now() - DAY, decision_id=decision.id))
    repeated(session, seller, decision)
    lift(session, change, now())
    seller.status = SellerStatus.ACTIVE
    with pytest.raises(NotPossible, match="earlier decisions"):
        repeated(session, seller, decision)


def test_decisions_that_do_not_stand_prove_nothing(session, seller):
    good = refused_listing(session, seller)
    undoable = refused_listing(session, seller)
    undoable.undo_until = now() + DAY
    overturned = refused_listing(session, seller)
    overturned.state = DecisionState.SUPERSEDED
    approved = decided(session, make_listing(session, seller).case, "approve")
    of_another = refused_listing(session, make_seller(session))
    session.flush()
    for bad in (undoable, overturned, approved, of_another):
        with pytest.raises(NotPossible, match="earlier decisions"):
            repeated(session, seller, good, bad)


@pytest.mark.parametrize("status", ["applicant", "refused", "terminated"])
def test_only_an_account_that_runs_is_ended(session, status):
    with pytest.raises(NotPossible, match="active or suspended"):
        terminate_seller(session, make_seller(session, SellerStatus(status)), ago(0))
