"""Sample companies in the shape of the answers of the API Recherche d'entreprises."""

from typing import Any

from backoffice.dev.sandboxes.companies import SampleCompany
from backoffice.dev.sandboxes.demo_companies import invented_siren
from backoffice.marketplace.identifiers import vat_number_of

HIDDEN = "[NON-DIFFUSIBLE]"
SECONDARY = ("complements", "dirigeants", "finances", "matching_etablissements", "siege", "tva")
OPENED_ON, CLOSED_ON = "2019-03-01", "2025-09-30"


def result(company: SampleCompany, siret: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """Return one company; `siret` is the number asked for, or empty; `parts` the wanted fields."""
    name = _shown(company, company.name)
    is_sole_trader = company.legal_form == "1000"
    nickname = company.acronym or (company.sign if is_sole_trader else "")
    full_name = f"{name} ({nickname})" if nickname else name
    record = {
        "siren": company.siren,
        "nom_complet": full_name,
        "nom_raison_sociale": None if is_sole_trader else name,
        "sigle": company.acronym or None,
        "nombre_etablissements": 2,
        "nombre_etablissements_ouverts": 1 + company.branch_is_open if company.is_active else 0,
        "activite_principale": company.activity,
        "categorie_entreprise": "PME" if company.officer else "GE",
        "caractere_employeur": "O",
        "annee_categorie_entreprise": "2023",
        "date_creation": OPENED_ON if company.officer else None,
        "date_fermeture": None if company.is_active else CLOSED_ON,
        "date_mise_a_jour": "2026-10-01T04:00:00",
        "etat_administratif": "A" if company.is_active else "C",
        "nature_juridique": company.legal_form,
        "section_activite_principale": "G",
        "tranche_effectif_salarie": "NN",
        "annee_tranche_effectif_salarie": "2023",
        "statut_diffusion": "P" if company.is_hidden else "O",
        "siege": _head_office(company),
        "dirigeants": _officers(company),
        "matching_etablissements": _matching(company, siret),
        "finances": {},
        "complements": {"est_entrepreneur_individuel": is_sole_trader, "est_association": False},
        "tva": [vat_number_of(company.siren)] if company.is_active else [],
    }
    return {key: record[key] for key in record if key not in SECONDARY or key in parts}


def _place(company: SampleCompany, siret: str, *, is_open: bool, is_seat: bool) -> dict[str, Any]:
    """Return the fields that a head office and any other establishment share."""
    line = " ".join(filter(None, (company.number, company.way, company.street)))
    town = f"{company.postal_code} {company.town}"
    return {
        "siret": siret,
        "activite_principale": company.activity,
        "adresse": f"{HIDDEN} {town}" if company.is_hidden else f"{line} {town}",
        "code_postal": company.postal_code,
        "commune": company.postal_code,
        "libelle_commune": company.town,
        "date_creation": OPENED_ON,
        "date_debut_activite": OPENED_ON,
        "date_fermeture": None if is_open else CLOSED_ON,
        "est_siege": is_seat,
        "etat_administratif": "A" if is_open else "F",
        "liste_enseignes": [company.sign] if company.sign else None,
        "nom_commercial": _shown(company, company.sign) if company.sign else None,
        "statut_diffusion_etablissement": "P" if company.is_hidden else "O",
        "tranche_effectif_salarie": None,
    }


def _head_office(company: SampleCompany) -> dict[str, Any]:
    return {
        **_place(company, company.siret, is_open=company.is_active, is_seat=True),
        "numero_voie": _shown(company, company.number),
        "type_voie": _shown(company, company.way),
        "libelle_voie": _shown(company, company.street),
        "departement": company.postal_code[:2],
    }


def _matching(company: SampleCompany, siret: str) -> list[dict[str, Any]]:
    """Return the establishment that was asked for by number: a search by SIREN matches none."""
    if siret == company.siret:
        return [_place(company, siret, is_open=company.is_active, is_seat=True)]
    if siret == company.branch_siret:
        is_open = company.is_active and company.branch_is_open
        return [_place(company, siret, is_open=is_open, is_seat=False)]
    return []


def _officers(company: SampleCompany) -> list[dict[str, Any]]:
    if company.officer is None or company.legal_form == "1000":
        return []
    last_name, first_names, born = company.officer
    person = {
        "nom": last_name,
        "prenoms": first_names,
        "annee_de_naissance": born[:4],
        "date_de_naissance": born[:7],
        "qualite": company.role,
        "nationalite": "Française",
        "type_dirigeant": "personne physique",
    }
    auditor = {
        "siren": invented_siren(80000),
        "denomination": "AUDIT ET CONSEIL DE L'ESSAI",
        "qualite": "Commissaire aux comptes titulaire",
        "type_dirigeant": "personne morale",
    }
    return [person, auditor] if company.legal_form == "5710" else [person]


def _shown(company: SampleCompany, value: str) -> str:
    return HIDDEN if company.is_hidden else value
