"""Which kinds of evidence each side of a dispute may bring."""

from backoffice.core.text import N_

BUYER = {
    "photo": N_("Photos"),
    "return_proof": N_("Proof that it was sent back"),
    "expert": N_("Opinion of an expert"),
    "order_invoice": N_("Invoice of the order"),
    "conversation": N_("Conversation"),
    "other": N_("Other evidence"),
}
SELLER = {
    "delivery_proof": N_("Proof of delivery"),
    "tracking": N_("Tracking of the parcel"),
    "preparation_slip": N_("Preparation slip"),
    "identifier": N_("EAN or serial number"),
    "condition_report": N_("Report on the condition"),
    "photo": N_("Photos"),
    "order_invoice": N_("Invoice of the order"),
    "conversation": N_("Conversation"),
    "other": N_("Other evidence"),
}
PROOFS = {"buyer": BUYER, "seller": SELLER}
KINDS = {**SELLER, **BUYER}
