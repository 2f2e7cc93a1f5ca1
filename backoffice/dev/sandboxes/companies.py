"""The companies that the sandboxes know: sample data for development, not a register.

`companies.csv` names real public companies (SIREN, name, form, head office). Where the head
office's own number is not listed, the smallest possible one stands in; officers are left out.
All others are invented.
"""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from backoffice.core.search import fold
from backoffice.dev.sandboxes.demo_companies import (
    DEMO_COMPANIES,
    DemoCompany,
    invented_siren,
    siret_of,
)


@dataclass(frozen=True)
class SampleCompany:
    """A company as the register has it: capitals without accents, an address in parts."""

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
    officer: tuple[str, str, str] | None = None  # last name, first names, birth date
    role: str = ""
    is_active: bool = True
    branch_is_open: bool = True
    is_hidden: bool = False  # opposed publication: partly diffusible
    trouble: str = ""  # what a sandbox does instead of answering

    @property
    def siret(self) -> str:
        """Return the head office's number."""
        return self.siren + self.nic if self.nic else siret_of(self.siren)

    @property
    def branch_siret(self) -> str:
        """Return the number of a second establishment."""
        return siret_of(self.siren, 2)


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
}  # fmt: skip


@cache
def known_companies() -> dict[str, SampleCompany]:
    """Return every company by its SIREN; the absent one is not among them."""
    with Path(__file__).with_name("companies.csv").open(encoding="utf-8") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    real = [SampleCompany(**row) for row in rows]
    invented = [_registered(company) for company in DEMO_COMPANIES]
    troubled = [_troubled(name, siren) for name, siren in TROUBLES.items() if name != "absent"]
    return {company.siren: company for company in (*real, *invented, *troubled)}


def _registered(demo: DemoCompany) -> SampleCompany:
    """Return what the register has of a demo company."""
    number, way, street = _capitals(demo.registered_line1 or demo.line1).split(" ", 2)
    declared = (demo.last_name, demo.first_name, demo.birth_date)
    last_name, first_names, born = (
        demo.registered_officer if any(demo.registered_officer) else declared
    )
    return SampleCompany(
        siren=demo.siren,
        name=_capitals(demo.legal_name),
        legal_form=demo.legal_form,
        activity=demo.activity,
        number=number,
        way=way,
        street=street,
        postal_code=demo.postal_code,
        town=_capitals(demo.city),
        sign=_capitals(demo.trade_name),
        officer=(_capitals(last_name), _capitals(first_names), born),
        role=demo.role,
    )


def _capitals(words: str) -> str:
    return fold(words).upper()


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
        officer=("ESSAI", "CAMILLE", "1980-05-01"),
        role="Président de SAS",
    )
    marks = {
        "closed": {"is_active": False},
        "branch_closed": {"branch_is_open": False},
        "partly_hidden": {"is_hidden": True},
    }
    return replace(company, **marks.get(name, {"trouble": name}))
