"""What entries post, in words."""

from backoffice.core.text import N_, Text, text

REVERSED = ".reversed"
JOURNALS = {"ST": N_("Stripe"), "VE": N_("Sales"), "OD": N_("Miscellaneous")}
KINDS = {
    "charge": N_("Payment"),
    "fee": N_("Commission"),
    "fee_refund": N_("Commission given back"),
    "transfer": N_("Transfer to the seller"),
    "transfer_reversal": N_("Transfer taken back"),
    "refund": N_("Refund of the buyer"),
    "chargeback.withdrawn": N_("Chargeback: withdrawn"),
    "chargeback.reinstated": N_("Chargeback: given back"),
    "payout": N_("Payout to our bank"),
    "payout.banked": N_("Payout seen at the bank"),
    "plan_invoice.finalized": N_("Month of a plan"),
    "plan_invoice.uncollectible": N_("Month of a plan given up"),
    "plan_payment": N_("Payment of a plan"),
    "plan_refund": N_("Refund of a plan"),
    "deferral": N_("Income of the next month"),
    "deferral.released": N_("Income of the month before, taken up"),
    "adjustment": N_("Adjustment"),
    "invoice.rounding": N_("Rounding of an invoice"),
}


def kind_words(kind: str) -> Text | str:
    """Return a kind in words; a kind of a later release as its code."""
    if kind.endswith(REVERSED) and (base := kind.removesuffix(REVERSED)) in KINDS:
        return text("%(kind)s, reversed", kind=text(KINDS[base]))
    return text(KINDS[kind]) if kind in KINDS else kind
