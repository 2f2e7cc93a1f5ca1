"""Facts of claims, their dates worked out by hand."""

import pytest

from backoffice.marketplace.buyer_rights import Outcome, chargeback_fact, checklist_of, facts_of
from backoffice.marketplace.buyer_rights.delivery import delivery, shipping
from backoffice.marketplace.buyer_rights.grounds import conformity
from backoffice.marketplace.buyer_rights.returning import return_window, waits_for_return
from backoffice.queues.disputes.model import BASES
from backoffice.web.text import say
from tests.marketplace.buyer_rights.bought import bought, paris

OK, WARN, BAD, NONE = Outcome
SPEAKER = {"paid": "2026-04-28", "shipped": "2026-04-30", "delivered": "2026-05-04"}


def facts(order, basis, claimed, at="2026-06-04"):
    return {one.about: one for one in facts_of(order, basis, paris(claimed), paris(at))}


def said(fact):
    return f"{say(fact.headline)}. {say(fact.detail)}"


@pytest.fixture(autouse=True)
def in_english(app):
    """Say the sentences as they are written."""
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("paid", "delivered", "outcome", "words"),
    [
        # Tuesday 28 April + 4 = Saturday 2 May 2026: a Saturday end does not move
        ("2026-04-28", "2026-05-02", OK, "Delivered within 4 days"),
        ("2026-04-28", "2026-05-04", BAD, "Delivered late by 2 days"),
        # Thursday 2 April + 4 = Easter Monday 6 April 2026: nor does a holiday
        ("2026-04-02", "2026-04-06", OK, "Delivered within 4 days"),
        ("2026-04-02", "2026-04-07", BAD, "Delivered late by 1 day"),
        # Sunday 25 February + 4 = Thursday 29 February 2024, the leap day
        ("2024-02-25", "2024-02-29", OK, "Delivered within 4 days"),
        ("2024-02-25", "2024-03-01", BAD, "Delivered late by 1 day"),
        # Friday 27 March + 4 = Tuesday 31 March 2026, over the night of 23 hours
        ("2026-03-27T23:59", "2026-03-31T23:59", OK, "Delivered within 4 days"),
        ("2026-03-27T23:59", "2026-04-01T00:00", BAD, "Delivered late by 1 day"),
        # Thursday 22 October + 4 = Monday 26 October 2026, over the day of 25 hours
        ("2026-10-22T00:00", "2026-10-26T23:59", OK, "Delivered within 4 days"),
        ("2026-10-22T00:00", "2026-10-27T00:00", BAD, "Delivered late by 1 day"),
        # Monday 28 December 2026 + 4 = Friday 1 January 2027
        ("2026-12-28", "2027-01-01", OK, "Delivered within 4 days"),
        # Delivered on the day it was paid
        ("2026-05-04T09:00", "2026-05-04T18:00", OK, "Delivered within 4 days"),
    ],
)
def test_delivery_is_in_time_or_late_by_so_many_days(paid, delivered, outcome, words):
    order = bought("2026-01-01", paid=paid, delivered=delivered)
    fact = delivery(order, paris("2027-02-01"), 4)
    assert (fact.outcome, say(fact.headline)) == (outcome, words)


@pytest.mark.parametrize(
    ("at", "outcome", "words"),
    [
        ("2026-05-02T23:59", NONE, "Not delivered yet, in time"),
        ("2026-05-03T00:00", BAD, "Not delivered, late by 1 day"),  # a Sunday
        ("2026-05-12", BAD, "Not delivered, late by 10 days"),
    ],
)
def test_what_has_not_come_is_late_from_the_day_after(at, outcome, words):
    fact = delivery(bought("2026-04-28", paid="2026-04-28"), paris(at), 4)
    assert (fact.outcome, say(fact.headline)) == (outcome, words)


@pytest.mark.parametrize("more", [{}, {"paid": "2026-04-28", "cancelled": "2026-04-29"}])
def test_nothing_is_due_of_an_order_unpaid_or_cancelled(more):
    order = bought("2026-04-28", **more)
    assert delivery(order, paris("2026-06-01"), 4).outcome == NONE
    assert shipping(order, paris("2026-06-01"), 2) is None


