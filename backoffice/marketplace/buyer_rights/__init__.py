"""What law and house rules give a buyer, computed from an order's dates: pure functions."""

from backoffice.marketplace.buyer_rights.chargeback import chargeback_fact
from backoffice.marketplace.buyer_rights.checklist import Piece, Side, checklist_of
from backoffice.marketplace.buyer_rights.fact import Fact, Outcome
from backoffice.marketplace.buyer_rights.facts import facts_of
from backoffice.marketplace.buyer_rights.returning import waits_for_return

__all__ = [
    "Fact",
    "Outcome",
    "Piece",
    "Side",
    "chargeback_fact",
    "checklist_of",
    "facts_of",
    "waits_for_return",
]
