"""Which revision of a listing a buyer saw."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.decision import DecisionState
from backoffice.marketplace.sold import revision_at
from backoffice.queues.listings.queue import QUEUE
from tests.factories.case import act
from tests.factories.listing import make_listing
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def approved(app, session, files_dir):
    """A listing approved ten days ago, and a change of it approved two days ago."""
    lead = make_staff(session, role="lead").actor
    first = make_listing(session)
    seller, number = first.listing.seller, first.listing.external_id
    approve = QUEUE.action("approve")
    with app.app_context():
        one = act(session, first.case, approve, lead)
        second = make_listing(session, seller, external_id=number, title="Un autre bol")
        other = act(session, second.case, approve, lead)
    one.executed_at = now() - timedelta(days=10)
    other.executed_at = now() - timedelta(days=2)
    first.listing.published_at = one.executed_at
    session.flush()
    return first.listing, first.revision, second.revision, other


def test_the_revision_approved_last_before_the_order_is_what_was_seen(session, approved):
    listing, first, second, _ = approved
    assert listing.live_id == second.id
    assert revision_at(session, listing, now() - timedelta(days=5)) == first
    assert revision_at(session, listing, now()) == second


def test_before_any_approval_nothing_was_seen(session, approved):
    listing, *_ = approved
    assert revision_at(session, listing, now() - timedelta(days=11)) is None


def test_an_approval_that_was_undone_counts_for_nothing(session, approved):
    listing, first, _, decision = approved
    decision.state = DecisionState.UNDONE
    session.flush()
    assert revision_at(session, listing, now()) == first
