"""The yearly data of sellers for the tax authorities (DAC7: CGI art. 1649 ter A to E).

The names of columns are those of the elements of the OECD's schema (urn:oecd:ties:dpi:v1); its
amounts are whole euros. A seller of goods is excluded below thirty sales that bring at most
2 000 € (Dir. 2021/514 annex V sect. I.B.4.d).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.account_statement import CURRENCY
from backoffice.billing.dac7_activity import Quarter, activity
from backoffice.marketplace.erasing.keeping import kept_legal_names, retained_of
from backoffice.marketplace.seller import Seller
from backoffice.web.sheet import AsIs

SALES_MIN, CONSIDERATION_MAX_MINOR = 30, 200_000
COUNTRY = "FR"  # where every seller is established, and who issued its numbers
AT_ONCE = 500
SOLE_TRADER = "1"  # how INSEE's codes of natural persons begin
IDENTITY = (
    "Seller", "Identity", "ResCountryCode", "TIN", "TIN_issuedBy", "IN", "IN_issuedBy",
    "IN_INType", "VAT", "Name", "FirstName", "LastName", "BirthDate", "Street", "PostCode", "City",
    "CountryCode", "Identifier", "AccountHolderName",
)  # fmt: skip
FIGURES = tuple(f"{name}Q{number}" for name in ("Cons", "Numb", "Fees", "Tax")
                for number in range(1, 5))  # fmt: skip
HEADINGS = tuple(map(AsIs, (*IDENTITY, *FIGURES, "currCode", "Missing")))
NEEDED = ("Name", "TIN", "Street", "PostCode", "City")
NEEDED_OF_PERSONS = ("FirstName", "LastName", "BirthDate", "TIN", "BirthPlace", "Street",
                     "PostCode", "City")  # fmt: skip
"""The place of birth is asked for where there is no TIN; we know neither of a natural person."""


@dataclass(frozen=True)
class Reported:
    """One seller's year: its identity by the schema's names, and its quarters."""

    seller: Seller
    identity: Mapping[str, str]
    quarters: Sequence[Quarter]

    @property
    def number(self) -> int:
        """Return how many sales were paid."""
        return sum(one.number for one in self.quarters)

    @property
    def consideration_minor(self) -> int:
        """Return what was credited in the year, in cents."""
        return sum(one.consideration_minor for one in self.quarters)

    @property
    def fees_minor(self) -> int:
        """Return what we took in the year, in cents."""
        return sum(one.fees_minor for one in self.quarters)

    @property
    def is_excluded(self) -> bool:
        """Tell whether the seller sold too little to be reported."""
        return self.number < SALES_MIN and self.consideration_minor <= CONSIDERATION_MAX_MINOR

    @property
    def missing(self) -> list[str]:
        """Return the elements that the schema asks for and we do not have."""
        is_person = self.identity["Identity"] == "IndividualSeller"
        needed = NEEDED_OF_PERSONS if is_person else NEEDED
        return [name for name in needed if not self.identity.get(name)]

    def cells(self) -> tuple[Any, ...]:
        """Return the seller's row of the file; taxes are never withheld by us."""
        figures = (
            *(_whole(one.consideration_minor) for one in self.quarters),
            *(one.number for one in self.quarters),
            *(_whole(one.fees_minor) for one in self.quarters),
            *(0 for _ in self.quarters),
        )
        identity = (AsIs(self.identity[name]) for name in IDENTITY)
        return *identity, *figures, AsIs(CURRENCY), AsIs(" ".join(self.missing))


def reported(session: Session, year: int) -> Iterator[Reported]:
    """Yield every seller that sold in a year, those below the threshold too, by its number."""
    quarters, erased = activity(session, year), kept_legal_names(session)
    query = select(Seller).where(Seller.id.in_(quarters)).order_by(Seller.external_id)
    for seller in session.scalars(query.execution_options(yield_per=AT_ONCE)):
        kept = _kept(session, seller) if seller.id in erased else {}
        yield Reported(seller, _identity(seller, kept), quarters[seller.id])


def file_rows(session: Session, year: int) -> Iterator[tuple[Any, ...]]:
    """Yield the sellers that are to be reported as rows of a file."""
    yield HEADINGS
    for one in reported(session, year):
        if not one.is_excluded:
            yield one.cells()


def _kept(session: Session, seller: Seller) -> dict[str, Any]:
    """Return what the law has us keep of an erased seller (C. com. L123-22, DSA art. 30(5))."""
    kept: dict[str, Any] = {}
    for one in retained_of(session, seller.party):
        kept |= one.values
    return kept


def _identity(seller: Seller, kept: Mapping[str, Any]) -> dict[str, str]:
    """Return a seller's identity by the schema's names; what is kept of it goes first."""

    def told(name: str) -> str:
        value = kept[name] if name in kept else getattr(seller, name)
        return str(value or "")

    siren = told("siren") if told("siren").isdigit() else ""
    is_person = told("legal_form").startswith(SOLE_TRADER)
    street = ", ".join(filter(None, (told("line1"), told("line2"))))
    company = {"TIN": siren, "TIN_issuedBy": COUNTRY if siren else "", "Name": told("legal_name")}
    person = dict.fromkeys(company, "") | {
        "FirstName": told("first_name"),
        "LastName": told("last_name"),
        "BirthDate": told("birth_date"),
    }
    common = {
        "Seller": seller.external_id,
        "Identity": "IndividualSeller" if is_person else "EntitySeller",
        "ResCountryCode": COUNTRY,
        "IN": siren,
        "IN_issuedBy": COUNTRY if siren else "",
        "IN_INType": "BRN" if siren else "",
        "VAT": told("vat_number"),
        "Street": street,
        "PostCode": told("postal_code"),
        "City": told("city"),
        "CountryCode": told("country"),
        "Identifier": seller.iban() or "",
        "AccountHolderName": told("legal_name") if seller.iban() else "",
    }
    return dict.fromkeys(IDENTITY, "") | common | (person if is_person else company)


def _whole(minor: int) -> int:
    """Return cents as whole euros; half a euro rounds away from zero."""
    return (-1 if minor < 0 else 1) * ((abs(minor) + 50) // 100)