@pytest.mark.parametrize(
    ("shipped", "at", "outcome", "words"),
    [
        # Paid on Tuesday 28 April 2026: the 2 days end on Thursday 30 April
        ("2026-04-30T23:59", "2026-06-04", OK, "Shipped within 2 days"),
        ("2026-05-01T00:00", "2026-06-04", WARN, "Shipped after 3 days"),  # Labour Day counts
        (None, "2026-04-30", NONE, "Not shipped yet"),
        (None, "2026-05-01", WARN, "Not shipped after 2 days"),
    ],
)
def test_shipping_is_counted_from_payment(shipped, at, outcome, words):
    times = {"shipped": shipped} if shipped else {}
    fact = shipping(bought("2026-04-20", paid="2026-04-28", **times), paris(at), 2)
    assert (fact.outcome, say(fact.headline)) == (outcome, words)


@pytest.mark.parametrize(
    ("delivered", "asked", "outcome", "detail"),
    [
        # Monday 4 May + 30 = Wednesday 3 June 2026
        ("2026-05-04", "2026-05-21", OK, "Asked for on day 17, last day 3 June 2026."),
        ("2026-05-04", "2026-06-03T23:59", OK, "Asked for on day 30, last day 3 June 2026."),
        ("2026-05-04", "2026-06-04T00:00", BAD, "Asked for on day 31, last day 3 June 2026."),
        # Thursday 7 May + 30 = Saturday 6 June 2026, which does not move
        ("2026-05-07", "2026-06-08", BAD, "Asked for on day 32, last day 6 June 2026."),
        # Tuesday 30 January + 30 = Thursday 29 February 2024
        ("2024-01-30", "2024-02-29", OK, "Asked for on day 30, last day 29 February 2024."),
        # Tuesday 1 December 2026 + 30 = Thursday 31 December; New Year is day 31
        ("2026-12-01", "2027-01-01", BAD, "Asked for on day 31, last day 31 December 2026."),
        # 23:30 in Paris on 4 May is still 4 May, though near midnight
        ("2026-05-04T23:30", "2026-06-03", OK, "Asked for on day 30, last day 3 June 2026."),
        ("2026-05-04", "2026-05-04", OK, "Asked for by the day of delivery, last day 3 June 2026."),
    ],
)
def test_a_return_is_asked_for_within_30_days_of_delivery(delivered, asked, outcome, detail):
    fact = return_window(bought("2026-01-01", delivered=delivered), paris(asked), 30)
    assert (fact.outcome, say(fact.detail)) == (outcome, detail)


@pytest.mark.parametrize(
    ("delivered", "claimed", "outcome", "words"),
    [
        # Monday 4 May + 14 = Monday 18 May 2026
        ("2026-05-04", "2026-05-18T23:59", OK, "in time"),
        ("2026-05-04", "2026-05-19T00:00", WARN, "too late, a return by contract"),  # day 15
        ("2026-05-04", "2026-06-03", WARN, "too late, a return by contract"),  # day 30
        ("2026-05-04", "2026-06-04", BAD, "too late"),  # day 31
        # Monday 23 March + 14 = Easter Monday -> Tuesday 7 April 2026: day 15, still by law
        ("2026-03-23", "2026-04-07", OK, "in time"),
        ("2026-03-23", "2026-04-08", WARN, "too late, a return by contract"),
        # Saturday 6 June + 14 = Saturday 20 June -> Monday 22 June 2026: day 16, still by law
        ("2026-06-06", "2026-06-22", OK, "in time"),
        # Friday 17 April + 14 = Labour Day, a Friday -> Monday 4 May 2026: day 17, still by law
        ("2026-04-17", "2026-05-04", OK, "in time"),
        ("2026-04-17", "2026-05-05", WARN, "too late, a return by contract"),
        # Friday 18 December + 14 = New Year, a Friday -> Monday 4 January 2027
        ("2026-12-18", "2027-01-04", OK, "in time"),
    ],
)
def test_a_withdrawal_is_by_law_then_by_contract_then_too_late(delivered, claimed, outcome, words):
    found = facts(bought("2026-01-01", delivered=delivered), "withdrawal", claimed)
    assert found["withdrawal"].outcome == outcome
    assert say(found["withdrawal"].headline) == f"Withdrawal within 14 days: {words}"
    assert ("refund_term" in found) == (outcome == OK)
    assert ("entitlement" in found) == (outcome != BAD)


