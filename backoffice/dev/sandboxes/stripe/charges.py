"""Charges: destination charges on our own account, and direct ones on a seller's.

In the gross form of Stripe's destination charges: the whole amount goes to the seller, who then
pays the application fee; Stripe's own fee is ours.
"""

from typing import Any

from backoffice.dev.sandboxes.stripe import disputes
from backoffice.dev.sandboxes.stripe.accounts import check_destination
from backoffice.dev.sandboxes.stripe.form import require
from backoffice.dev.sandboxes.stripe.problem import Problem, no_such
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State, new_id

FEE_BP = 150
FEE_FIXED_MINOR = 25
# What a test card does; `refund` is how a refund to it ends.
CARDS: dict[str, dict[str, Any]] = {
    "visa": {},
    "createDispute": {"is_disputed": True},
    "refundFail": {"refund": "failed"},
    "pendingRefund": {"refund": "succeeded"},
    "chargeDeclined": {"is_declined": True},
}


def stripe_fee(amount: int) -> int:
    """Return what Stripe takes of a charge, half a cent up."""
    return (amount * FEE_BP + 5_000) // 10_000 + FEE_FIXED_MINOR


def create(state: State, given: dict[str, Any], owner: str) -> Object:
    """Charge a test card."""
    require(given, "amount", "currency")
    card = _card(given)
    _check(given, owner)
    amount, fee = given["amount"], given.get("application_fee_amount")
    destination = given.get("transfer_data", {}).get("destination")
    charge = state.add(
        "ch", "charge", owner, amount=amount, amount_captured=amount, amount_refunded=0,
        application=None, application_fee=None, application_fee_amount=fee, captured=True,
        balance_transaction=None, billing_details={}, currency=given["currency"].lower(),
        customer=None, description=given.get("description"), destination=destination,
        disputed=False, failure_balance_transaction=None, failure_code=None, failure_message=None,
        livemode=False, metadata=given.get("metadata", {}), paid=True, refunded=False,
        on_behalf_of=given.get("on_behalf_of"), payment_intent=None, payment_method=None,
        payment_method_details={"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        source_transfer=None, status="succeeded", transfer=None, transfer_group=None,
        transfer_data={"amount": None, "destination": destination} if destination else None,
        _refund=card.get("refund"),
    )  # fmt: skip
    _move(state, charge, destination, fee or 0)
    if card.get("is_disputed"):
        disputes.open_one(state, charge)
    return charge


def _card(given: dict[str, Any]) -> dict[str, Any]:
    require(given, "source")
    name = given["source"].removeprefix("tok_").removeprefix("pm_card_")
    if name not in CARDS:
        raise no_such("token", given["source"], "source", status=400)
    if CARDS[name].get("is_declined"):
        raise Problem(
            "Your card was declined.", code="card_declined", status=402, type="card_error",
            decline_code="generic_decline",
        )  # fmt: skip
    return CARDS[name]


def _check(given: dict[str, Any], owner: str) -> None:
    destination = given.get("transfer_data", {}).get("destination")
    if given["amount"] < 1:
        said = "This value must be greater than or equal to 1."
        raise Problem(said, code="parameter_invalid_integer", param="amount")
    if given["currency"].lower() != "eur":
        raise Problem("The sandbox charges in euros alone.", param="currency")
    if destination:
        check_destination(destination, "transfer_data[destination]")
    fee = given.get("application_fee_amount", 0)
    if fee and not destination and owner == PLATFORM:
        said = (
            "Can only apply an application_fee_amount when the charge is made with the "
            "Stripe-Account header or with transfer_data[destination]."
        )
        raise Problem(said, param="application_fee_amount")
    if fee > given["amount"]:
        said = "Your application fee cannot be larger than the charge amount."
        raise Problem(said, param="application_fee_amount")


def _move(state: State, charge: Object, destination: str | None, fee: int) -> None:
    """Book a charge, its transfer and its fee, and tell of them."""
    owner, amount, id = charge["_owner"], charge["amount"], charge["id"]
    taken = stripe_fee(amount)
    direct_fee = 0 if destination else fee  # the seller pays it of its own charge
    charge["balance_transaction"] = state.book(
        owner, "charge", amount, id, fee=taken + direct_fee, application_fee=direct_fee
    )
    payment = id  # what the application fee is taken of
    if destination:
        payment = new_id("py")
        transfer = state.add(
            "tr", "transfer", owner, amount=amount, amount_reversed=0, currency=charge["currency"],
            description=None, destination=destination, destination_payment=payment,
            livemode=False, metadata={}, reversed=False, source_transaction=id,
            source_type="card", transfer_group=f"group_{id}",
        )  # fmt: skip
        transfer["balance_transaction"] = state.book(owner, "transfer", -amount, transfer["id"])
        state.book(
            destination, "payment", amount, payment, category="charge", fee=fee,
            application_fee=fee,
        )  # fmt: skip
        charge |= {"transfer": transfer["id"], "transfer_group": transfer["transfer_group"]}
    if fee:
        seller = destination or owner
        taken_of = state.add(
            "fee", "application_fee", PLATFORM, account=seller, amount=fee, amount_refunded=0,
            application="ca_sandbox", charge=payment, currency=charge["currency"],
            fee_source={"charge": payment, "type": "charge"}, livemode=False, refunded=False,
            originating_transaction=id if destination else None,
        )  # fmt: skip
        source = taken_of["id"]
        taken_of["balance_transaction"] = state.book(PLATFORM, "application_fee", fee, source)
        charge["application_fee"] = taken_of["id"]
    state.tell("charge.succeeded", charge)
    if destination:
        state.tell("transfer.created", state.objects[charge["transfer"]])
    if fee:
        state.tell("application_fee.created", state.objects[charge["application_fee"]])
