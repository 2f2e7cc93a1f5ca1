"""What a decision on a dispute does with the money, in plain lines: shown before it is taken."""

from collections.abc import Iterator

from backoffice.billing.refund import Refund, RefundKind
from backoffice.core.action import Context
from backoffice.core.clock import day_of
from backoffice.core.money import euros
from backoffice.core.text import N_, Text, text
from backoffice.queues.disputes.telling import made_by

LINES = {
    RefundKind.SELLER: N_("Refund to the buyer, at the seller’s expense: %(amount)s"),
    RefundKind.GOODWILL: N_("Refund to the buyer, at our expense: %(amount)s"),
    RefundKind.COMPENSATION: N_("Paid to the seller, at our expense: %(amount)s"),
}


def foresee(context: Context) -> list[Text]:
    """Return what a decision did, line by line: the caller takes it back."""
    return [line for one in made_by(context) for line in _lines(one)]


def _lines(refund: Refund) -> Iterator[Text]:
    yield text(LINES[RefundKind(refund.kind)], amount=euros(refund.amount_minor))
    if refund.fee_minor:
        fee = euros(refund.fee_minor)
        yield text("Commission given back to the seller: %(amount)s", amount=fee)
    if refund.return_by:
        day = day_of(refund.return_by)
        yield text("It leaves once the goods are back, expected by %(day)s.", day=day)
