"""Suspensions: impossible without an earlier warning and four factors, taken back exactly."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.sanction import (
    FACTORS,
    Basis,
    lift,
    strike,
    suspend_notifier,
    suspend_seller,
    warn,
)
from backoffice.marketplace.seller import SellerStatus, set_status
from config.settings import get_settings
from tests.factories.notifier import make_notifier
from tests.factories.sanction import DAY, WEIGHED, ago, row, suspend
from tests.factories.seller import make_seller

SUSPEND = {"seller": (make_seller, suspend_seller), "notifier": (make_notifier, suspend_notifier)}


@pytest.fixture(params=SUSPEND)
def hit(request, session):
    """A subject, and the function that suspends it for a week."""
    make, apply = SUSPEND[request.param]
    subject = make(session)

    def suspend_it(at=None, days=7, factors=WEIGHED):
        at = at or now()
        return apply(session, subject, at + timedelta(days=days), factors, Basis(at))

    return subject, suspend_it


def state(subject) -> object:
    return getattr(subject, "status", None) or subject.suspended_until


def test_without_a_warning_there_is_no_suspension(session, hit):
    subject, suspend_it = hit
    before = state(subject)
    for _ in range(20):
        strike(session, subject, ago(3))
    with pytest.raises(NotPossible, match="earlier warning"):
        suspend_it()
    assert state(subject) == before


def test_a_warning_of_somebody_else_does_not_count(session, hit):
    subject, suspend_it = hit
    warn(session, type(subject) and SUSPEND["seller"][0](session), ago(3))
    warn(session, make_notifier(session), ago(3))
    with pytest.raises(NotPossible, match="earlier warning"):
        suspend_it()


def test_a_warning_of_the_same_decision_does_not_count(session, hit):
    subject, suspend_it = hit
    at = now()
    warn(session, subject, Basis(at))
    with pytest.raises(NotPossible, match="earlier warning"):
        suspend_it(at)
    suspend_it(at + timedelta(seconds=get_settings().undo_seconds))


def test_a_warning_that_was_lifted_does_not_count(session, hit):
    subject, suspend_it = hit
    lift(session, warn(session, subject, ago(3)), now())
    with pytest.raises(NotPossible, match="earlier warning"):
        suspend_it()


@pytest.mark.parametrize("missing", FACTORS)
@pytest.mark.parametrize("said", ["", "  \n", None])
def test_each_factor_must_be_written(session, hit, missing, said):
    subject, suspend_it = hit
    warn(session, subject, ago(3))
    factors = {name: words for name, words in WEIGHED.items() if name != missing}
    factors |= {} if said is None else {missing: said}
    with pytest.raises(NotPossible) as refused:
        suspend_it(factors=factors)
    assert refused.value.said.values["factor"].msgid == FACTORS[missing]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_it_ends_at_a_date_to_come_within_a_year(session, hit, days):
    subject, suspend_it = hit
    warn(session, subject, ago(3))
    with pytest.raises(NotPossible, match="end to come"):
        suspend_it(days=days)


@pytest.mark.parametrize("status", ["applicant", "refused", "terminated"])
def test_only_who_may_sell_is_suspended(session, status):
    seller = make_seller(session, SellerStatus(status))
    with pytest.raises(NotPossible, match="may sell"):
        suspend(session, seller, now() + DAY)


def test_a_suspended_seller_is_as_before_once_it_is_lifted(session):
    seller = make_seller(session)
    before = (seller.status, seller.status_reason, seller.status_at, seller.approved_at)
    change = suspend(session, seller, now() + 7 * DAY)
    assert seller.status == "suspended"
    sanction = row(session, change)
    assert sanction.factors == WEIGHED
    lift(session, change, now())
    lift(session, change, now())
    assert (seller.status, seller.status_reason, seller.status_at, seller.approved_at) == before
    assert sanction.lifted_at is not None


def test_a_lifted_one_leaves_what_is_newer_and_what_that_goes_back_to(session):
    seller = make_seller(session)
    begun = seller.status_at
    first = suspend(session, seller, now() + 7 * DAY)
    second = suspend(session, seller, now() + 9 * DAY)
    lift(session, first, now())
    assert seller.status == "suspended"
    lift(session, second, now())
    assert (seller.status, seller.status_at) == ("active", begun)


def test_lifted_in_the_other_order_each_goes_one_step_back(session):
    seller = make_seller(session)
    first = suspend(session, seller, now() + 9 * DAY)
    second = suspend(session, seller, now() + 7 * DAY)
    lift(session, second, now())
    assert seller.status == "suspended"
    lift(session, first, now())
    assert seller.status == "active"


def test_a_seller_whose_account_was_ended_meanwhile_stays_ended(session):
    seller = make_seller(session)
    change = suspend(session, seller, now() + 7 * DAY)
    set_status(seller, SellerStatus.TERMINATED)
    lift(session, change, now())
    assert seller.status == "terminated"


def test_a_notifier_waits_for_the_last_of_several(session):
    notifier = make_notifier(session)
    soon, later = now() + 7 * DAY, now() + 9 * DAY
    first = suspend(session, notifier, later)
    second = suspend(session, notifier, soon)
    assert notifier.suspended_until == later
    lift(session, first, now())
    assert notifier.suspended_until == soon
    lift(session, second, now())
    assert notifier.suspended_until is None
