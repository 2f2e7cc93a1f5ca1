"""An edit by the seller and a decision at once: one waits for the other, neither dies."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from backoffice.core.case import Case
from backoffice.core.decide import decide
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import Refused
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.seller import Seller
from backoffice.queues.listings.receive import receive_listing
from tests.factories.listing import listing_body, make_listing
from tests.factories.seller import make_seller

pytestmark = pytest.mark.usefixtures("app")
ROUNDS = 40


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database, pool_size=10)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


def test_an_edit_and_a_decision_take_their_locks_in_one_order(open_session):
    with open_session() as session, unit_of_work(session):
        seller = make_seller(session)
        made = [make_listing(session, seller) for _ in range(ROUNDS)]
        listings = [(one.listing.external_id, one.case.reference) for one in made]
    together = Barrier(2, timeout=20)  # a deadlock ends the test, not the day

    def edit(session, external_id, reference):
        body = listing_body(external_id=external_id, title="Bol", seller=seller.external_id)
        owner = session.get_one(Seller, seller.id)
        form = ListingForm.model_validate(body)
        receive_listing(session, owner, form, actor=SYSTEM, channel="api")

    def approve(session, external_id, reference):
        decide(session, reference, "approve", actor=SYSTEM, data={}, version=1)

    def work(act):
        ended = []
        for one in listings:
            together.wait()
            try:
                with open_session() as session, unit_of_work(session):
                    act(session, *one)
                ended.append("done")
            except Refused as refusal:
                ended.append(type(refusal).__name__)
        return ended

    with ThreadPoolExecutor(2) as pool:
        edits, approvals = pool.map(work, (edit, approve))
    assert set(edits) == {"done"}
    assert set(approvals) <= {"done", "Stale"}
    with open_session() as session:
        for (_, reference), approval in zip(listings, approvals, strict=True):
            case = session.query(Case).filter_by(reference=reference).one()
            assert (case.state == "closed") == (approval == "done")
