"""Subscriptions, month by month: begun, changed, renewed as time passes, ended."""

from datetime import UTC, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from backoffice.dev.sandboxes.stripe import customers, invoices
from backoffice.dev.sandboxes.stripe.form import require
from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.state import Object, State

RUNNING = ("active", "past_due", "unpaid")


def create(state: State, given: dict[str, Any], owner: str) -> Object:
    """Begin a subscription, and ask for its first month."""
    require(given, "customer", "items")
    customers.find_present(state, given["customer"], owner)
    collection = given.get("collection_method", "charge_automatically")
    if collection == "charge_automatically":
        raise Problem(
            "This customer has no attached payment source or default payment method. Please "
            "consider adding a default payment method.", code="resource_missing",
        )  # fmt: skip
    if not given.get("days_until_due"):
        said = "You must pass `days_until_due` when `collection_method` is `send_invoice`."
        raise Problem(said, param="days_until_due")
    (asked,) = given["items"]
    price = state.find("price", asked["price"], owner, "items[0][price]", status=400)
    made = state.add(
        "sub", "subscription", owner, automatic_tax={"enabled": False}, cancel_at=None,
        cancel_at_period_end=given.get("cancel_at_period_end", False), canceled_at=None,
        collection_method=collection, currency="eur", customer=given["customer"],
        days_until_due=given["days_until_due"], description=given.get("description"),
        ended_at=None, latest_invoice=None, livemode=False, metadata=given.get("metadata", {}),
        status="active",
    )  # fmt: skip
    made |= {"billing_cycle_anchor": made["created"], "start_date": made["created"], "_months": 0}
    made["items"] = {
        "object": "list", "has_more": False, "url": "/v1/subscription_items",
        "data": [customers.new_item(price) | {"subscription": made["id"]}],
    }  # fmt: skip
    _begin_month(made)
    state.tell("customer.subscription.created", made)
    invoices.ask(state, made, "subscription_create")
    return made


def update(state: State, given: dict[str, Any], id: str, owner: str) -> Object:
    """Change a subscription's price, from the next month on, or whether it goes on."""
    subscription = _running(state, id, owner)
    before: dict[str, Any] = {}
    if "items" in given:
        if given.get("proration_behavior", "create_prorations") != "none":
            raise Problem("The sandbox does not prorate.", param="proration_behavior")
        (asked,) = given["items"]
        price = state.find("price", asked["price"], owner, "items[0][price]", status=400)
        item = subscription["items"]["data"][0]
        if asked.get("id") != item["id"]:
            raise Problem(f"Invalid subscription_item id: {asked.get('id')}", param="items[0][id]")
        before["items"] = {"data": [dict(item)]}
        item["price"] = price["id"]
    if "cancel_at_period_end" in given:
        before["cancel_at_period_end"] = subscription["cancel_at_period_end"]
        ends = given["cancel_at_period_end"]
        end = subscription["items"]["data"][0]["current_period_end"]
        subscription |= {"cancel_at_period_end": ends, "cancel_at": end if ends else None}
    subscription["metadata"] = {**subscription["metadata"], **given.get("metadata", {})}
    state.tell("customer.subscription.updated", subscription, before)
    return subscription


def cancel(state: State, id: str, owner: str) -> Object:
    """End a subscription now; what was asked for stays due."""
    subscription = _running(state, id, owner)
    at = state.now()
    subscription |= {"status": "canceled", "canceled_at": at, "ended_at": at}
    state.tell("customer.subscription.deleted", subscription)
    return subscription


def renew_due(state: State) -> None:
    """Begin every month that is due by now; a subscription that was to end ends."""
    for one in state.of_kind("subscription"):
        while one["status"] in RUNNING and _item(one)["current_period_end"] <= state.now():
            if one["cancel_at_period_end"]:
                cancel(state, one["id"], one["_owner"])
                break
            one["_months"] += 1
            _begin_month(one)
            state.tell("customer.subscription.updated", one)
            invoices.ask(state, one, "subscription_cycle")


def _running(state: State, id: str, owner: str) -> Object:
    found = state.find("subscription", id, owner)
    if found["status"] not in RUNNING:
        raise Problem(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing", param="id", status=404,
        )  # fmt: skip
    return found


def _item(subscription: Object) -> Object:
    item: Object = subscription["items"]["data"][0]
    return item


def _begin_month(subscription: Object) -> None:
    """Set the month that is paid for; months are counted from the first day, as calendars do."""
    first = datetime.fromtimestamp(subscription["billing_cycle_anchor"], UTC)
    months = subscription["_months"]
    begin, end = (first + relativedelta(months=months + more) for more in (0, 1))
    _item(subscription).update(
        current_period_start=int(begin.timestamp()), current_period_end=int(end.timestamp())
    )
