"""What is computed of a dispute: facts by rule, what a refund does to each account, what is needed.

None of it decides: each line names the rule and the dates that it rests on.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from backoffice.billing.effect import Effect, effect_of_refund
from backoffice.billing.refund import RefundKind
from backoffice.billing.refunding import left_minor, open_chargeback
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.core.money import euros
from backoffice.core.party import Side
from backoffice.core.text import Text, text
from backoffice.marketplace import buyer_rights
from backoffice.queues.disputes.model import Dispute

SAME = {
    "buyer_photos": "photo",
    "dispatch_photos": "photo",
    "condition": "condition_report",
    "inspection": "condition_report",
    "invoices": "order_invoice",
}
"""What the checklists call kinds of evidence that are sent under a wider name."""
KINDS = {"refund": RefundKind.SELLER, "goodwill": RefundKind.GOODWILL}


class Needed(NamedTuple):
    """A piece that a claim of this kind needs, and the numbers under which it was brought."""

    piece: buyer_rights.Piece
    brought: Sequence[str]


class Foreseen(NamedTuple):
    """What a refund of this amount would do to each account."""

    title: Text
    effect: Effect


def facts(session: Session, dispute: Dispute) -> list[buyer_rights.Fact]:
    """Return the facts of the claim, its own ground first, and whether a bank contests it."""
    order, chargeback = dispute.order, open_chargeback(session, dispute.order)
    return [
        *buyer_rights.facts_of(
            order, dispute.basis, dispute.claimed_at, now(), amount_minor=dispute.amount_minor
        ),
        buyer_rights.chargeback_fact(chargeback.told_at if chargeback else None),
    ]


def needed(dispute: Dispute, sides: Sequence[Side]) -> list[Needed]:
    """Return what a claim of this kind needs of either side, and what of it has come."""
    return [
        Needed(piece, [
            one.number for side in sides for one in side.pieces
            if side.kind == piece.side and one.attachment.kind == SAME.get(piece.kind, piece.kind)
        ])
        for piece in buyer_rights.checklist_of(dispute.basis)
        if piece.side != buyer_rights.Side.STAFF
    ]  # fmt: skip


def effect(session: Session, case: Case, dispute: Dispute) -> Foreseen | None:
    """Return what the proposed refund would do, or else the one that the buyer asks for."""
    held = session.get(Decision, case.held_decision_id) if case.held_decision_id else None
    said: Mapping[str, Any] = held.data if held else {}
    asked_minor = said.get("amount_minor") or dispute.amount_minor
    amount_minor = min(asked_minor, left_minor(session, dispute.order))
    kind = KINDS.get(held.action) if held else RefundKind.SELLER
    if amount_minor <= 0 or kind is None:
        return None
    title = text("What a refund of %(amount)s does", amount=euros(amount_minor))
    return Foreseen(title, effect_of_refund(session, dispute.order, amount_minor, kind))
