"""Erasures at the same moment, orders meanwhile, crashes: in a database that really commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import sessionmaker

from backoffice.core.clock import now
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.erasing.model import PseudonymKey, RetainedValue
from backoffice.marketplace.erasing.run import erase, lock_party
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller
from tests.factories.order import make_order
from tests.marketplace.erasing.walk import found_in_tables
from tests.marketplace.erasing.world import dispute_between, make_known_buyer, make_known_seller

pytestmark = pytest.mark.usefixtures("app")
SECONDS = 60
NUMBERS = {"seller.external_id", "buyer.external_id"}


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def both(open_session):
    """A seller and a buyer who dispute about several orders."""
    with open_session() as session, unit_of_work(session):
        seller, buyer = make_known_seller(session), make_known_buyer(session)
        for _ in range(3):
            dispute_between(session, seller, buyer)
    return seller, buyer


@pytest.fixture
def wipe(open_session):
    """Return a function that erases a party in a transaction of its own."""

    def wipe(known) -> None:
        with open_session() as session, unit_of_work(session):
            erase(session, known.party, at=now())

    return wipe


def test_both_sides_of_an_order_at_once(open_session, both, wipe):
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(wipe, known) for known in (*both, *both)]
        for one in done:
            one.result(SECONDS)
    with open_session() as session:
        assert found_in_tables(session, both[0].values | both[1].values) <= NUMBERS
        assert len(session.scalars(select(PseudonymKey)).all()) == 2


def test_an_erasure_that_waits_for_another_holds_nothing(open_session, both, wipe):
    seller, buyer = both
    waiting = text("select count(*) from pg_locks join pg_stat_activity using (pid)"
                   " where not granted and datname = current_database()")  # fmt: skip
    give_up_at = monotonic() + SECONDS
    with ThreadPoolExecutor(1) as pool, open_session() as session:
        with unit_of_work(session):
            erase(session, buyer.party, at=now())
            other = pool.submit(wipe, seller)
            while not session.scalar(waiting):
                assert monotonic() < give_up_at
                session.execute(text("select pg_stat_clear_snapshot()"))
                sleep(0.02)
            held = select(Seller).where(Seller.id == seller.party.id)
            assert session.scalars(held.with_for_update(nowait=True)).one()
        other.result(SECONDS)


def test_a_crash_leaves_all_as_it_was_and_it_is_done_again(open_session, both):
    seller = both[0]

    def crash(session) -> None:
        with unit_of_work(session):
            erase(session, seller.party, at=now())
            raise KeyboardInterrupt

    with open_session() as session:
        before = found_in_tables(session, seller.values)
        with pytest.raises(KeyboardInterrupt):
            crash(session)
        assert found_in_tables(session, seller.values) == before
        assert session.scalars(select(RetainedValue)).all() == []
        with unit_of_work(session):
            erase(session, seller.party, at=now())
        assert found_in_tables(session, seller.values) <= NUMBERS


def test_an_order_that_comes_in_meanwhile_waits_for_the_end(open_session, both):
    seller, buyer = both
    is_locked = Event()

    def order() -> None:
        is_locked.wait(SECONDS)
        with open_session() as session, unit_of_work(session):
            make_order(session, session.get_one(Seller, seller.party.id),
                       session.get_one(Buyer, buyer.party.id), external_id="CMD-late")  # fmt: skip

    with ThreadPoolExecutor(1) as pool, open_session() as session:
        late = pool.submit(order)
        with unit_of_work(session):
            lock_party(session, seller.party)
            is_locked.set()
            erase(session, seller.party, at=now())
            late_one = select(Order).where(Order.external_id == "CMD-late")
            assert session.scalars(late_one).first() is None
            assert not late.done()
        late.result(SECONDS)
        assert session.scalars(late_one).one().seller_id == seller.party.id
        assert found_in_tables(session, seller.values) <= NUMBERS
