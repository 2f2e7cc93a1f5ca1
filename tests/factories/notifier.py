"""Notifiers and what they say of rights, for tests."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.marketplace.notifier import Notifier, notifier_of
from backoffice.marketplace.right import HolderSaid, RightSaid

_numbers = count(1)
HOLDER = HolderSaid("Kervanec SA", "FR", "8 quai Sud, 56100 Lorient", "marques@kervanec.example")
MARK = RightSaid("trademark", "INPI", "4 123 456", "Kervanec", ("FR",), (21, 25))


def make_notifier(session: Session, **columns: Any) -> Notifier:
    """Make somebody who reports for the first time; `columns` are set afterwards."""
    number = next(_numbers)
    notifier = notifier_of(
        session, email=f"ayant-droit{number}@exemple.fr", name="Anne Le Goff",
        organisation="Cabinet Le Goff", locale="fr",
    )  # fmt: skip
    for name, value in columns.items():
        setattr(notifier, name, value)
    session.flush()
    return notifier
