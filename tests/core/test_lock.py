"""Locking a row that is at hand."""

from backoffice.core.lock import lock
from backoffice.marketplace.seller import Seller
from tests.factories.order import make_order
from tests.factories.seller import make_seller


def test_what_was_changed_is_written_before_the_row_is_read_anew(session):
    seller = make_seller(session)
    seller.city = "Annecy"
    assert lock(session, seller) is seller
    assert seller.city == "Annecy"


def test_what_others_wrote_is_seen(session):
    seller = make_seller(session)
    table = Seller.__table__
    session.execute(table.update().where(table.c.id == seller.id).values(city="Annecy"))
    assert lock(session, seller).city == "Annecy"


def test_what_is_loaded_beside_the_row_stays_unlocked(session):
    order = make_order(session)
    assert lock(session, order) is order
    assert order.buyer.name
