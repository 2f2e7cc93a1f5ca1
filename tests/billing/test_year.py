"""A year of a marketplace, small: what happened is in the books, to the cent, and closed."""

import pytest
from sqlalchemy import create_engine

from backoffice.core.work import WorkSession
from tests.simulation.laws import check
from tests.simulation.market import Market


@pytest.mark.slow
def test_a_year_adds_up(app, fresh_database, stripe_sandbox):
    engine = create_engine(fresh_database)
    with app.app_context(), WorkSession(engine) as session:
        market = Market(session, stripe_sandbox, sellers=8, orders=600, year=2025, seed=7)
        market.run()
        figures = check(session, market)
    engine.dispose()
    assert figures["commissions"]
    assert market.counts["months closed"] == 12
    for name in ("refunds", "plan changes", "shops closed", "months paid", "payouts failed"):
        assert market.counts[name], name
