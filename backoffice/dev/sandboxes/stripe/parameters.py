"""The parameters that each address takes, as Stripe's reference lists them.

Those that the sandbox does not act on are known all the same: only what Stripe does not know is
refused.
"""

from backoffice.dev.sandboxes.stripe.form import BOOL, INT, LIST, MAP, RANGE, TEXT, Table

EXPAND: Table = {"expand": LIST}
PAGE: Table = {**EXPAND, "limit": INT, "starting_after": TEXT, "ending_before": TEXT}
LISTED: Table = {**PAGE, "created": RANGE}

ADDRESS: Table = dict.fromkeys(
    ("city", "country", "line1", "line2", "postal_code", "state"), TEXT
)  # fmt: skip

CHARGE_CREATE: Table = {
    **EXPAND, "amount": INT, "application_fee": INT, "application_fee_amount": INT,
    "capture": BOOL, "currency": TEXT, "customer": TEXT, "description": TEXT,
    "destination": {"account": TEXT, "amount": INT}, "metadata": MAP, "on_behalf_of": TEXT,
    "radar_options": {"session": TEXT}, "receipt_email": TEXT,
    "shipping": {
        "address": ADDRESS, "carrier": TEXT, "name": TEXT, "phone": TEXT, "tracking_number": TEXT,
    },
    "source": TEXT, "statement_descriptor": TEXT, "statement_descriptor_suffix": TEXT,
    "transfer_data": {"amount": INT, "description": TEXT, "destination": TEXT},
    "transfer_group": TEXT,
}  # fmt: skip
CHARGE_LIST: Table = {**LISTED, "customer": TEXT, "payment_intent": TEXT, "transfer_group": TEXT}

REFUND_CREATE: Table = {
    **EXPAND, "amount": INT, "charge": TEXT, "currency": TEXT, "customer": TEXT,
    "instructions_email": TEXT, "metadata": MAP, "origin": frozenset({"customer_balance"}),
    "payment_intent": TEXT,
    "reason": frozenset({"duplicate", "fraudulent", "requested_by_customer"}),
    "refund_application_fee": BOOL, "reverse_transfer": BOOL,
}  # fmt: skip
REFUND_LIST: Table = {**LISTED, "charge": TEXT, "payment_intent": TEXT}
METADATA_UPDATE: Table = {**EXPAND, "metadata": MAP}

FEE_LIST: Table = {**LISTED, "charge": TEXT}
FEE_REFUND_CREATE: Table = {**EXPAND, "amount": INT, "metadata": MAP}

TRANSFER_CREATE: Table = {
    **EXPAND, "amount": INT, "currency": TEXT, "description": TEXT, "destination": TEXT,
    "metadata": MAP, "source_transaction": TEXT,
    "source_type": frozenset({"bank_account", "card", "fpx"}), "transfer_group": TEXT,
}  # fmt: skip
TRANSFER_LIST: Table = {**LISTED, "destination": TEXT, "transfer_group": TEXT}
REVERSAL_CREATE: Table = {
    **EXPAND, "amount": INT, "description": TEXT, "metadata": MAP, "refund_application_fee": BOOL,
}  # fmt: skip

EVIDENCE: Table = {
    **dict.fromkeys(
        (
            "access_activity_log", "billing_address", "cancellation_policy",
            "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
            "customer_email_address", "customer_name", "customer_purchase_ip",
            "customer_signature", "duplicate_charge_documentation",
            "duplicate_charge_explanation", "duplicate_charge_id", "product_description",
            "receipt", "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation",
            "service_date", "service_documentation", "shipping_address", "shipping_carrier",
            "shipping_date", "shipping_documentation", "shipping_tracking_number",
            "uncategorized_file", "uncategorized_text",
        ),
        TEXT,
    ),
    "appeal": MAP, "enhanced_evidence": MAP,
}  # fmt: skip
DISPUTE_UPDATE: Table = {
    **EXPAND, "evidence": EVIDENCE,
    "intended_submission_method": frozenset(
        {"manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"}
    ),
    "metadata": MAP, "submit": BOOL,
}  # fmt: skip
DISPUTE_LIST: Table = {**LISTED, "charge": TEXT, "payment_intent": TEXT}

BALANCE_TRANSACTION_LIST: Table = {
    **LISTED, "currency": TEXT, "payout": TEXT, "source": TEXT, "type": TEXT,
}  # fmt: skip
PAYOUT_CREATE: Table = {
    **EXPAND, "amount": INT, "currency": TEXT, "description": TEXT, "destination": TEXT,
    "metadata": MAP, "method": frozenset({"instant", "standard"}), "payout_method": TEXT,
    "source_type": frozenset({"bank_account", "card", "fpx"}), "statement_descriptor": TEXT,
}  # fmt: skip
PAYOUT_LIST: Table = {**LISTED, "arrival_date": RANGE, "destination": TEXT, "status": TEXT}
EVENT_LIST: Table = {**LISTED, "delivery_success": BOOL, "type": TEXT, "types": LIST}

# Our own helpers, beside those of Stripe's test mode.
OPEN_DISPUTE: Table = {"charge": TEXT, "amount": INT, "reason": TEXT}
CLOSE_DISPUTE: Table = {"status": frozenset({"won", "lost"})}
SET_BALANCE: Table = {"amount": INT, "account": TEXT}
END_PAYOUT: Table = {"status": frozenset({"paid", "failed", "canceled"})}
