"""Which pieces of evidence each kind of claim needs, and of whom they are expected."""

from enum import StrEnum
from typing import NamedTuple

from backoffice.core.text import N_


class Side(StrEnum):
    """Who is expected to bring a piece; the carrier's comes through the seller."""

    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"


class Piece(NamedTuple):
    """One piece of a checklist: its kind, whose it is, what it shows."""

    kind: str
    side: Side
    words: str


TRACKING = Piece("tracking", Side.SELLER, N_("Carrier and tracking number"))
DELIVERY_PROOF = Piece(
    "delivery_proof", Side.SELLER, N_("Proof of delivery: signature, photo or position")
)
ADDRESS = Piece("address", Side.SELLER, N_("Address it was delivered to"))
PROMISE = Piece("promise", Side.STAFF, N_("Date promised and date delivered"))
LISTING = Piece("listing", Side.STAFF, N_("Listing as it was when ordered"))
DEFECT_PHOTOS = Piece("buyer_photos", Side.BUYER, N_("Photos or video of what was received"))
DISPATCH_PHOTOS = Piece("dispatch_photos", Side.SELLER, N_("Photos taken before dispatch"))
IDENTIFIER = Piece("identifier", Side.SELLER, N_("EAN or serial number of the item sent"))
EXPERT = Piece("expert", Side.BUYER, N_("Opinion of an expert, if any"))
RIGHT_HOLDER = Piece("right_holder", Side.BUYER, N_("Statement of the right holder"))
INVOICES = Piece("invoices", Side.SELLER, N_("Invoices back to the manufacturer"))
NOTICE = Piece("notice", Side.STAFF, N_("Linked notice of counterfeit"))
ACKNOWLEDGMENT = Piece(
    "acknowledgment", Side.BUYER, N_("Acknowledgment of the withdrawal, with its time")
)
RETURN_PROOF = Piece("return_proof", Side.BUYER, N_("Proof that the goods were sent back"))
INSPECTION = Piece("inspection", Side.SELLER, N_("Inspection when the return came in"))
PAYMENT = Piece("payment", Side.STAFF, N_("Time of the payment"))
FIRST_SCAN = Piece("first_scan", Side.SELLER, N_("First scan by the carrier, not the label"))
CALENDAR = Piece("calendar", Side.STAFF, N_("Working days between the two"))
CONDITION = Piece("condition", Side.SELLER, N_("Report on the condition, and what it takes off"))
REPEATED = Piece("repeated_claims", Side.STAFF, N_("The buyer’s other claims"))

CHECKLISTS: dict[str, tuple[Piece, ...]] = {
    "not_delivered": (TRACKING, DELIVERY_PROOF, ADDRESS, PROMISE, REPEATED),
    "conformity": (LISTING, DEFECT_PHOTOS, DISPATCH_PHOTOS, IDENTIFIER, EXPERT),
    "hidden_defect": (LISTING, DEFECT_PHOTOS, EXPERT, IDENTIFIER),
    "counterfeit": (RIGHT_HOLDER, INVOICES, NOTICE, LISTING, DEFECT_PHOTOS),
    "withdrawal": (ACKNOWLEDGMENT, RETURN_PROOF, INSPECTION, CONDITION),
    "return_30_days": (RETURN_PROOF, INSPECTION, CONDITION, REPEATED),
    "ordered_by_mistake": (RETURN_PROOF, INSPECTION, CONDITION),
    "late": (PAYMENT, FIRST_SCAN, CALENDAR),
}


def checklist_of(basis: str) -> tuple[Piece, ...]:
    """Return the pieces that a claim on this ground needs."""
    return CHECKLISTS[basis]
