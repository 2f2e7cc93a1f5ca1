"""After an erasure nothing names the party, but what the law has us keep; later nothing at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import audit
from backoffice.core.clock import now
from backoffice.marketplace.erasing.model import PseudonymKey, RetainedValue
from backoffice.marketplace.erasing.purge import purge
from backoffice.marketplace.erasing.run import erase, foresee
from backoffice.marketplace.seller import Seller
from tests.factories.erasure import make_erasure
from tests.marketplace.erasing.walk import found_in_tables, retained
from tests.marketplace.erasing.world import (
    dispute_between,
    make_known_buyer,
    make_known_notifier,
    make_known_person,
    make_known_seller,
)

pytestmark = pytest.mark.usefixtures("app")
NUMBERS = {  # the marketplace's own numbers tie the accounts together until their date
    "seller.external_id", "buyer.external_id", "shop_order.external_id",
}  # fmt: skip


def wiped(session, known):
    """Erase a party, and finish as the last letter has left; returns the report."""
    case = make_erasure(session, known.party).case
    report = erase(session, known.party, at=now(), keep_case_id=case.id)
    erase(session, known.party, at=now())
    return report


def test_of_a_seller_nothing_is_left_but_what_is_kept(session):
    known, buyer = make_known_seller(session), make_known_buyer(session)
    dispute_between(session, known, buyer)
    before = found_in_tables(session, known.values)
    assert {"seller.email", "ticket_message.body", "case_event.body", "cases.words"} <= before
    report = wiped(session, known)
    assert sorted(found_in_tables(session, known.values) - NUMBERS) == []
    assert any(known.party.email in str(one) for one in retained(session))
    seller = session.get_one(Seller, known.party.id)
    assert seller.display_name == report.pseudonym
    assert found_in_tables(session, buyer.values) >= {"buyer.name", "dispute.claim", "review.text"}
    assert list(audit.verify(session)) == []


def test_of_a_buyer_a_notifier_and_a_person_nothing_is_left(session):
    seller, buyer = make_known_seller(session), make_known_buyer(session)
    dispute_between(session, seller, buyer)
    notifier, person = make_known_notifier(session), make_known_person(session)
    for known in (buyer, notifier, person):
        assert found_in_tables(session, known.values)
        wiped(session, known)
        assert found_in_tables(session, known.values) <= NUMBERS, known.party.kind
    assert found_in_tables(session, seller.values) >= {"seller.email", "dispute.answer"}


def test_at_their_dates_all_that_was_kept_goes_and_the_key_with_it(session):
    known, buyer = make_known_seller(session), make_known_buyer(session)
    dispute_between(session, known, buyer)
    for one in (known, buyer):
        wiped(session, one)
    while purge(session, now() + timedelta(days=11 * 366)):
        pass
    assert found_in_tables(session, known.values | buyer.values) == set()
    assert session.scalars(select(RetainedValue)).all() == []
    keys = session.scalars(select(PseudonymKey)).all()
    assert keys
    assert all(one.key_encrypted is None and one.destroyed_at for one in keys)


def test_it_may_run_again_and_finds_nothing_to_do(session):
    known = make_known_seller(session)
    first = wiped(session, known)
    again = erase(session, known.party, at=now())
    assert again.pseudonym == first.pseudonym
    done = [one for one in again.classes if one.until is None and one.count]
    assert done == []


def test_what_is_foreseen_is_what_is_done(session):
    known = make_known_seller(session)
    foreseen = foresee(session, known.party, at=now())
    report = erase(session, known.party, at=now())
    kept = {(one.data_class, one.until) for one in report.classes if one.until}
    assert kept <= {(one.data_class, one.until) for one in foreseen}
