"""Traders for tests: companies that the sandboxes of the registers know, and what checks find."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.checks import Finding
from backoffice.core.queue import queue_of, subject_of
from backoffice.dev.sandboxes.companies import TROUBLES, known_companies
from backoffice.dev.sandboxes.demo_companies import DemoCompany, siret_of
from backoffice.marketplace.identifiers import vat_number_of
from backoffice.queues.registrations.receive import Attempt
from tests.factories.registration import make_registration

LA_POSTE = {
    "company__legal_name": "La Poste",
    "company__siren": "356000000",
    "company__siret": "35600000000048",
    "company__vat_number": "FR39356000000",
    "company__legal_form": "SA",
    "company__address__line1": "9 rue du Colonel Pierre Avia",
    "company__address__postal_code": "75015",
}
EDF = {
    "company__legal_name": "EDF",
    "company__siren": "552081317",
    "company__siret": "55208131766522",
    "company__vat_number": "FR03552081317",
    "company__legal_form": "SA",
    "company__address__line1": "22-30 avenue de Wagram",
    "company__address__postal_code": "75008",
}
# Every invented applicant has the same phone and IBAN unless a test says otherwise.
OWN = {"representative__phone": "+33199000777", "iban": "FR1420041010050500013M02606"}


def look(session: Session, attempt: Any, name: str) -> dict[str, Finding]:
    """Return what one check of a case finds, by part."""
    case = attempt.case
    (check,) = [one for one in queue_of(case).checks if one.name == name]
    found = check.findings(session, case, subject_of(session, case))
    assert len({one.part for one in found}) == len(found)
    return {one.part: one for one in found}


def outcomes(found: dict[str, Finding]) -> dict[str, str]:
    """Return how each part ended."""
    return {part: str(one.outcome) for part, one in found.items()}


def company(siren: str, **more: Any) -> dict[str, Any]:
    """Return the changes of a body that make it a company of the sandboxes."""
    known = known_companies().get(siren)
    values = {"siren": siren, "siret": siret_of(siren), "vat_number": vat_number_of(siren)}
    if known:
        line = " ".join((known.number, known.way, known.street))
        values |= {"legal_name": known.name, "siret": known.siret, "address__line1": line,
                   "address__postal_code": known.postal_code}  # fmt: skip
    person = {"representative__first_name": "Camille", "representative__last_name": "Essai",
              "representative__birth_date": "1980-05-01"}  # fmt: skip
    return {**{f"company__{name}": value for name, value in values.items()}, **person, **more}


def troubled(session: Session, trouble: str, **more: Any) -> Attempt:
    """Receive a registration whose SIREN the sandboxes answer with this trouble."""
    return make_registration(session, **company(TROUBLES[trouble], **more))


def declared(demo: DemoCompany, **more: Any) -> dict[str, Any]:
    """Return the changes of a body that make it one of the demo's companies."""
    return {
        "company__legal_name": demo.legal_name,
        "company__siren": demo.siren,
        "company__siret": demo.siret,
        "company__vat_number": demo.vat_number,
        "company__legal_form": demo.legal_form,
        "company__address__line1": demo.line1,
        "company__address__postal_code": demo.postal_code,
        "representative__first_name": demo.first_name,
        "representative__last_name": demo.last_name,
        "representative__birth_date": demo.birth_date,
        **more,
    }
