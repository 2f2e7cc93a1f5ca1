"""The two parties of an invoice as they are when it is issued, and whose VAT it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.invoice import VatCategory
from backoffice.marketplace.erasing.keeping import retained_of, retained_parties
from backoffice.marketplace.seller import Seller
from config.settings import get_settings

UNION = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip
ACCOUNTING = "accounting"
COLUMNS = {
    "seller_name": "legal_name",
    "seller_line1": "line1",
    "seller_line2": "line2",
    "seller_postal_code": "postal_code",
    "seller_city": "city",
    "seller_country": "country",
    "seller_siren": "siren",
    "seller_vat_number": "vat_number",
}
"""Each column of an invoice, and that of the seller it is copied from."""


def issuer() -> dict[str, Any]:
    """Return who we are, as the settings say it (CGI ann. II art. 242 nonies A)."""
    settings = get_settings()
    return {
        "name": settings.company_name,
        "legal_form": settings.company_legal_form,
        "capital_minor": settings.company_capital_minor,
        "line1": settings.company_line1,
        "postal_code": settings.company_postal_code,
        "city": settings.company_city,
        "country": settings.company_country,
        "siren": settings.company_siren,
        "vat_number": settings.company_vat_number,
        "register": settings.company_register,
    }


def customer_of(session: Session, seller: Seller) -> dict[str, str]:
    """Return the seller's identity; of an erased seller the one kept for the accounts.

    C. com. L123-22: what is invoiced after an erasure still names whom it was invoiced to.
    """
    kept = next(
        (one.values for one in retained_of(session, seller.party) if one.data_class == ACCOUNTING),
        {},
    )
    return _customer(seller, kept)


def customers_of(session: Session, sellers: Sequence[Seller]) -> dict[int, dict[str, str]]:
    """Return the identities of many sellers by their ids; what is kept is read of few."""
    kept = retained_parties(session, "seller", [seller.id for seller in sellers])
    return {
        seller.id: customer_of(session, seller) if seller.id in kept else _customer(seller, {})
        for seller in sellers
    }


def _customer(seller: Seller, kept: Mapping[str, Any]) -> dict[str, str]:
    return {name: kept.get(own) or getattr(seller, own) or "" for name, own in COLUMNS.items()}


def vat_category_of(customer: Mapping[str, str]) -> VatCategory:
    """Return whose VAT a service to a customer is: its own where it is taxable elsewhere.

    Directive 2006/112/EC art. 44 and 196: a service to a taxable person of another Member State.
    """
    country = customer["seller_country"]
    is_elsewhere = country in UNION and country != get_settings().company_country
    if is_elsewhere and customer["seller_vat_number"]:
        return VatCategory.REVERSE_CHARGE
    return VatCategory.STANDARD
