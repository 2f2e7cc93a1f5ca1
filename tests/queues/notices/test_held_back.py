"""A listing that two notices hold back: reversing one leaves what the other says."""

import pytest

from tests.factories.notice import make_notice, make_online
from tests.factories.staff import make_staff
from tests.factories.upheld import told, upheld, uphold
from tests.queues.notices.test_appeals import act, contest, current_decision, one_click

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def listing(session):
    return make_online(session)


@pytest.fixture
def hold(session, listing, moderator):
    """Return a function that upholds one more notice about the listing."""

    def hold(measure):
        notice, case, _ = make_notice(session, listing)
        return upheld(session, case, uphold(session, notice, {listing: measure}), moderator)

    return hold


@pytest.fixture
def reverse(session, listing):
    """Return a function that overturns a decision on its seller's appeal."""

    def reverse(decision):
        appeal = contest(session, decision, listing.seller.party, "Non.")
        made = one_click(session, appeal, make_staff(session, role="lead").actor)
        told(session, made, current_decision(session, decision.case))
        session.refresh(listing)
        return listing.status

    return reverse


@pytest.mark.parametrize(
    ("first", "second", "between"),
    [
        ("suspend_listing", "suspend_listing", "suspended"),
        ("suspend_listing", "withdraw_listing", "withdrawn"),
        ("withdraw_listing", "suspend_listing", "suspended"),
        ("withdraw_listing", "withdraw_listings", "withdrawn"),
    ],
)
def test_the_older_goes_first(session, listing, hold, reverse, first, second, between):
    older, newer = hold(first), hold(second)
    assert reverse(older) == between
    assert reverse(newer) == "live"


@pytest.mark.parametrize(
    ("first", "second", "between"),
    [
        ("suspend_listing", "suspend_listings", "suspended"),
        ("suspend_listing", "withdraw_listing", "suspended"),
        ("withdraw_listing", "suspend_listing", "withdrawn"),
    ],
)
def test_the_newer_goes_first(session, listing, hold, reverse, first, second, between):
    older, newer = hold(first), hold(second)
    assert reverse(newer) == between
    assert reverse(older) == "live"


def test_an_undo_of_the_newer_leaves_the_older(session, listing, hold, moderator):
    hold("suspend_listing")
    notice, case, _ = make_notice(session, listing)
    act(session, case, "uphold", moderator, uphold(session, notice, {listing: "withdraw_listing"}))
    assert listing.status == "withdrawn"
    act(session, case, "undo", moderator)
    assert listing.status == "suspended"