def test_a_withdrawal_may_come_before_the_goods():
    found = facts(bought("2026-04-28", paid="2026-04-28"), "withdrawal", "2026-04-30")
    assert found["withdrawal"].outcome == OK


@pytest.mark.parametrize(
    ("delivered", "claimed", "outcome"),
    [
        # Thursday 29 February 2024 + 24 months = Saturday 28 February 2026 -> Monday 2 March
        ("2024-02-29", "2026-03-02", OK),
        ("2024-02-29", "2026-03-03", BAD),
        # Saturday 29 March 2025 + 24 months = Easter Monday 29 March 2027 -> Tuesday 30 March
        ("2025-03-29", "2027-03-30", OK),
        ("2025-03-29", "2027-03-31", BAD),
        # Monday 4 May 2026 + 24 months = Thursday 4 May 2028
        ("2026-05-04", "2028-05-04T23:59", OK),
        ("2026-05-04", "2028-05-05T00:00", BAD),
    ],
)
def test_conformity_runs_24_months_from_delivery(delivered, claimed, outcome):
    assert conformity(bought("2024-01-01", delivered=delivered), paris(claimed)).outcome == outcome


def test_a_repair_is_due_30_days_after_it_is_asked_for():
    # Tuesday 7 April + 30 = Thursday 7 May 2026; Wednesday 8 April + 30 = Friday 8 May, a holiday
    # -> Monday 11 May
    order = bought("2026-03-01", delivered="2026-03-05")
    for claimed, last in (("2026-04-07", "7 May 2026"), ("2026-04-08", "11 May 2026")):
        fact = facts(order, "conformity", claimed)["entitlement"]
        assert last in say(fact.detail)
        assert fact.rule == "C. conso., L217-10"


@pytest.mark.parametrize(
    ("basis", "times", "at", "outcome", "rule"),
    [
        # Ordered and paid on 1 April: the house's 4 days end on 5 April, the law's 30 on Friday
        # 1 May 2026, Labour Day -> Monday 4 May
        ("not_delivered", {}, "2026-04-05", NONE, "C. conso., L216-1"),
        ("not_delivered", {}, "2026-04-06", WARN, "House rule"),
        ("not_delivered", {}, "2026-05-04", WARN, "House rule"),
        ("not_delivered", {}, "2026-05-05", OK, "C. conso., L216-1, L216-6"),
        ("not_delivered", {"delivered": "2026-04-04"}, "2026-05-05", WARN, "C. conso., L216-2"),
        ("late", {}, "2026-05-05", OK, "C. conso., L216-1, L216-6"),
        ("late", {"delivered": "2026-04-05"}, "2026-05-05", BAD, "House rule"),
        ("late", {"delivered": "2026-04-06"}, "2026-05-05", WARN, "House rule"),
        ("late", {"delivered": "2026-05-04"}, "2026-05-05", WARN, "House rule"),
        ("late", {"delivered": "2026-05-05"}, "2026-05-05", OK, "C. conso., L216-1, L216-6"),
    ],
)
def test_a_delay_is_a_fault_before_it_ends_a_sale(basis, times, at, outcome, rule):
    order = bought("2026-04-01", paid="2026-04-01", **times)
    fact = facts(order, basis, at, at=at)[basis]
    assert (fact.outcome, fact.rule) == (outcome, rule)


