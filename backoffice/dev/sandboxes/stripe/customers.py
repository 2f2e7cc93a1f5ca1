"""Customers, and the prices that they are asked for month by month."""

from typing import Any

from backoffice.dev.sandboxes.stripe.form import require
from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.state import Object, State, new_id

FIELDS = ("address", "description", "email", "name", "phone")


def create(state: State, given: dict[str, Any], owner: str) -> Object:
    """Keep a new customer."""
    made = state.add(
        "cus", "customer", owner, balance=0, currency=None, default_source=None,
        delinquent=False, invoice_settings={"default_payment_method": None}, livemode=False,
        metadata=given.get("metadata", {}), preferred_locales=given.get("preferred_locales", []),
        tax_exempt="none", **{name: given.get(name) for name in FIELDS},
    )  # fmt: skip
    state.tell("customer.created", made)
    return made


def update(state: State, given: dict[str, Any], id: str, owner: str) -> Object:
    """Change what is given of a customer."""
    customer = state.find("customer", id, owner)
    _check_present(customer)
    names = (*FIELDS, "preferred_locales")
    before = {name: customer[name] for name in names if name in given}
    customer.update({name: given[name] for name in names if name in given})
    customer["metadata"] = {**customer["metadata"], **given.get("metadata", {})}
    state.tell("customer.updated", customer, before)
    return customer


def delete(state: State, id: str, owner: str) -> Object:
    """Delete a customer for good: of what is told of it its identifier alone is left."""
    customer = state.find("customer", id, owner)
    _check_present(customer)
    state.tell("customer.deleted", customer)
    for name in list(customer):
        if name not in ("id", "object", "_owner"):
            del customer[name]
    customer["deleted"] = True
    return customer


def find_present(state: State, id: str, owner: str) -> Object:
    """Return a customer that was not deleted; raises Problem."""
    customer = state.find("customer", id, owner, "customer", status=400)
    _check_present(customer)
    return customer


def create_price(state: State, given: dict[str, Any], owner: str) -> Object:
    """Keep a new price, with a product of its own where none is named."""
    require(given, "currency")
    if given["currency"].lower() != "eur":
        raise Problem("The sandbox charges in euros alone.", param="currency")
    if "unit_amount" not in given:
        require(given, "unit_amount")
    product = given.get("product")
    if product is None:
        require(given, "product_data")
        data = given["product_data"]
        product = state.add(
            "prod", "product", owner, active=True, livemode=False, name=data.get("name"),
            metadata=data.get("metadata", {}),
        )["id"]  # fmt: skip
    return state.add(
        "price", "price", owner, active=True, billing_scheme="per_unit", currency="eur",
        livemode=False, lookup_key=given.get("lookup_key"), metadata=given.get("metadata", {}),
        nickname=given.get("nickname"), product=product, recurring=given.get("recurring"),
        tax_behavior=given.get("tax_behavior", "unspecified"), type="recurring",
        unit_amount=given["unit_amount"],
    )  # fmt: skip


def new_item(price: Object) -> Object:
    """Return an item of a subscription, for one price."""
    return {"id": new_id("si"), "object": "subscription_item", "price": price["id"], "quantity": 1}


def _check_present(customer: Object) -> None:
    if customer.get("deleted"):
        said = f"No such customer: '{customer['id']}'"
        raise Problem(said, code="resource_missing", param="customer", status=404)
