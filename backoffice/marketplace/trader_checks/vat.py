"""The VAT number in VIES: valid, invalid, or not known yet."""

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.company_names import compare_names
from backoffice.marketplace.likeness import Verdict
from backoffice.marketplace.profile import ProfileColumns
from backoffice.marketplace.trader_checks.trader import Trader, beside, digests, kept
from backoffice.marketplace.vies import VatAnswer, VatStatus, vies

SOURCE = "VIES"


def ask_vies(session: Session, case: Case, trader: Trader) -> Finding:
    """Ask VIES for the number and its holder; an exempt seller has none to ask for."""
    profile = trader.profile
    if not profile.vat_number:
        said = text("The seller declares to be exempt from VAT: there is no number to ask for.")
        return Finding(Outcome.PASS, said)
    answer = vies().check(profile.vat_number, profile.legal_name)
    outcome, headline, words = _read(profile, answer)
    raw = (answer.evidence,) if answer.evidence else ()
    return Finding(
        outcome,
        headline,
        (*_said(answer), *digests(raw)),
        SOURCE,
        kept(raw) or None,
        retry_at=answer.retry_at,
        facts=beside(words, "vat"),
    )


def _read(profile: ProfileColumns, answer: VatAnswer) -> tuple[Outcome, Text, str]:
    if answer.status is VatStatus.UNDETERMINED:
        return Outcome.UNAVAILABLE, text("VIES gives no answer."), N_("VIES unavailable")
    if answer.status is VatStatus.INVALID:
        return Outcome.FAIL, text("VIES does not know this VAT number."), N_("VIES: invalid")
    if _is_another(profile, answer):
        said = text("Valid, under another name: %(name)s.", name=answer.name or "?")
        return Outcome.WARN, said, N_("VIES: another name")
    return Outcome.PASS, text("The VAT number is valid."), "VIES"


def _is_another(profile: ProfileColumns, answer: VatAnswer) -> bool:
    """Tell whether VIES names somebody else; a sole trader is there under the person's name."""
    if answer.name_match is not None:
        return not answer.name_match
    if answer.name is None:
        return False
    ours = (profile.legal_name, profile.representative)
    return all(compare_names(one, [answer.name]).verdict is Verdict.DIFFERENT for one in ours)


def _said(answer: VatAnswer) -> list[Text]:
    """Return what VIES says, line by line; the number of the request is the proof of asking."""
    lines = [answer.why] if answer.why else []
    if answer.name:
        lines.append(text("VIES has the name %(name)s.", name=answer.name))
    if answer.address:
        address = ", ".join(answer.address.splitlines())
        lines.append(text("VIES has the address %(address)s.", address=address))
    if answer.request_identifier:
        number = answer.request_identifier
        lines.append(text("Number of the request: %(number)s", number=number))
    return lines
