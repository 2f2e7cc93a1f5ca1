"""Invoices of subscriptions: asked for, paid by a test card, void or given up.

Stripe leaves an invoice a draft for an hour before it is sent; here it is sent at once.
"""

from typing import Any

from backoffice.dev.sandboxes.stripe.charges import CARDS, stripe_fee
from backoffice.dev.sandboxes.stripe.problem import Problem, no_such
from backoffice.dev.sandboxes.stripe.state import Object, State, new_id

DAY_SECONDS = 24 * 60 * 60


def ask(state: State, subscription: Object, reason: str) -> Object:
    """Ask for the month that begins."""
    item = subscription["items"]["data"][0]
    price, owner = state.objects[item["price"]], subscription["_owner"]
    amount = price["unit_amount"]
    number = sum(1 for _ in state.of_kind("invoice", owner)) + 1
    invoice = state.add(
        "in", "invoice", owner, amount_due=amount, amount_paid=0, amount_remaining=amount,
        amount_shipping=0, attempt_count=0, attempted=False, auto_advance=True,
        billing_reason=reason, collection_method=subscription["collection_method"],
        currency="eur", customer=subscription["customer"], default_payment_method=None,
        due_date=state.now() + subscription["days_until_due"] * DAY_SECONDS, livemode=False,
        lines=_lines(subscription, price, item), metadata={}, number=f"SANDBOX-{number:04d}",
        parent={
            "type": "subscription_details", "quote_details": None,
            "subscription_details": {
                "subscription": subscription["id"], "metadata": dict(subscription["metadata"]),
            },
        },
        period_start=item["current_period_start"], period_end=item["current_period_end"],
        status="draft", subtotal=amount, total=amount, total_excluding_tax=amount,
    )  # fmt: skip
    invoice["hosted_invoice_url"] = f"{state.hosted_url}/{invoice['id']}"
    invoice["status_transitions"] = dict.fromkeys(
        ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
    )
    subscription["latest_invoice"] = invoice["id"]
    state.tell("invoice.created", invoice)
    _move(state, invoice, "open", "finalized_at", "invoice.finalized")
    state.tell("invoice.sent", invoice)
    return invoice


def pay(state: State, given: dict[str, Any], id: str, owner: str) -> Object:
    """Pay an open invoice by a test card, or note that it was paid elsewhere."""
    invoice = _open(state, id, owner, "pay")
    if given.get("paid_out_of_band"):
        return _paid(state, invoice)
    name = str(given.get("payment_method", "pm_card_visa")).removeprefix("pm_card_")
    if name not in CARDS:
        raise no_such("PaymentMethod", str(given["payment_method"]), "payment_method", status=400)
    invoice |= {"attempt_count": invoice["attempt_count"] + 1, "attempted": True}
    if CARDS[name].get("is_declined"):
        state.tell("invoice.payment_failed", invoice)
        raise Problem(
            "Your card was declined.", code="card_declined", status=402, type="card_error",
            decline_code="generic_decline",
        )  # fmt: skip
    _charge(state, invoice)
    return _paid(state, invoice)


def void(state: State, id: str, owner: str) -> Object:
    """Take an open invoice back."""
    invoice = _open(state, id, owner, "void")
    return _move(state, invoice, "void", "voided_at", "invoice.voided")


def give_up(state: State, id: str, owner: str) -> Object:
    """Note that an open invoice will not be paid."""
    invoice = _open(state, id, owner, "mark_uncollectible")
    told = "invoice.marked_uncollectible"
    return _move(state, invoice, "uncollectible", "marked_uncollectible_at", told)


def _lines(subscription: Object, price: Object, item: Object) -> Object:
    line = {
        "id": new_id("il"), "object": "line_item", "amount": price["unit_amount"],
        "currency": "eur", "description": price["nickname"], "quantity": 1,
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pricing": {
            "type": "price_details", "unit_amount_decimal": str(price["unit_amount"]),
            "price_details": {"price": price["id"], "product": price["product"]},
        },
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "subscription": subscription["id"], "subscription_item": item["id"],
                "proration": False,
            },
        },
    }  # fmt: skip
    return {"object": "list", "data": [line], "has_more": False}


def _charge(state: State, invoice: Object) -> None:
    """Book the payment, and tell of it as of any charge."""
    owner, amount = invoice["_owner"], invoice["amount_due"]
    charge = state.add(
        "ch", "charge", owner, amount=amount, amount_captured=amount, amount_refunded=0,
        application_fee=None, application_fee_amount=None, captured=True, currency="eur",
        balance_transaction=None, customer=invoice["customer"], description=None,
        destination=None, disputed=False, failure_balance_transaction=None, livemode=False,
        metadata={}, on_behalf_of=None, paid=True, payment_intent=new_id("pi"), refunded=False,
        source_transfer=None, status="succeeded", transfer=None, transfer_data=None,
        transfer_group=None, _refund=None,
    )  # fmt: skip
    taken = stripe_fee(amount)
    charge["balance_transaction"] = state.book(owner, "charge", amount, charge["id"], fee=taken)
    state.add(
        "inpay", "invoice_payment", owner, amount_paid=amount, amount_requested=amount,
        currency="eur", invoice=invoice["id"], is_default=True, livemode=False, status="paid",
        payment={"type": "payment_intent", "payment_intent": charge["payment_intent"]},
        status_transitions={"canceled_at": None, "paid_at": state.now()},
    )  # fmt: skip
    state.tell("charge.succeeded", charge)


def _paid(state: State, invoice: Object) -> Object:
    amount = invoice["amount_due"]
    invoice |= {"amount_paid": amount, "amount_remaining": 0}
    return _move(state, invoice, "paid", "paid_at", "invoice.paid")


def _open(state: State, id: str, owner: str, asked: str) -> Object:
    invoice = state.find("invoice", id, owner)
    if invoice["status"] not in ("open", "uncollectible"):
        said = f"You can only {asked} an invoice that is open; this one is {invoice['status']}."
        raise Problem(said, code="invoice_not_editable", param="id")
    return invoice


def _move(state: State, invoice: Object, status: str, when: str, told: str) -> Object:
    invoice["status"] = status
    invoice["status_transitions"][when] = state.now()
    state.tell(told, invoice)
    return invoice
