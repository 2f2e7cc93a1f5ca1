"""What a seller says of itself: the columns that a profile and a registration share."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.core.base import Personal, marked
from backoffice.core.search import key, words
from backoffice.core.secrets import decrypt, encrypt, fingerprint

PARTY = marked(Personal.PARTY)

IDENTITY_FIELDS = (
    "legal_name",
    "trade_name",
    "legal_form",
    "siren",
    "siret",
    "vat_number",
    "vat_exempt",
    "register_kind",
    "register_town",
    "register_number",
    "line1",
    "line2",
    "postal_code",
    "city",
    "country",
    "first_name",
    "last_name",
    "birth_date",
)
"""Fields whose change is staged and decided; the IBAN is one too, kept in three columns."""

CONTACT_FIELDS = ("contact_email", "email", "phone", "website", "locale")
"""Fields whose change applies at once, kept in history."""

IBAN_COLUMNS = ("iban_encrypted", "iban_last4", "iban_fingerprint")


class ProfileColumns:
    """Company, representative, payment and contact data (DSA art. 30(1))."""

    legal_name: Mapped[str] = mapped_column(info=PARTY)
    trade_name: Mapped[str | None] = mapped_column(info=PARTY)
    legal_form: Mapped[str | None] = mapped_column(info=PARTY)
    siren: Mapped[str] = mapped_column(index=True, info=PARTY)
    siret: Mapped[str] = mapped_column(info=PARTY)
    vat_number: Mapped[str | None] = mapped_column(info=PARTY)
    vat_exempt: Mapped[bool] = mapped_column(default=False)
    register_kind: Mapped[str | None] = mapped_column(info=PARTY)
    register_town: Mapped[str | None] = mapped_column(info=PARTY)
    register_number: Mapped[str | None] = mapped_column(info=PARTY)
    line1: Mapped[str] = mapped_column(info=PARTY)
    line2: Mapped[str | None] = mapped_column(info=PARTY)
    postal_code: Mapped[str] = mapped_column(info=PARTY)
    city: Mapped[str] = mapped_column(info=PARTY)
    country: Mapped[str] = mapped_column(default="FR", info=PARTY)
    website: Mapped[str | None] = mapped_column(info=PARTY)
    first_name: Mapped[str] = mapped_column(info=PARTY)
    last_name: Mapped[str] = mapped_column(info=PARTY)
    birth_date: Mapped[date | None] = mapped_column(Date, info=PARTY)
    email: Mapped[str] = mapped_column(index=True, info=PARTY)  # of the representative
    phone: Mapped[str] = mapped_column(index=True, info=PARTY)  # E.164
    contact_email: Mapped[str] = mapped_column(index=True, info=PARTY)
    iban_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary, info=PARTY)
    iban_last4: Mapped[str | None] = mapped_column(info=PARTY)
    iban_fingerprint: Mapped[str | None] = mapped_column(index=True, info=PARTY)
    stripe_account: Mapped[str | None] = mapped_column(info=PARTY)
    self_certified_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(default="fr", info=marked(Personal.NONE))
    address_key: Mapped[str] = mapped_column(index=True, info=PARTY)

    def set_iban(self, iban: str | None) -> None:
        """Keep an IBAN encrypted, with its last four and a keyed hash to compare by."""
        self.iban_encrypted = encrypt(iban) if iban else None
        self.iban_last4 = iban[-4:] if iban else None
        self.iban_fingerprint = fingerprint(iban, "iban") if iban else None

    def iban(self) -> str | None:
        """Return the IBAN in clear, for the one who must pay to it."""
        return decrypt(self.iban_encrypted) if self.iban_encrypted else None

    def set_address_key(self) -> None:
        """Bring the comparable form of the address up to its lines."""
        self.address_key = "".join(words(f"{self.line1} {self.postal_code}"))

    @property
    def display_name(self) -> str:
        """Return the name by which people know the seller."""
        return self.trade_name or self.legal_name

    @property
    def representative(self) -> str:
        """Return the legal representative's whole name."""
        return f"{self.first_name} {self.last_name}"

    def identifiers(self) -> list[tuple[str, str]]:
        """Return the identifiers by which the seller is searched."""
        found = {
            "siren": self.siren,
            "siret": self.siret,
            "vat_number": self.vat_number,
            "email": self.email,
            "contact_email": self.contact_email,
        }
        return [(kind, key(value)) for kind, value in found.items() if value]

    def searched_text(self) -> str:
        """Return the words by which the seller is searched."""
        return " ".join(filter(None, (self.legal_name, self.trade_name, self.last_name, self.city)))


COLUMNS = tuple(ProfileColumns.__annotations__)


def copy_profile(source: Any, target: Any) -> None:
    """Copy every profile column from one record to another."""
    for name in COLUMNS:
        setattr(target, name, getattr(source, name))
