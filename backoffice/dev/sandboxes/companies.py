"""The companies that the sandboxes know: sample data for development, not a register.

`companies.csv` names real public companies (SIREN, name, form, head office); where their head
office's number is not listed, the smallest possible one stands in for it, and none has officers.
All others are invented, with SIRENs that begin with 999, a range not yet given to anybody.
"""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from stdnum import luhn

from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES, DemoCompany
from backoffice.marketplace.identifiers import vat_number_of


@dataclass(frozen=True)
class SampleOfficer:
    """A person who runs an invented company; `born` is YYYY-MM."""

    last_name: str
    first_names: str
    born: str
    role: str


@dataclass(frozen=True)
class SampleCompany:
    """A company as the register has it: capitals, no accents, an address in parts."""

    siren: str
    name: str
    legal_form: str
    activity: str
    number: str
    way: str
    street: str
    postal_code: str
    town: str
    acronym: str = ""
    sign: str = ""
    nic: str = ""
    branch_nic: str = ""  # a second establishment
    branch_is_open: bool = True
    officers: tuple[SampleOfficer, ...] = ()
    is_active: bool = True
    is_hidden: bool = False  # opposed publication: partly diffusible
    trouble: str = ""  # what the register's sandbox does instead of answering
    vies_trouble: str = ""

    @property
    def siret(self) -> str:
        """Return the head office's number."""
        return self.siren + (self.nic or check_nic(self.siren, 1))

    @property
    def vat_number(self) -> str:
        """Return the number that VIES's sandbox knows."""
        return vat_number_of(self.siren)


def check_nic(siren: str, sequence: int) -> str:
    """Return an establishment's five digits: a sequence and its check digit."""
    return f"{sequence:04}" + luhn.calc_check_digit(f"{siren}{sequence:04}")


def invented_siren(number: int) -> str:
    """Return a valid SIREN that nobody has, the same for the same number."""
    return f"999{number:05}" + luhn.calc_check_digit(f"999{number:05}")


# What goes wrong, by name: a test or a demo takes the SIREN of the trouble it wants.
TROUBLES = {
    name: invented_siren(number)
    for number, name in enumerate(
        (
            "rate_limited", "broken", "down", "slow", "malformed", "web_page", "moved", "huge",
            "refused", "absent", "closed", "branch_closed", "partly_hidden", "vies_unavailable",
            "vies_unavailable_500", "vies_busy", "vies_slow", "vies_invalid", "vies_other_name",
        ),
        start=90000,
    )
}


@cache
def known_companies() -> dict[str, SampleCompany]:
    """Return every company by its SIREN; the absent one is not among them."""
    with Path(__file__).with_name("companies.csv").open(encoding="utf-8") as file:
        real = [SampleCompany(**row) for row in csv.DictReader(file)]
    invented = [_registered(company) for company in DEMO_COMPANIES]
    troubled = [_troubled(name, siren) for name, siren in TROUBLES.items() if name != "absent"]
    return {company.siren: company for company in (*real, *invented, *troubled)}


def _registered(demo: DemoCompany) -> SampleCompany:
    """Return what the register has of a demo company: the truth where its form differs."""
    last_name, first_names, born = demo.officer
    return SampleCompany(
        siren=demo.siren,
        name=demo.registered_name,
        sign=demo.registered_sign,
        legal_form=demo.legal_form,
        activity=demo.activity,
        number=demo.registered_address[0],
        way=demo.registered_address[1],
        street=demo.registered_address[2],
        postal_code=demo.postal_code,
        town=demo.registered_address[3],
        officers=(SampleOfficer(last_name, first_names, born, demo.role),),
    )


def _troubled(name: str, siren: str) -> SampleCompany:
    company = SampleCompany(
        siren=siren,
        name=f"ESSAI {name.replace('_', ' ').upper()}",
        legal_form="5710",
        activity="47.91B",
        number="3",
        way="RUE",
        street="DES ESSAIS",
        postal_code="69003",
        town="LYON 3EME",
        branch_nic=check_nic(siren, 2),
        officers=(SampleOfficer("ESSAI", "CAMILLE", "1980-05", "Président de SAS"),),
    )
    if name == "closed":
        return replace(company, is_active=False)
    if name == "branch_closed":
        return replace(company, branch_is_open=False)
    if name == "partly_hidden":
        return replace(company, is_hidden=True)
    if name.startswith("vies_"):
        return replace(company, vies_trouble=name.removeprefix("vies_"))
    return replace(company, trouble=name)
