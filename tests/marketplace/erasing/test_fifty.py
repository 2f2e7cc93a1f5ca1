"""Fifty erasures of all kinds of parties in one world, and what is left ten years later."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import audit
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.erasing.files import FORGET, forget_files
from backoffice.marketplace.erasing.model import PseudonymKey, RetainedValue
from backoffice.marketplace.erasing.purge import purge
from backoffice.marketplace.erasing.run import erase
from tests.factories.erasure import make_erasure
from tests.marketplace.erasing.walk import found_in_files, found_in_tables, retained
from tests.marketplace.erasing.world import (
    dispute_between,
    make_known_buyer,
    make_known_notifier,
    make_known_person,
    make_known_seller,
)

pytestmark = pytest.mark.usefixtures("app")
NUMBERS = {"seller.external_id", "buyer.external_id", "shop_order.external_id"}
OWN = {"seller": {"seller.email", "dispute.answer"}, "buyer": {"buyer.email", "dispute.claim"}}
EACH = {"seller": 8, "buyer": 14, "notifier": 14, "person": 14}


@pytest.fixture
def parties(session):
    """Fifty parties, of whom sellers and buyers dispute with each other, and two who stay."""
    sellers = [make_known_seller(session) for _ in range(EACH["seller"] + 1)]
    buyers = [make_known_buyer(session) for _ in range(EACH["buyer"] + 1)]
    for number, buyer in enumerate(buyers):
        dispute_between(session, sellers[number % len(sellers)], buyer)
    *sellers, seller = sellers
    *buyers, buyer = buyers
    dispute_between(session, seller, buyers[0])
    dispute_between(session, sellers[0], buyer)
    notifiers = [make_known_notifier(session) for _ in range(EACH["notifier"])]
    people = [make_known_person(session) for _ in range(EACH["person"])]
    return [*sellers, *buyers, *notifiers, *people], (seller, buyer)


def test_nothing_names_them_and_later_nothing_is_kept(session, parties, caplog):
    gone, stay = parties
    values = {value for known in gone for value in known.values}
    assert len(gone) == 50
    for number, known in enumerate(gone):
        case = make_erasure(session, known.party).case if number % 10 == 0 else None
        erase(session, known.party, at=now(), keep_case_id=case.id if case else None)
        if case:
            erase(session, known.party, at=now())
    owed = session.scalars(select(OutboxMessage).where(OutboxMessage.event == FORGET)).all()
    for row in owed:
        forget_files(session, **row.payload)
    assert sorted(found_in_tables(session, values) - NUMBERS) == []
    assert found_in_files(values) == []
    assert not any(value in caplog.text for value in values)
    kept = {str(one) for one in retained(session)}
    assert {known.party.email for known in gone if known.party.kind == "seller"} <= kept
    for known in stay:
        assert OWN[known.party.kind] <= found_in_tables(session, known.values)
    assert list(audit.verify(session)) == []
    assert len({one.pseudonym for one in session.scalars(select(PseudonymKey))}) == 50

    while purge(session, now() + timedelta(days=12 * 366)):
        pass
    assert sorted(found_in_tables(session, values)) == []
    assert session.scalars(select(RetainedValue)).all() == []
    keys = session.scalars(select(PseudonymKey)).all()
    assert [one for one in keys if one.key_encrypted is not None] == []
    assert purge(session, now() + timedelta(days=12 * 366)) == 0
    assert list(audit.verify(session)) == []
