"""What a decision on a dispute says to either side: statements of reasons, and e-mails."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from backoffice.billing.refund import Refund
from backoffice.core.action import Context, Mail, Owed
from backoffice.core.money import euros
from backoffice.core.party import Party
from backoffice.core.text import N_, Text, text
from backoffice.queues.disputes.matter import about
from backoffice.queues.disputes.moved import paid_minor, refunds_of_case
from backoffice.queues.disputes.parties import buyer_party, seller_party
from backoffice.queues.outcome import outcome_context

SCOPE = N_("This order alone.")
SOURCE = "complaint"


def owed_when_protected(context: Context) -> Iterable[Owed]:
    """Yield the statement to the buyer, who is refused what he asked for."""
    sentence = N_("We refuse your refund request.")
    if paid_minor(refunds_of_case(context.session, context.case)):
        sentence = N_("We refuse your refund request; what you were refunded already stays yours.")
    yield _owed(buyer_party(context.session, context.subject), sentence)


def owed_when_refunded(context: Context) -> Iterable[Owed]:
    """Yield the statement to the seller, who bears it, and to a buyer who asked for more."""
    order, amount_minor = context.subject.order, context.data["amount_minor"]
    amount = euros(amount_minor)
    yield _owed(
        seller_party(context.session, context.subject),
        text("We refund the buyer %(amount)s of order %(order)s, at your expense.",
             amount=amount, order=order.external_id),
    )  # fmt: skip
    if amount_minor < context.subject.amount_minor:
        yield _owed(buyer_party(context.session, context.subject), _in_part(context, amount))


def owed_when_goodwill(context: Context) -> Iterable[Owed]:
    """Yield the statement to the buyer: what we pay, of what was asked for."""
    amount = euros(context.data["amount_minor"])
    yield _owed(buyer_party(context.session, context.subject), _in_part(context, amount))


def _in_part(context: Context, amount: dict[str, str]) -> Text:
    if context.data["amount_minor"] >= context.subject.amount_minor:
        return text("You receive %(amount)s, all that you asked for.", amount=amount)
    return text("You receive %(amount)s of the %(claimed)s that you asked for.",
                amount=amount, claimed=euros(context.subject.amount_minor))  # fmt: skip


def _owed(party: Party, measure: str | Text) -> Owed:
    return Owed(party, measure, scope=SCOPE, source=SOURCE)


def told(event: str) -> Callable[[Context], Iterable[Mail]]:
    """Return the mail rule of a decision: both sides are told, each in its own words."""

    def mails(context: Context) -> Iterable[Mail]:
        for party in (
            buyer_party(context.session, context.subject),
            seller_party(context.session, context.subject),
        ):
            words = {
                **outcome_context(context, party),
                **about(context.subject),
                **_money(context),
                "side": party.kind,
                "facts": context.data["facts"],
                "on_appeal": bool(context.decision and context.decision.part_of_id),
            }
            yield Mail(event, party.email, party.locale, words)

    return mails


def _money(context: Context) -> dict[str, Any]:
    """Return what moves, as the e-mails say it."""
    made = made_by(context)
    return_by = next((one.return_by for one in made if one.return_by), None)
    amount_minor = context.data.get("amount_minor") or 0
    leaving_minor = paid_minor(made)
    return {
        "amount_minor": amount_minor,
        "leaving_minor": leaving_minor,
        "before_minor": max(0, amount_minor - leaving_minor),
        "compensation_minor": sum(one.amount_minor for one in made if one.kind == "compensation"),
        "return_by": return_by.isoformat() if return_by else None,
        "return_address": context.subject.order.return_address,
    }


def made_by(context: Context) -> list[Refund]:
    """Return what the decision owes."""
    changes = context.decision.changes if context.decision else []
    numbers = [number for one in changes for number in one["change"].get("refunds", ())]
    rows = select(Refund).where(Refund.id.in_(numbers)).order_by(Refund.id)
    return list(context.session.scalars(rows))
