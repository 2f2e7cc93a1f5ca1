"""What may be done to a dispute, besides what every queue has."""

from backoffice.billing.refunding import why_locked
from backoffice.core.action import Action, Context, Reversal
from backoffice.core.money import euros
from backoffice.core.text import N_, Text, text
from backoffice.queues.disputes import effects
from backoffice.queues.disputes.asking import ASK_BUYER, ASK_SELLER
from backoffice.queues.disputes.forms import GoodwillForm, ProtectForm, RefundForm
from backoffice.queues.disputes.moved import due_to_seller_minor
from backoffice.queues.disputes.telling import (
    SCOPE,
    SOURCE,
    owed_when_goodwill,
    owed_when_protected,
    owed_when_refunded,
    told,
)
from config.settings import get_settings


def locked(context: Context) -> Text | None:
    """Tell why nothing can be paid to the buyer at present."""
    return why_locked(context.session, context.subject.order)


def hold_of_protection(context: Context) -> Text | None:
    """Ask for a second person where we pay the seller what a refund had cost."""
    due = due_to_seller_minor(context.session, context.case, 0)
    return _compensation(due) if due > 0 else None


def hold_of_refund(context: Context) -> Text | None:
    """Ask for a second person above the limit, and where we compensate the seller."""
    amount_minor, limit = context.data["amount_minor"], get_settings().refund_hold_minor
    if amount_minor > limit:
        return text(
            "A refund of %(amount)s asks for a second person: it is above %(limit)s.",
            amount=euros(amount_minor), limit=euros(limit),
        )  # fmt: skip
    due = due_to_seller_minor(context.session, context.case, amount_minor)
    return _compensation(due) if due > 0 else None


def hold_of_goodwill(context: Context) -> Text | None:
    """Ask for a second person whatever the amount: the money is ours."""
    amount = euros(context.data["amount_minor"])
    return text("A goodwill payment of %(amount)s asks for a second person.", amount=amount)


def _compensation(due_minor: int) -> Text:
    return text("Paying the seller %(amount)s asks for a second person.", amount=euros(due_minor))


PROTECT = Action(
    "protect",
    N_("Refuse the refund"),
    ProtectForm,
    effects=(effects.PROTECT,),
    resolution="protected",
    event="dispute.protected",
    mails=told("dispute.protected"),
    hold=hold_of_protection,
    reversal=Reversal.COMPENSATING,
    measure=N_("We refuse your refund request."),
    scope=SCOPE,
    source=SOURCE,
    owes=owed_when_protected,
    with_reasons=True,
    hotkey="r",
    icon="shield",
    submit=N_("Refuse the refund and take the next"),
)
REFUND = Action(
    "refund",
    N_("Refund the buyer"),
    RefundForm,
    effects=(effects.REFUND,),
    resolution="refunded",
    event="dispute.refunded",
    mails=told("dispute.refunded"),
    hold=hold_of_refund,
    blocked=locked,
    reversal=Reversal.COMPENSATING,
    measure=N_("We refund the buyer."),
    scope=SCOPE,
    source=SOURCE,
    owes=owed_when_refunded,
    with_reasons=True,
    hotkey="a",
    icon="check",
    submit=N_("Refund and take the next"),
)
GOODWILL = Action(
    "goodwill",
    N_("Pay the buyer ourselves"),
    GoodwillForm,
    effects=(effects.GOODWILL,),
    resolution="goodwill",
    event="dispute.goodwill_granted",
    mails=told("dispute.goodwill_granted"),
    hold=hold_of_goodwill,
    blocked=locked,
    reversal=Reversal.COMPENSATING,
    measure=N_("We pay the buyer ourselves."),
    scope=SCOPE,
    source=SOURCE,
    owes=owed_when_goodwill,
    icon="euro",
)
ACTIONS = (PROTECT, REFUND, GOODWILL, ASK_BUYER, ASK_SELLER)
