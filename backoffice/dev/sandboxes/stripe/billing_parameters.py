"""The parameters that the addresses of Stripe Billing take, as its reference lists them."""

from backoffice.dev.sandboxes.stripe.form import BOOL, INT, LIST, MAP, TEXT, Table
from backoffice.dev.sandboxes.stripe.parameters import ADDRESS, EXPAND, LISTED

RECURRING: Table = {
    "interval": frozenset({"day", "week", "month", "year"}), "interval_count": INT,
    "usage_type": frozenset({"licensed", "metered"}), "meter": TEXT, "trial_period_days": INT,
}  # fmt: skip
TAX_BEHAVIOR = frozenset({"exclusive", "inclusive", "unspecified"})
PRICE_CREATE: Table = {
    **EXPAND, "active": BOOL, "currency": TEXT, "lookup_key": TEXT, "metadata": MAP,
    "nickname": TEXT, "product": TEXT, "recurring": RECURRING, "tax_behavior": TAX_BEHAVIOR,
    "product_data": {"name": TEXT, "metadata": MAP, "tax_code": TEXT, "active": BOOL},
    "transfer_lookup_key": BOOL, "unit_amount": INT, "unit_amount_decimal": TEXT,
}  # fmt: skip
PRICE_LIST: Table = {**LISTED, "active": BOOL, "lookup_keys": LIST, "product": TEXT}

CUSTOMER: Table = {
    **EXPAND, "address": ADDRESS, "business_name": TEXT, "description": TEXT, "email": TEXT,
    "individual_name": TEXT, "invoice_prefix": TEXT, "metadata": MAP, "name": TEXT,
    "payment_method": TEXT, "phone": TEXT, "preferred_locales": LIST,
    "tax_exempt": frozenset({"exempt", "none", "reverse"}), "source": TEXT,
}  # fmt: skip
CUSTOMER_LIST: Table = {**LISTED, "email": TEXT}

COLLECTION = frozenset({"charge_automatically", "send_invoice"})
PRORATION = frozenset({"always_invoice", "create_prorations", "none"})
BEHAVIOR = frozenset(
    {"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"}
)
ITEM: Table = {"id": TEXT, "price": TEXT, "quantity": INT, "metadata": MAP}
SUBSCRIPTION_CREATE: Table = {
    **EXPAND, "billing_cycle_anchor": INT, "cancel_at_period_end": BOOL,
    "collection_method": COLLECTION, "currency": TEXT, "customer": TEXT, "days_until_due": INT,
    "default_payment_method": TEXT, "description": TEXT, "items": (ITEM,), "metadata": MAP,
    "off_session": BOOL, "payment_behavior": BEHAVIOR, "proration_behavior": PRORATION,
}  # fmt: skip
SUBSCRIPTION_UPDATE: Table = {
    name: kind
    for name, kind in SUBSCRIPTION_CREATE.items()
    if name not in ("customer", "currency", "billing_cycle_anchor")
}
SUBSCRIPTION_CANCEL: Table = {**EXPAND, "invoice_now": BOOL, "prorate": BOOL}
SUBSCRIPTION_LIST: Table = {
    **LISTED, "collection_method": COLLECTION, "customer": TEXT, "price": TEXT,
    "status": frozenset(
        {
            "active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due",
            "paused", "trialing", "unpaid",
        }
    ),
}  # fmt: skip

INVOICE_STATUS = frozenset({"draft", "open", "paid", "uncollectible", "void"})
INVOICE_LIST: Table = {
    **LISTED, "collection_method": COLLECTION, "customer": TEXT, "status": INVOICE_STATUS,
    "subscription": TEXT,
}  # fmt: skip
INVOICE_PAY: Table = {
    **EXPAND, "forgive": BOOL, "off_session": BOOL, "paid_out_of_band": BOOL,
    "payment_method": TEXT, "source": TEXT,
}  # fmt: skip

# Our own helper, in place of Stripe's test clocks.
ADVANCE: Table = {"seconds": INT}
