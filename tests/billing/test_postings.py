"""Postings: what each of Stripe's objects moves, in both forms in which it pays the seller."""

import pytest

from backoffice.billing.commission import RefundRule
from backoffice.billing.ledger import balance_of, entry_of
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.core.clock import now
from tests.factories.books import books
from tests.factories.stripe import Sale

G, C = 12_000, 1_440  # of which 1,200 net and 240 VAT
F = 193  # Stripe's own
BOTH = pytest.mark.parametrize("gross", [True, False], ids=["gross", "net"])


@pytest.fixture
def order(sell):
    """An order of 120 € whose commission is 14.40 €."""
    return sell(G, C)


def own(session, order, kind, amount=G, state=RefundState.REQUESTED):
    refund = Refund(
        order_id=order.id, number=1, kind=kind, amount_minor=amount, state=state,
        requested_at=now(),
    )  # fmt: skip
    session.add(refund)
    session.flush()
    return refund


SOLD = {"517": C - F, "6278": F, "706200": -1_200, "44571": -240}


@BOTH
def test_a_sale_leaves_our_commission_and_nothing_with_the_seller(session, order, hear, gross):
    hear(Sale(order.external_id, G, C, gross=gross).events)
    assert books(session, order) == SOLD


def test_a_charge_alone_is_the_sellers_money(session, order, hear):
    hear(Sale(order.external_id, G, C).events[:1])
    assert books(session, order) == {"517": G - F, "6278": F, "4671": -G}
    assert balance_of(session, "4671", seller_id=order.seller_id) == -G


def test_an_entry_names_what_it_rests_on(session, order, hear):
    sale = Sale(order.external_id, G, C)
    hear(sale.events)
    entry = entry_of(session, f"fee:{sale.fee['id']}")
    assert (entry.source_type, entry.source_id) == ("application_fee", sale.fee["id"])
    assert (entry.journal, entry.piece_ref, entry.kind) == ("ST", order.external_id, "fee")
    assert entry.occurred_on.isoformat() == "2026-11-02"


@BOTH
def test_a_full_refund_leaves_only_what_stripe_keeps(session, order, hear, gross):
    sale = Sale(order.external_id, G, C, gross=gross)
    sale.refund(G, fee_back=C, reverse=G if gross else G - C)
    hear(sale.events)
    assert books(session, order) == {"517": -F, "6278": F}


@BOTH
def test_part_refunds_add_up_with_their_vat(session, order, hear, gross):
    sale = Sale(order.external_id, G, C, gross=gross)
    for part, fee in ((4_000, 481), (4_000, 479), (4_000, 480)):
        sale.refund(part, fee_back=fee, reverse=part if gross else part - fee)
    hear(sale.events)
    assert books(session, order) == {"517": -F, "6278": F}


def test_a_refund_that_keeps_the_commission(session, order, hear):
    sale = Sale(order.external_id, G, C)
    sale.refund(G, reverse=G)
    hear(sale.events)
    assert books(session, order) == SOLD


def test_goodwill_is_ours_to_bear(session, order, hear):
    sale = Sale(order.external_id, G, C)
    sale.refund(2_000, refund=own(session, order, RefundKind.GOODWILL, 2_000).id)
    hear(sale.events)
    assert books(session, order) == {**SOLD, "517": C - F - 2_000, "654": 2_000}


def test_a_compensation_is_ours_to_bear_and_has_arrived(session, order, hear):
    sale = Sale(order.external_id, G, C)
    sale.refund(G, fee_back=C, reverse=G)
    refund = own(session, order, RefundKind.COMPENSATION, 9_000)
    sale.compensate(9_000, refund.id)
    hear(sale.events)
    assert books(session, order) == {"517": -F - 9_000, "6278": F, "654": 9_000}
    assert refund.state == RefundState.SUCCEEDED


def test_a_refund_made_at_stripe_itself_is_the_sellers(session, order, hear):
    sale = Sale(order.external_id, G, C)
    sale.refund(3_000)
    hear(sale.events)
    assert books(session, order) == {**SOLD, "517": C - F - 3_000, "4671": 3_000}


@pytest.mark.parametrize("came_back", [True, False])
def test_a_refund_that_fails_after_all_is_reversed(session, order, hear, came_back):
    sale = Sale(order.external_id, G, C)
    told = sale.refund(G)
    sale.end_refund(told, "failed", came_back=came_back)
    hear(sale.events)
    assert books(session, order) == SOLD
    entry = entry_of(session, f"refund:{told['id']}:failed")
    assert entry.reverses_id == entry_of(session, f"refund:{told['id']}:succeeded").id


def test_a_refund_that_never_succeeded_posts_nothing(session, order, hear):
    sale = Sale(order.external_id, G, C)
    told = sale.refund(G, status="pending")
    hear(sale.events)
    assert books(session, order) == SOLD
    sale.end_refund(told, "failed")
    hear(sale.events)
    assert entry_of(session, f"refund:{told['id']}:succeeded") is None


def test_a_chargeback_takes_from_the_seller_and_costs_us_its_fee(session, order, hear):
    sale = Sale(order.external_id, G, C)
    chargeback = sale.chargeback(G)
    hear(sale.events)
    taken = {**SOLD, "517": C - F - G - 1_500, "6278": F + 1_500, "4671": G}
    assert books(session, order) == taken
    sale.end_chargeback(chargeback, "won")
    hear(sale.events)
    assert books(session, order) == SOLD


def test_a_lost_chargeback_is_taken_back_from_the_seller(session, order, hear):
    sale = Sale(order.external_id, G, C)
    sale.chargeback(G, ends="lost")
    sale.reverse(G)
    hear(sale.events)
    assert books(session, order) == {**SOLD, "517": C - F - 1_500, "6278": F + 1_500}


def test_of_a_direct_charge_only_our_fee_is_ours(session, order, hear):
    sale = Sale(order.external_id, G, C, direct=True)
    sale.refund(6_000, fee_back=720)
    sale.chargeback(6_000)
    hear(sale.events)
    assert books(session, order) == {"517": 720, "706200": -600, "44571": -120}
    assert order.charge_type == "direct"


@pytest.mark.parametrize("fee", [1, 29, 2_991, 3_003])
def test_vat_of_any_commission_goes_back_whole(session, sell, hear, fee):
    order = sell(G, fee, RefundRule.PROPORTIONAL)
    sale = Sale(order.external_id, G, fee)
    parts = (fee // 3, fee // 3, fee - 2 * (fee // 3))
    for part in parts:
        sale.refund(4_000, fee_back=part, reverse=4_000)
    hear(sale.events)
    assert books(session, order) == {"517": -F, "6278": F}
