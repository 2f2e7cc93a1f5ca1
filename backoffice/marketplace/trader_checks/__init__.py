"""What a machine can say of a trader before a person looks (DSA art. 30(2): best efforts).

The same checks look at a registration and at a profile that is to change.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Check, Finding
from backoffice.core.text import N_
from backoffice.marketplace.trader_checks.documents import documents_for, read_documents
from backoffice.marketplace.trader_checks.known import (
    find_certified,
    find_disposable,
    find_linked,
)
from backoffice.marketplace.trader_checks.register import look_up
from backoffice.marketplace.trader_checks.trader import Trader
from backoffice.marketplace.trader_checks.vat import ask_vies

__all__ = ["Trader", "documents_for", "trader_checks"]

Look = Callable[[Session, Case, Trader], Finding | Sequence[Finding]]

LOOKS: dict[str, tuple[str, Look]] = {
    "register": (N_("Company register"), look_up),
    "vies": (N_("VAT number"), ask_vies),
    "linked": (N_("Linked accounts"), find_linked),
    "email": (N_("E-mail"), find_disposable),
    "documents": (N_("Documents"), read_documents),
    "self_certification": (N_("Self-certification"), find_certified),
}


def trader_checks(trader_of: Callable[[Any], Trader]) -> tuple[Check, ...]:
    """Return the checks of a queue; `trader_of` says whom a subject of it is about."""

    def check(name: str, label: str, look: Look) -> Check:
        return Check(name, label, lambda session, case, it: look(session, case, trader_of(it)))

    return tuple(check(name, *rest) for name, rest in LOOKS.items())
