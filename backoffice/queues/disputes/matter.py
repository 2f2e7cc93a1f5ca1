"""What each side reads of a dispute: both the same, the goods, the claim, and how it ended."""

from typing import Any

from backoffice.core.action import Context
from backoffice.core.decision import Decision
from backoffice.core.money import euros
from backoffice.core.party import Matter, Party, Thing
from backoffice.core.text import N_, Text, text
from backoffice.queues.disputes.goods import goods_of
from backoffice.queues.disputes.model import BASES, Basis, Dispute


def matter(context: Context, party: Party) -> Matter:
    """Return the claim in a sentence, and once decided what became of it."""
    dispute: Dispute = context.subject
    said = text(
        "The buyer asks for %(amount)s back for order %(order)s (%(basis)s); the seller contests"
        " it.",
        amount=euros(dispute.amount_minor),
        order=dispute.order.external_id,
        basis=text(BASES[Basis(dispute.basis)]),
    )
    decided = outcome_of(context.decision).to_json() if context.decision else ""
    return Matter(said, [Thing(goods_of(dispute), decided)])


def outcome_of(decision: Decision) -> Text:
    """Return what a decision means for the money, in words."""
    amount = euros(decision.data.get("amount_minor") or 0)
    if decision.action == "refund":
        return text("the buyer is refunded %(amount)s", amount=amount)
    if decision.action == "goodwill":
        return text("we pay the buyer %(amount)s ourselves", amount=amount)
    return text(N_("no refund"))


def about(dispute: Dispute) -> dict[str, Any]:
    """Return what every e-mail about a dispute names it by."""
    return {
        "order": dispute.order.external_id,
        "goods": goods_of(dispute),
        "claimed_minor": dispute.amount_minor,
        "currency": dispute.currency,
    }
