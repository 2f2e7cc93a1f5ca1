"""Reviews and messages: the rating they make, removed and put back."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.marketplace.review import Rating, rating_of
from backoffice.marketplace.user_text import TextStatus, restore, set_status
from tests.factories.seller import make_seller
from tests.factories.user_text import make_message, make_review


def long_ago() -> str:
    return (now() - timedelta(days=91)).isoformat()


def lately() -> str:
    return (now() - timedelta(days=89)).isoformat()


def test_a_seller_without_reviews_has_no_average(session):
    assert rating_of(session, make_seller(session).id) == Rating(0, None, 0, None)


def test_the_rating_counts_what_is_shown_and_what_is_recent(session):
    seller = make_seller(session)
    for rating, at in ((5, long_ago()), (2, lately()), (3, lately())):
        make_review(session, seller, rating=rating, written_at=at)
    make_review(session, rating=1)
    rating = rating_of(session, seller.id)
    assert (rating.count, rating.recent_count) == (3, 2)
    assert rating.average == pytest.approx(10 / 3)
    assert rating.recent_average == pytest.approx(2.5)


def test_a_removed_review_does_not_count_until_it_is_put_back(session):
    seller = make_seller(session)
    make_review(session, seller, rating=5)
    bad = make_review(session, seller, rating=1)
    before = set_status(bad, TextStatus.REMOVED, now())
    session.flush()
    assert rating_of(session, seller.id).average == 5
    restore(bad, before, now())
    session.flush()
    assert rating_of(session, seller.id).average == 3


@pytest.mark.parametrize("make", [make_review, make_message])
def test_a_change_of_status_is_taken_back_and_counted(session, make):
    row = make(session)
    before = set_status(row, TextStatus.REMOVED, now())
    assert (row.status, row.version) == ("removed", 2)
    again = set_status(row, TextStatus.REMOVED, now())
    restore(row, again, now())
    assert row.status == "removed"
    restore(row, before, now())
    assert (row.status, row.version) == ("shown", 5)
