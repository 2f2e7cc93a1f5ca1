"""All that is computed of a claim, its own ground first."""

from datetime import datetime

from backoffice.marketplace.buyer_rights.delivery import delivery, shipping
from backoffice.marketplace.buyer_rights.entitlement import entitlement
from backoffice.marketplace.buyer_rights.fact import Dates, Fact, Outcome
from backoffice.marketplace.buyer_rights.grounds import (
    conformity,
    counterfeit,
    hidden_defect,
    late,
    not_delivered,
    ordered_by_mistake,
)
from backoffice.marketplace.buyer_rights.refund_term import refund_term, term_of
from backoffice.marketplace.buyer_rights.returning import freight, return_window, withdrawal
from config.settings import Settings, get_settings


def facts_of(
    order: Dates, basis: str, claimed_at: datetime, at: datetime, *, amount_minor: int | None = None
) -> list[Fact]:
    """Return the facts of a claim on an order as they are at a time.

    A return that was asked for before the claim counts from when it was asked for.
    """
    house = get_settings()
    asked_at = min(claimed_at, order.return_requested_at or claimed_at)
    always = [
        return_window(order, asked_at, house.return_days),
        withdrawal(
            order, asked_at, is_claimed=basis == "withdrawal",
            withdrawal_days=house.withdrawal_days, return_days=house.return_days,
        ),
        conformity(order, asked_at),
    ]  # fmt: skip
    of_basis = {one.about: one for one in always} | _grounds(order, asked_at, at, house)
    own = of_basis[basis]
    applies = own.outcome == Outcome.OK
    term = term_of(basis, order, asked_at) if applies else None
    found = [
        own,
        entitlement(basis, asked_at, is_contractual=not applies)
        if own.outcome in (Outcome.OK, Outcome.WARN) else None,
        refund_term(term, at, amount_minor or order.total_minor) if term else None,
        *(one for one in always if one is not own),
        shipping(order, at, house.ship_days),
        delivery(order, at, house.deliver_days),
        freight(basis),
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _grounds(
    order: Dates, asked_at: datetime, at: datetime, house: Settings
) -> dict[str, Fact]:  # fmt: skip
    facts = (
        hidden_defect(order),
        not_delivered(order, at, house.deliver_days),
        late(order, at, house.deliver_days),
        ordered_by_mistake(order, asked_at, house.return_days),
        counterfeit(),
    )
    return {one.about: one for one in facts}
