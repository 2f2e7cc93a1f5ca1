"""Invented sellers for the demo: what each declares, and what the sandbox register has of it."""

from dataclasses import dataclass, field

from stdnum import iban as stdnum_iban
from stdnum import luhn

from backoffice.core.search import fold
from backoffice.marketplace.identifiers import vat_number_of


@dataclass(frozen=True)
class DemoCompany:
    """A seller as it registers; the fields from `activity` on are the register's own.

    Telephone numbers are of the range kept for fiction, e-mail addresses of example.com, the
    bank (99999) does not exist.
    """

    number: int  # makes the SIREN, the telephone number and the IBAN
    legal_name: str
    trade_name: str
    legal_form: str
    line1: str
    postal_code: str
    city: str
    first_name: str
    last_name: str
    birth_date: str
    plan: str
    activity: str = "47.91B"
    role: str = "Gérant"
    register_kind: str = "RCS"
    officer: tuple[str, str, str] = ("", "", "")  # last name, first names, YYYY-MM
    registered_line: str = ""
    siren: str = field(init=False)
    siret: str = field(init=False)
    vat_number: str = field(init=False)
    phone: str = field(init=False)
    iban: str = field(init=False)
    website: str = field(init=False)
    email: str = field(init=False)
    contact_email: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out every number and address from the company's own number and names."""
        start = f"999{self.number:05}"
        siren = start + luhn.calc_check_digit(start)
        office = f"{siren}0001"
        bank = f"999990000100000{self.number:06}85"
        domain = fold(self.trade_name).replace(" ", "-").replace("'", "-") + ".example.com"
        person = fold(f"{self.first_name}.{self.last_name}").replace(" ", "-")
        ...
