"""What a refund would do to each account, to the cent."""

import pytest
from sqlalchemy import update

from backoffice.billing.commission import Commission, RefundRule
from backoffice.billing.effect import effect_of_refund
from backoffice.billing.refund import RefundKind
from backoffice.core.clock import now
from backoffice.web.text import say
from tests.factories.order import make_order
from tests.factories.refund import owe, tell


@pytest.fixture
def order(session):
    """A paid order of 247,90 € at a commission of 9 %: 22,31 €."""
    return make_order(session, lines=(24_790,), paid_at=now())


@pytest.fixture(autouse=True)
def in_english(app):
    """Say the sentences as they are written."""
    with app.test_request_context("/?lang=en"):
        yield


def shown(session, order, amount_minor, kind=RefundKind.SELLER):
    effect = effect_of_refund(session, order, amount_minor, kind)
    assert all(sum(amounts) == 0 for _, amounts in effect.rows)
    assert all(len(amounts) == len(effect.accounts) for _, amounts in effect.rows)
    return {say(name): amounts for name, amounts in effect.rows}, [say(one) for one in effect.notes]


def rule(session, order, refund_rule, kept_minor_max=None):
    session.execute(
        update(Commission)
        .where(Commission.order_line_id == order.lines[0].id)
        .values(refund_rule=refund_rule, kept_minor_max=kept_minor_max)
    )


def test_a_full_refund(session, order):
    rows, notes = shown(session, order, 24_790)
    assert rows == {"Price": (24_790, -24_790, 0), "Commission 9%": (0, 2231, -2231)}
    assert notes == []


def test_parts_one_after_the_other_give_the_whole_commission_back(session, order):
    given_back = 0
    for amount in (8_263, 8_263, 8_264):
        rows, _ = shown(session, order, amount)
        given_back += rows["Commission 9%"][1]
        assert owe(session, order, amount).fee_minor == rows["Commission 9%"][1]
    assert given_back == 2231


def test_a_commission_that_is_kept(session, order):
    rule(session, order, RefundRule.KEPT)
    rows, notes = shown(session, order, 24_790)
    assert rows["Commission 9%"] == (0, 0, 0)
    assert notes == ["We keep our commission."]


def test_a_commission_that_is_kept_up_to_a_limit(session, order):
    rule(session, order, RefundRule.CAPPED, 500)
    rows, _ = shown(session, order, 24_790)
    assert rows["Commission 9%"] == (0, 1731, -1731)


def test_lines_sold_at_different_rates_name_none(session):
    order = make_order(session, lines=(10_000, 10_000), paid_at=now())
    first, second = order.lines
    for line, rate_bp in ((first, 900), (second, 1250)):
        session.execute(
            update(Commission).where(Commission.order_line_id == line.id).values(rate_bp=rate_bp)
        )
    assert "Commission" in shown(session, order, 100)[0]


def test_goodwill_is_ours_and_compensation_is_the_sellers(session, order):
    assert shown(session, order, 900, RefundKind.GOODWILL)[0] == {
        "Goodwill to the buyer": (900, 0, -900)
    }
    assert shown(session, order, 900, RefundKind.COMPENSATION)[0] == {
        "Compensation of the seller": (0, 900, -900)
    }


@pytest.mark.parametrize(
    ("entry", "notes"),
    [({"id": "txn_1", "fee": 397}, ["Stripe’s fee of €3.97 stays paid."]), ("txn_1", [])],
)
def test_what_stripe_keeps_is_said_where_it_is_known(session, order, entry, notes):
    tell(session, order, "charge", order.charge, 24_790, balance_transaction=entry)
    assert shown(session, order, 24_790)[1] == notes