def test_the_example_of_the_speaker_reads_as_a_case_page_shows_it():
    found = facts(bought("2026-04-28", **SPEAKER), "conformity", "2026-05-21")
    assert [f"{one.outcome} {said(one)} ({one.rule})" for one in found.values()] == [
        "ok Guarantee of conformity: applies. A defect that appears by 4 May 2028 is presumed to"
        " have been there at delivery; for second-hand goods, only in the first 12 months."
        " (C. conso., L217-7)",
        # Thursday 21 May + 30 = Saturday 20 June 2026 -> Monday 22 June
        "none Entitles to repair or replacement first. Within 30 days of the request, by"
        " 22 June 2026; failing that, a price cut, or the price against the goods."
        " (C. conso., L217-10)",
        "none Refund: may wait for the goods. Within 14 days of the goods’ return, or of the proof"
        " of their dispatch. (C. conso., L217-17)",
        "ok Return within 30 days: in time. Asked for on day 17, last day 3 June 2026."
        " (House rule)",
        "none Withdrawal within 14 days: no effect. Ended on 18 May 2026, 3 days before the claim."
        " (C. conso., L221-18)",
        "ok Shipped within 2 days. First scan by the carrier on 30 April 2026, 2 days after"
        " payment. (House rule)",
        "bad Delivered late by 2 days. Paid on 28 April 2026, delivered on 4 May 2026, last day"
        " 2 May 2026. (House rule)",
        "none Return freight: the seller pays. The seller bears it, and pays it back within"
        " 14 days. (C. conso., L241-6)",
    ]


def test_a_return_asked_for_before_the_claim_counts_from_then():
    order = bought("2026-04-28", **SPEAKER, return_requested="2026-05-18")
    assert facts(order, "withdrawal", "2026-05-28")["withdrawal"].outcome == OK


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("times", [{}, {"paid": "2026-04-28"}, SPEAKER])
def test_every_ground_has_facts_and_a_checklist_whatever_has_happened(basis, times):
    found = facts_of(bought("2026-04-28", **times), basis, paris("2026-05-21"), paris("2026-06-04"))
    assert found[0].about == basis
    assert all(said(one) and one.rule and one.source for one in found)
    assert not [one for one in found if "%(" in said(one)]
    assert checklist_of(basis)


@pytest.mark.parametrize(
    ("basis", "pays"),
    [
        ("ordered_by_mistake", "the buyer pays"),
        ("withdrawal", "the seller pays"),
        ("conformity", "the seller pays"),
        ("return_30_days", "the seller pays"),
        ("counterfeit", "the seller pays"),
        ("not_delivered", "none"),
    ],
)
def test_the_buyer_pays_the_return_only_of_a_mistake(basis, pays):
    found = facts(bought("2026-04-28", **SPEAKER), basis, "2026-05-06")
    assert say(found["freight"].headline) == f"Return freight: {pays}"


@pytest.mark.parametrize(
    ("basis", "times", "waits"),
    [
        ("withdrawal", SPEAKER, True),
        ("withdrawal", SPEAKER | {"return_shipped": "2026-05-20"}, False),  # proof is enough
        ("return_30_days", SPEAKER | {"return_shipped": "2026-05-20"}, True),
        ("return_30_days", SPEAKER | {"returned": "2026-05-27"}, False),
        ("ordered_by_mistake", SPEAKER, True),
        ("conformity", SPEAKER, True),
        ("hidden_defect", SPEAKER, True),
        ("late", SPEAKER, True),
        ("late", {}, False),  # nothing came that could go back
        ("not_delivered", SPEAKER, False),
        ("counterfeit", SPEAKER, False),
    ],
)
def test_a_refund_waits_for_goods_that_are_to_come_back(basis, times, waits):
    assert waits_for_return(basis, bought("2026-04-28", **times)) is waits


def test_a_chargeback_locks_the_refund():
    assert chargeback_fact(None).outcome == OK
    fact = chargeback_fact(paris("2026-06-04T10:30"))
    assert fact.outcome == BAD
    assert "as told on 4 June 2026" in say(fact.detail)
