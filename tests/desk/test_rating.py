"""A seller's rating: beside a case, and on the seller's page."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.user_text import TextStatus, set_status
from tests.desk.cases import make_case
from tests.desk.conftest import Desk
from tests.factories.user_text import make_review


@pytest.fixture(params=["case", "seller"])
def rated(request, session, desk: Desk):
    """A seller, and a function that opens a page that shows its rating."""
    case = make_case(session)
    seller = session.get_one(Seller, case.seller_id)
    path = (
        f"/cases/{case.reference}" if request.param == "case" else f"/sellers/{seller.external_id}"
    )
    return seller, lambda: desk.page(path, lang="en")


def test_without_reviews_it_says_so(rated):
    _, page = rated
    assert "no reviews" in page()


def test_it_tells_all_and_the_recent_ones(session, rated):
    seller, page = rated
    long_ago, lately = (now() - timedelta(days=days) for days in (91, 3))
    make_review(session, seller, rating=5, written_at=long_ago.isoformat())
    html = page()
    assert "5.0/5" in html
    assert "1 review" in html
    assert "None in the last 90 days" in html
    bad = make_review(session, seller, rating=2, written_at=lately.isoformat())
    html = page()
    assert "3.5/5" in html
    assert "Last 90 days: 2.0/5" in html
    set_status(bad, TextStatus.REMOVED, now())
    session.flush()
    assert "3.5/5" not in page()
