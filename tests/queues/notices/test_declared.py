"""What a notice that is upheld declares to the European transparency database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.claim import claim
from backoffice.core.clock import PARIS, now
from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState, Statement
from backoffice.marketplace import sanction
from backoffice.marketplace.review import Review
from backoffice.marketplace.sanction import Basis
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.transparency.content import facts_of
from backoffice.marketplace.transparency.model import TransparencyEntry
from tests.factories.decision import refusal
from tests.factories.notice import make_notice, make_online
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.transparency import TYPED
from tests.jobs.conftest import change_settings

__all__ = ["change_settings"]

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def switched_on(change_settings):
    """A provider that must declare."""
    change_settings(provider_size="larger")


def uphold(session, notice, code="notice_trademark", **fields):
    """Uphold a notice, by two where that is asked for; returns the entries by measure."""
    first, second = (make_staff(session, role="lead").actor for _ in range(2))
    case = notice.case
    claim(session, case, first)
    data = {**refusal(session, code), "facts": TYPED, **fields}
    decision = decide(
        session, case.reference, "uphold", actor=first, data=data, version=case.version
    )
    if decision.state == DecisionState.HELD:
        decide(session, case.reference, "confirm_hold", actor=second, data={}, version=case.version)
    session.flush()
    found = (
        select(Statement.measure, TransparencyEntry)
        .join(TransparencyEntry.statement)
        .where(Statement.decision_id == decision.id)
    )
    return dict(session.execute(found).all())


def of_targets(notice, *outcomes):
    """Return the fields that choose an outcome for each target."""
    targets = notice.notice.targets
    return {f"t{one.id}-outcome": said for one, said in zip(targets, outcomes, strict=True)}


def test_each_measure_is_declared_and_the_notifier_s_answer_is_not(session):
    seller = make_seller(session)
    listings = [make_online(session, seller) for _ in range(2)]
    notice = make_notice(session, *listings)
    found = uphold(session, notice, **of_targets(notice, "suspend_listing", "withdraw_listings"))
    assert {measure: entry.state for measure, entry in found.items()} == {
        "suspend_listing": "draft", "withdraw_listings": "draft", "": "not_applicable"
    }  # fmt: skip
    body = found["suspend_listing"].body
    assert body["source_type"] == "SOURCE_ARTICLE_16"
    assert body["content_id"] == {"EAN-13": listings[0].gtin[1:]}
    assert body["category_specification"] == ["KEYWORD_TRADEMARK_INFRINGEMENT"]
    assert "Vandermeersch" not in str([entry.body for entry in found.values()])
    assert notice.notice.name not in str([entry.body for entry in found.values()])


def test_a_suspended_seller_s_last_day_is_declared(session):
    listing = make_online(session)
    seller = listing.seller
    sanction.warn(session, seller, Basis(now() - timedelta(days=30)))
    notice = make_notice(session, listing)
    until = now().astimezone(PARIS).date() + timedelta(days=20)
    factors = {f"s{seller.id}-{name}": "Trois fois en un mois." for name in sanction.FACTORS}
    found = uphold(
        session, notice, "notice_repeated", **of_targets(notice, "none"), **factors,
        **{f"s{seller.id}-measure": "suspend_seller", f"s{seller.id}-until": until.isoformat()},
    )  # fmt: skip
    body = found["suspend_seller"].body
    assert body["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert body["end_date_service_restriction"] == until.isoformat()
    assert "decision_account" not in body


def test_an_account_that_ends_is_declared_from_the_day_on_which_it_ends(session):
    listing = make_online(session)
    notice = make_notice(session, listing)
    chosen = {f"s{listing.seller_id}-measure": "terminate_seller"}
    found = uphold(session, notice, **of_targets(notice, "none"), **chosen)
    body = found["terminate_seller"].body
    assert body["decision_account"] == "DECISION_ACCOUNT_TERMINATED"
    today = now().astimezone(PARIS).date()
    assert body["application_date"] >= (today + timedelta(days=30)).isoformat()


def test_a_warned_seller_is_not_restricted(session):
    listing = make_online(session)
    notice = make_notice(session, listing)
    chosen = {f"s{listing.seller_id}-measure": "warn_seller"}
    found = uphold(session, notice, **of_targets(notice, "suspend_listing"), **chosen)
    assert found["warn_seller"].why_not == "no_restriction"
    assert found["suspend_listing"].state == "draft"


def test_texts_are_there_since_they_were_written(session):
    seller, at = make_seller(session), now() - timedelta(days=9)
    review = Review(external_id="r-1", seller_id=seller.id, rating=1, written_at=at)
    message = ThreadMessage(
        external_id="m-1", seller_id=seller.id, thread="t-1", side="seller", sent_at=at
    )
    session.add_all([review, message])
    session.flush()
    assert facts_of(session, f"review:{review.id}", 0).content_at == at
    assert facts_of(session, f"message:{message.id}", 0).content_at == at
