"""What we know ourselves: linked sellers, throw-away addresses, the self-certification."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.contacts import is_disposable
from backoffice.marketplace.linked import SHARED, LinkedSeller, linked_sellers
from backoffice.marketplace.seller import SellerStatus
from backoffice.marketplace.trader_checks.trader import Trader, beside

LINES_MAX = 12
BARRED = frozenset({SellerStatus.SUSPENDED, SellerStatus.TERMINATED, SellerStatus.REFUSED})
THEY_ARE = {
    SellerStatus.APPLICANT: N_("an applicant"),
    SellerStatus.ACTIVE: N_("an active seller"),
    SellerStatus.REFUSED: N_("a refused seller"),
    SellerStatus.SUSPENDED: N_("a suspended seller"),
    SellerStatus.TERMINATED: N_("a terminated seller"),
}
SHOWN_AT = {"siren": "register", "iban_fingerprint": "payment", "address_key": "address"}
"""Beside which field a shared value is told, where that is not its own name."""


def find_linked(session: Session, case: Case, trader: Trader) -> Finding:
    """Look for sellers that share something: a barred one fails, any other is to be looked at."""
    others = linked_sellers(session, trader.profile, trader.seller_id)
    if not others:
        said = text("No other seller has this SIREN, IBAN, phone, address or e-mail.")
        return Finding(Outcome.PASS, said)
    outcome = Outcome.FAIL if others[0].seller.status in BARRED else Outcome.WARN
    shared = {name for other in others for name in other.shared}
    lines = [_line(other, name) for other in others for name in other.shared]
    facts = beside(N_("Known already"), *sorted(SHOWN_AT.get(name, name) for name in shared))
    return Finding(outcome, lines[0], tuple(lines[1:LINES_MAX]), facts=facts)


def _line(other: LinkedSeller, name: str) -> Text:
    return text(
        "Linked %(by)s to %(seller)s, %(status)s.",
        by=text(SHARED[name]).to_json(),
        seller=other.seller.display_name,
        status=text(THEY_ARE[SellerStatus(other.seller.status)]).to_json(),
    )


def find_disposable(session: Session, case: Case, trader: Trader) -> Finding:
    """Look for addresses that live some minutes; nothing that was sent there would be read."""
    addresses = {name: getattr(trader.profile, name) for name in ("email", "contact_email")}
    found = [name for name, address in addresses.items() if is_disposable(address)]
    if not found:
        return Finding(Outcome.PASS, text("No e-mail address is of a throw-away service."))
    return Finding(
        Outcome.FAIL,
        text("%(address)s is of a throw-away service.", address=addresses[found[0]]),
        facts=beside(N_("Throw-away"), *found),
    )


def find_certified(session: Session, case: Case, trader: Trader) -> Finding:
    """Look whether the seller certified to offer lawful goods only (DSA art. 30(1)(e))."""
    item = "self_certification"
    if trader.profile.self_certified_at:
        said = text("The seller certified to offer only lawful products.")
        return Finding(Outcome.PASS, said, facts=beside(N_("Given"), item, verifies=[item]))
    said = text("The seller did not certify to offer only lawful products.")
    return Finding(Outcome.FAIL, said, facts=beside(N_("Not given"), item))
