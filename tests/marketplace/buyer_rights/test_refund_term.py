"""Until when a refund is due by law, and the scales of what is paid late."""

import pytest

from backoffice.core.text import Text
from backoffice.marketplace.buyer_rights.refund_term import (
    delivery_surcharge_bp,
    refund_term,
    surcharge_minor,
    term_of,
    withdrawal_surcharge_bp,
)
from backoffice.web.text import say
from tests.marketplace.buyer_rights.bought import a_day, bought, paris

DELIVERED = {"paid": "2026-03-01", "delivered": "2026-03-05"}


@pytest.fixture(autouse=True)
def in_english(app):
    """Say the sentences as they are written."""
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("basis", "times", "asked", "last"),
    [
        # Told on Tuesday 10 March, goods back on 12 March: 10 March + 14 = Tuesday 24 March 2026
        ("withdrawal", {"returned": "2026-03-12"}, "2026-03-10", "2026-03-24"),
        # Goods back only on Monday 30 March, after the 14 days: due that day
        ("withdrawal", {"returned": "2026-03-30"}, "2026-03-10", "2026-03-30"),
        # The proof of dispatch of 25 March comes before the goods of 30 March
        (
            "withdrawal", {"return_shipped": "2026-03-25", "returned": "2026-03-30"},
            "2026-03-10", "2026-03-25",
        ),
        # Neither goods nor proof: it may wait
        ("withdrawal", {}, "2026-03-10", None),
        # Told on Monday 23 March: + 14 = Easter Monday -> Tuesday 7 April 2026
        ("withdrawal", {"returned": "2026-03-24"}, "2026-03-23", "2026-04-07"),
        # Told on Friday 17 April: + 14 = Labour Day, a Friday -> Monday 4 May 2026
        ("withdrawal", {"returned": "2026-04-20"}, "2026-04-17", "2026-05-04"),
        # Conformity counts from the goods: back on Saturday 4 April + 14 = Saturday 18 April
        # -> Monday 20 April 2026
        ("conformity", {"returned": "2026-04-04"}, "2026-03-10", "2026-04-20"),
        ("conformity", {}, "2026-03-10", None),
    ],
)  # fmt: skip
def test_a_refund_after_a_return(basis, times, asked, last):
    term = term_of(basis, bought("2026-03-01", **DELIVERED, **times), paris(asked))
    assert (None if isinstance(term.last, Text) else term.last) == (last and a_day(last))


@pytest.mark.parametrize(
    ("basis", "asked", "last"),
    [
        # Nothing came, nothing goes back: Thursday 15 February + 14 = Thursday 29 February 2024
        ("not_delivered", "2024-02-15", "2024-02-29"),
        ("late", "2024-02-15", "2024-02-29"),
        ("withdrawal", "2024-02-15", "2024-02-29"),
        # Sunday 15 March + 14 = Sunday 29 March 2026, summer time begins -> Monday 30 March
        ("not_delivered", "2026-03-15", "2026-03-30"),
        # Sunday 11 October + 14 = Sunday 25 October 2026, winter time begins -> Monday 26 October
        ("not_delivered", "2026-10-11", "2026-10-26"),
        # Friday 18 December 2026 + 14 = New Year, a Friday -> Monday 4 January 2027
        ("not_delivered", "2026-12-18", "2027-01-04"),
    ],
)
def test_a_refund_of_what_never_came(basis, asked, last):
    assert term_of(basis, bought("2024-01-01"), paris(asked)).last == a_day(last)


@pytest.mark.parametrize("basis", ["return_30_days", "ordered_by_mistake", "counterfeit"])
def test_the_law_sets_no_term_for_what_only_the_house_gives(basis):
    assert term_of(basis, bought("2026-03-01", **DELIVERED), paris("2026-03-10")) is None


@pytest.mark.parametrize(
    ("days_late", "raised_bp"),
    [
        (1, None), (10, None),  # the legal rate of interest
        (11, 500), (20, 500), (21, 1000), (30, 1000), (31, 2000), (60, 2000), (61, 5000),
        (90, 5000),
        (91, 5500), (120, 5500), (121, 6000),  # 5 points for each new month of 30 days begun
        (360, 9500), (361, 10_000), (4000, 10_000),  # never more than the price itself
    ],
)  # fmt: skip
def test_scale_of_l242_4(days_late, raised_bp):
    assert withdrawal_surcharge_bp(days_late) == raised_bp


@pytest.mark.parametrize(
    ("days_late", "raised_bp"), [(1, 1000), (14, 1000), (15, 2000), (30, 2000), (31, 5000)]
)
def test_scale_of_l241_4(days_late, raised_bp):
    assert delivery_surcharge_bp(days_late) == raised_bp


@pytest.mark.parametrize(
    ("amount_minor", "raised_bp", "cents"),
    [
        (24_790, 500, 1240),  # 1239.5 cents: half a cent rounds up
        (24_790, 1000, 2479),
        (999, 500, 50),  # 49.95
        (1, 1000, 0),  # 0.1
        (24_790, 10_000, 24_790),
    ],
)
def test_a_surcharge_is_to_the_cent(amount_minor, raised_bp, cents):
    assert surcharge_minor(amount_minor, raised_bp) == cents


@pytest.mark.parametrize(
    ("at", "headline", "end"),
    [
        # Due by Tuesday 24 March 2026
        ("2026-03-24T23:59", "Refund due by 24 March 2026", "at no cost to the buyer."),
        ("2026-03-25T00:00", "Refund late by 1 day", "price × rate × 1 ÷ 365."),
        ("2026-04-04", "Refund late by 11 days", "by 5%, that is by €12.40."),
        ("2026-06-23", "Refund late by 91 days", "by 55%, that is by €136.35."),  # 136.345
    ],
)
def test_what_is_late_says_what_it_costs(at, headline, end):
    order = bought("2026-03-01", **DELIVERED, returned="2026-03-12")
    term = term_of("withdrawal", order, paris("2026-03-10"))
    fact = refund_term(term, paris(at), order.total_minor)
    assert say(fact.headline) == headline
    assert say(fact.detail).endswith(end)
    assert fact.rule.startswith("C. conso., L221-24")


def test_a_late_refund_of_what_never_came():
    # Told on Tuesday 10 March + 14 = Tuesday 24 March 2026; 8 April is 15 days late
    term = term_of("not_delivered", bought("2026-01-01"), paris("2026-03-10"))
    fact = refund_term(term, paris("2026-04-08"), 10_000)
    assert say(fact.detail).endswith("by 20%, that is by €20.00.")
    assert fact.rule == "C. conso., L216-7, L241-4"
