"""Accounts by the names that the marketplace has for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.seller import Seller, by_external_id

Account = Seller | Buyer | Notifier


def account_named(session: Session, kind: str, name: str) -> Account | None:
    """Return the account of this kind: a notifier by address, a seller or a buyer by number."""
    if kind == "seller":
        return by_external_id(session, name)
    if kind == "buyer":
        return session.scalars(select(Buyer).where(Buyer.external_id == name)).first()
    return session.scalars(select(Notifier).where(Notifier.email == name)).first()
