"""The company register: one look-up, and what it says of each thing that was declared."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.addresses import compare_addresses
from backoffice.marketplace.company_names import compare_names
from backoffice.marketplace.company_register import (
    Company,
    Establishment,
    LookUp,
    company_register,
)
from backoffice.marketplace.legal_forms import legal_form_label, same_legal_form
from backoffice.marketplace.likeness import Likeness, Verdict, best
from backoffice.marketplace.outside import Unavailable
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.representative import find_representative
from backoffice.marketplace.trader_checks.trader import Trader, beside, digests, kept

SOURCE = "Recherche d’entreprises"
OUTCOMES = {
    Verdict.SAME: (Outcome.PASS, N_("Register")),
    Verdict.CLOSE: (Outcome.WARN, N_("Register: close")),
    Verdict.DIFFERENT: (Outcome.FAIL, N_("Register: differs")),
    Verdict.UNKNOWN: (Outcome.UNAVAILABLE, N_("Register: not shown")),
}


def look_up(session: Session, case: Case, trader: Trader) -> list[Finding]:
    """Ask the register once and compare; “not found” proves nothing and never fails."""
    try:
        found = company_register().look_up(trader.profile.siren, trader.profile.siret)
    except Unavailable as failure:
        headline = text("The company register gives no answer.")
        return [
            Finding(
                Outcome.UNAVAILABLE, headline, (failure.text,), SOURCE, retry_at=failure.retry_at
            )
        ]
    if found.company is None:
        return [_unknown(found)]
    return [
        _known(found, found.company),
        _trading(found.company),
        _establishment(trader.profile, found),
        *_likenesses(trader.profile, found, found.company),
        *_legal_form(trader.profile, found.company),
        *_vat(trader.profile, found.company),
    ]


def _unknown(found: LookUp) -> Finding:
    return Finding(
        Outcome.WARN,
        text("The register shows no such company; it may have opposed publication."),
        (
            text("Name, address, officers and activity are to be read in the company extract."),
            *digests(found.evidence),
        ),
        SOURCE,
        kept(found.evidence),
        facts=beside(N_("Register: not shown"), "register"),
    )


def _known(found: LookUp, company: Company) -> Finding:
    """Say that the company exists; the raw answers are kept here, once for all the parts."""
    name = next(iter(company.names), None)
    return Finding(
        Outcome.PASS,
        text("The register knows %(name)s.", name=name) if name else text("The register knows it."),
        (
            *([text("It opposed the publication of some data.")] * company.is_partly_hidden),
            *digests(found.evidence),
        ),
        SOURCE,
        kept(found.evidence),
    )


def _part(
    part: str, label: str, outcome: Outcome, headline: Text, *proof: Text, **facts: object
) -> Finding:
    return Finding(outcome, headline, proof, SOURCE, facts=facts, part=part, label=label)


def _trading(company: Company) -> Finding:
    label = N_("Company active")
    if company.is_active:
        facts = beside(N_("Register, active"), "register", verifies=["register"])
        return _part("active", label, Outcome.PASS, text("The company is active."), **facts)
    said = text("The company has ceased.")
    if company.closed_on:
        said = text("The company ceased on %(day)s.", day=company.closed_on)
    return _part("active", label, Outcome.FAIL, said, **beside(N_("Register: ceased"), "register"))


def _establishment(profile: ProfileColumns, found: LookUp) -> Finding:
    label, place = N_("Establishment open"), found.establishment
    if place is None:
        said = text("The register does not show this SIRET among the company’s.")
        facts = beside(N_("Register: not shown"), "siret")
        return _part("establishment", label, Outcome.WARN, said, **facts)
    if not place.is_open:
        said = text("The establishment is closed.")
        if place.closed_on:
            said = text("The establishment closed on %(day)s.", day=place.closed_on)
        facts = beside(N_("Register: closed"), "siret")
        return _part("establishment", label, Outcome.FAIL, said, **facts)
    seat = found.company.head_office if found.company else None
    is_seat = seat is not None and seat.siret == profile.siret
    words = N_("Head office, open") if is_seat else N_("Register, open")
    said = text("The establishment is open.")
    return _part("establishment", label, Outcome.PASS, said, **beside(words, "siret"))


def _likenesses(profile: ProfileColumns, found: LookUp, company: Company) -> Iterator[Finding]:
    declared = profile.legal_name
    likeness = compare_names(declared, company.names)
    yield _compared("name", N_("Company name"), likeness, declared)
    declared = f"{profile.line1}, {profile.postal_code} {profile.city}"
    likeness = _compared_address(profile, found.establishment, company.head_office)
    yield _compared("address", N_("Address"), likeness, declared)
    born = profile.birth_date.strftime("%Y-%m") if profile.birth_date else None
    likeness = find_representative(profile.first_name, profile.last_name, company, born)
    yield _compared("representative", N_("Legal representative"), likeness, profile.representative)


def _compared_address(profile: ProfileColumns, *places: Establishment | None) -> Likeness:
    """Compare with the establishment's address and the head office's: either will do."""
    lines = [(place.address, place.postal_code) for place in places if place] or [(None, None)]
    return best(compare_addresses(profile.line1, profile.postal_code, *line) for line in lines)


def _compared(item: str, label: str, likeness: Likeness, declared: str) -> Finding:
    outcome, words = OUTCOMES[likeness.verdict]
    facts = beside(words, item, verifies=[item] if outcome == Outcome.PASS else [])
    proof = text("Declared: %(value)s", value=declared)
    return _part(item, label, outcome, likeness.detail, proof, **facts)


def _legal_form(profile: ProfileColumns, company: Company) -> Iterator[Finding]:
    if not (profile.legal_form and company.legal_form):
        return
    is_same = same_legal_form(profile.legal_form, company.legal_form)
    outcome, words = OUTCOMES[Verdict.SAME if is_same else Verdict.DIFFERENT]
    registered = legal_form_label(company.legal_form)
    said = text("The register has this legal form: %(form)s.", form=registered)
    proof = text("Declared: %(value)s", value=legal_form_label(profile.legal_form))
    facts = beside(words, "legal_form")
    yield _part("legal_form", N_("Legal form"), outcome, said, proof, **facts)


def _vat(profile: ProfileColumns, company: Company) -> Iterator[Finding]:
    """Compare with the active VAT numbers that the register lists; it may list none."""
    label, numbers = N_("VAT number in the register"), ", ".join(company.vat_numbers)
    if profile.vat_number in company.vat_numbers:
        said = text("The register lists this VAT number as active.")
        yield _part("vat", label, Outcome.PASS, said)
    elif numbers:
        said = text("The register lists another VAT number: %(numbers)s.", numbers=numbers)
        if profile.vat_exempt:
            said = text("Declared exempt, but the register lists %(numbers)s.", numbers=numbers)
        yield _part("vat", label, Outcome.WARN, said, **beside(N_("Register: differs"), "vat"))
    elif profile.vat_number:
        yield _part("vat", label, Outcome.UNAVAILABLE, text("The register lists no VAT number."))
