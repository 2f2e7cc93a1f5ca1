"""What each ground entitles a buyer to, once it applies."""

from datetime import datetime

from backoffice.core.text import N_, Text, text
from backoffice.marketplace.buyer_rights.fact import FROM_BASIS, HOUSE, Fact, Outcome, day
from backoffice.marketplace.buyer_rights.periods import REPAIR_DAYS, law_days_after

AFTER_RETURN = N_("Refund by the same means of payment, after the goods are received.")
BACK_WITH_GOODS = N_("The price against the goods, or a part of the price while keeping them.")
WHOLE_PRICE = N_("The whole price back.")
ENTITLES: dict[str, tuple[str, str, str]] = {
    "withdrawal": (
        N_("Entitles to a refund"),
        N_("The whole price with standard delivery, by the same means of payment; less only what"
           " excessive handling took from the value."),
        "C. conso., L221-23, L221-24",
    ),
    "hidden_defect": (N_("Entitles to a refund or a price cut"), BACK_WITH_GOODS, "C. civ., 1644"),
    "not_delivered": (N_("Entitles to a refund"), WHOLE_PRICE, "C. conso., L216-7"),
    "late": (
        N_("Entitles to a refund only if the sale is ended"),
        N_("Once the sale is ended, the whole price back, against the goods if they came."),
        "C. conso., L216-6, L216-7",
    ),
    "return_30_days": (N_("Entitles to a refund"), AFTER_RETURN, HOUSE),
    "ordered_by_mistake": (N_("Entitles to a refund"), AFTER_RETURN, HOUSE),
    "counterfeit": (N_("Entitles to a refund"), WHOLE_PRICE, HOUSE),
}  # fmt: skip


def entitlement(basis: str, asked_at: datetime, *, is_contractual: bool) -> Fact:
    """Say what a ground gives; a withdrawal that came too late gives what a return does."""
    if basis == "conformity":
        last = law_days_after(asked_at, REPAIR_DAYS)
        return _fact(
            text("Entitles to repair or replacement first"),
            text("Within 30 days of the request, by %(last)s; failing that, a price cut, or the"
                 " price against the goods.", last=day(last)),
            "C. conso., L217-10",
        )  # fmt: skip
    known = "return_30_days" if basis == "withdrawal" and is_contractual else basis
    headline, detail, rule = ENTITLES[known]
    return _fact(text(headline), text(detail), rule)


def _fact(headline: Text, detail: Text, rule: str) -> Fact:
    return Fact("entitlement", Outcome.NONE, headline, detail, rule, FROM_BASIS)
