"""The French company register, asked through the API Recherche d'entreprises (no key).

“Not found” proves nothing: companies that opposed publication are absent from this register. Its
documented limits are 7 requests a second for one address, and 429 with Retry-After above.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from backoffice.core.text import text
from backoffice.marketplace import outside
from backoffice.marketplace.outside import Evidence, Unavailable
from config.settings import get_settings

HIDDEN = "[NON-DIFFUSIBLE]"
INCLUDED = "siege,dirigeants,tva,complements,matching_etablissements"

# Half of what the register allows: several workers of ours may share one address.
_pace = outside.Pace(per_second=3.5)


def _shown(value: Any) -> Any:
    """Return None for what the company opposed to publish, else the register's clean words."""
    if not isinstance(value, str):
        return value
    return None if HIDDEN in value else outside.readable(value) or None


Shown = Annotated[str | None, BeforeValidator(_shown)]
List = BeforeValidator(lambda value: value or ())  # an empty list comes as null too


class _Record(BaseModel):
    """A part of the register's answer; what we do not use is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Establishment(_Record):
    """One place of business; None is what the register lacks or may not show."""

    siret: str
    address: Shown = Field(None, alias="adresse")
    postal_code: Shown = Field(None, alias="code_postal")
    town: Shown = Field(None, alias="libelle_commune")
    trade_name: Shown = Field(None, alias="nom_commercial")
    signs: Annotated[tuple[Shown, ...], List] = Field((), alias="liste_enseignes")
    state: str = Field("A", alias="etat_administratif")
    closed_on: Shown = Field(None, alias="date_fermeture")
    diffusion: str | None = Field("O", alias="statut_diffusion_etablissement")

    @property
    def is_open(self) -> bool:
        """Tell whether the place is open; a closed one is F."""
        return self.state == "A"


class Officer(_Record):
    """A person or a company that runs the company, as the national register says."""

    kind: Shown = Field(None, alias="type_dirigeant")  # personne physique, personne morale
    last_name: Shown = Field(None, alias="nom")
    first_names: Shown = Field(None, alias="prenoms")
    born: Shown = Field(None, alias="date_de_naissance")  # YYYY-MM
    role: Shown = Field(None, alias="qualite")
    siren: Shown = None
    company_name: Shown = Field(None, alias="denomination")

    @property
    def label(self) -> str:
        """Return the name and role in one line."""
        name = f"{self.first_names or ''} {self.last_name or ''}".strip() or self.company_name
        return ", ".join(filter(None, (name, self.role)))


class _Extras(_Record):
    is_sole_trader: bool | None = Field(None, alias="est_entrepreneur_individuel")


class Company(_Record):
    """A legal unit as the register shows it."""

    siren: str
    full_name: Shown = Field(None, alias="nom_complet")
    name: Shown = Field(None, alias="nom_raison_sociale")
    acronym: Shown = Field(None, alias="sigle")
    state: str = Field(alias="etat_administratif")
    created_on: Shown = Field(None, alias="date_creation")
    closed_on: Shown = Field(None, alias="date_fermeture")
    legal_form: Shown = Field(None, alias="nature_juridique")
    activity: Shown = Field(None, alias="activite_principale")
    diffusion: str | None = Field("O", alias="statut_diffusion")
    head_office: Establishment | None = Field(None, alias="siege")
    matching: Annotated[tuple[Establishment, ...], List] = Field(
        (), alias="matching_etablissements"
    )
    officers: Annotated[tuple[Officer, ...], List] = Field((), alias="dirigeants")
    vat_numbers: Annotated[tuple[str, ...], List] = Field((), alias="tva")
    extras: _Extras | None = Field(None, alias="complements")

    @property
    def is_active(self) -> bool:
        """Tell whether the company trades; one that ceased is C."""
        return self.state == "A"

    @property
    def is_partly_hidden(self) -> bool:
        """Tell whether the company opposed publication: names, address may then be missing."""
        return self.diffusion == "P"

    @property
    def is_sole_trader(self) -> bool:
        """Tell whether the company is one person, with no officers of its own."""
        return bool(self.extras and self.extras.is_sole_trader) or self.legal_form == "1000"

    @property
    def names(self) -> tuple[str, ...]:
        """Return each name the company goes by, its legal one first."""
        places = [place for place in (self.head_office, *self.matching) if place]
        trade = [place.trade_name for place in places]
        signs = [sign for place in places for sign in place.signs]
        names = [self.name, self.full_name, self.acronym, *trade, *signs]
        return tuple(dict.fromkeys(name for name in names if name))

    def establishment(self, siret: str) -> Establishment | None:
        """Return the establishment of this number among those the register sent."""
        places = [place for place in (self.head_office, *self.matching) if place]
        return next((place for place in places if place.siret == siret), None)


@dataclass(frozen=True)
class LookUp:
    """What the register knows of a SIREN and a SIRET; the raw answers are the proof."""

    company: Company | None
    establishment: Establishment | None
    evidence: tuple[Evidence, ...]


class CompanyRegister:
    """A client of the register at one address."""

    def __init__(self, base_url: str, timeout: httpx.Timeout = outside.TIMEOUT) -> None:
        self._url = f"{base_url.rstrip('/')}/search"
        self._timeout = timeout

    def look_up(self, siren: str, siret: str) -> LookUp:
        """Return the company and one of its establishments; raises Unavailable.

        A search by SIREN sends the head office alone, so another SIRET is asked for by itself.
        """
        with outside.client(self._timeout) as http:
            company, evidence = self._find(http, siren, siren)
            place = company.establishment(siret) if company else None
            if company is None or place is not None:
                return LookUp(company, place, (evidence,))
            again, more = self._find(http, siret, siren)
            place = again.establishment(siret) if again else None
            return LookUp(company, place, (evidence, more))

    def _find(self, http: httpx.Client, number: str, siren: str) -> tuple[Company | None, Evidence]:
        _pace.wait()
        asked = {"q": number, "page": "1", "per_page": "1", "minimal": "true"}
        request = http.build_request("GET", self._url, params={**asked, "include": INCLUDED})
        evidence = outside.ask(http, request)
        if evidence.status >= 500:
            raise Unavailable(text("The service failed (%(status)s).", status=evidence.status))
        answer = outside.read_json(evidence)
        if evidence.status != 200:
            raise _refused(evidence.status, answer)
        return _read_company(answer, siren), evidence


def _read_company(answer: Any, siren: str) -> Company | None:
    try:
        companies = [Company.model_validate(one) for one in answer["results"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(text("The answer of the service cannot be read.")) from error
    return next((one for one in companies if one.siren == siren), None)


def _refused(status: int, answer: Any) -> Unavailable:
    said = answer.get("erreur") if isinstance(answer, Mapping) else None
    return Unavailable(
        text(
            "The service refused the question (%(status)s): %(said)s",
            status=status,
            said=outside.readable(str(said or "?"))[:200],
        )
    )


def company_register() -> CompanyRegister:
    """Return the client of the register named in the settings."""
    return CompanyRegister(get_settings().company_register_url)
