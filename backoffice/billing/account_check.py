"""The check of a seller's Stripe account: whether it can be paid, and what Stripe still wants."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.stripe import StripeRefused, StripeUnavailable, account_requirements
from backoffice.core.case import Case
from backoffice.core.checks import Check, Finding, Outcome
from backoffice.core.clock import day_of, now
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.outside import WAIT, readable
from backoffice.marketplace.trader_checks.trader import beside

SOURCE = "Stripe"
KEPT = ("id", "charges_enabled", "payouts_enabled", "capabilities", "requirements")
UNKNOWN_CODES = frozenset({"account_invalid", "resource_missing"})
LINES_MAX = 20

# Stripe's names of what it wants, by their ends: `person_….verification.document`…
WORDS = {
    "external_account": N_("the bank account to be paid on"),
    "tos_acceptance": N_("that the seller accepts Stripe’s terms"),
    "business_profile.url": N_("the address of the shop"),
    "business_profile.mcc": N_("the trade"),
    "business_profile.product_description": N_("what is sold"),
    "company.tax_id": N_("the company’s number"),
    "company.name": N_("the company’s name"),
    "company.address": N_("the company’s address"),
    "company.phone": N_("the company’s phone"),
    "company.verification.document": N_("a document of the company"),
    "owners_provided": N_("who owns the company"),
    "directors_provided": N_("who directs the company"),
    "executives_provided": N_("who runs the company"),
    "first_name": N_("a person’s first name"),
    "last_name": N_("a person’s last name"),
    "dob": N_("a person’s birth date"),
    "address": N_("a person’s address"),
    "email": N_("a person’s e-mail"),
    "phone": N_("a person’s phone"),
    "id_number": N_("a person’s identity number"),
    "verification.document": N_("a person’s identity document"),
    "verification.additional_document": N_("a person’s proof of address"),
}


def stripe_account_check(account_of: Callable[[Any], str | None]) -> Check:
    """Return the check of a queue; `account_of` says which account a subject of it names."""

    def run(session: Session, case: Case, subject: Any) -> Finding:
        return look_up(account_of(subject))

    return Check("stripe_account", N_("Stripe account"), run)


def look_up(account: str | None) -> Finding:
    """Ask Stripe whether an account can take money, and what it still wants of the seller."""
    if not account:
        said = text("No Stripe account is given: this seller cannot be paid yet.")
        return _finding(Outcome.WARN, said, N_("Unknown"))
    try:
        found = account_requirements(account)
    except StripeRefused as refusal:
        return _refused(refusal)
    except StripeUnavailable as failure:
        said, retry_at = text("Stripe gives no answer."), failure.retry_at or now() + WAIT
        return _finding(Outcome.UNAVAILABLE, said, N_("Stripe unavailable"), retry_at=retry_at)
    outcome, said, beside_it = _read(found)
    evidence = json.dumps({name: found.get(name) for name in KEPT}, indent=1).encode()
    return _finding(outcome, said, beside_it, proof=_wanted(found), evidence=evidence)


def _refused(refusal: StripeRefused) -> Finding:
    if refusal.code in UNKNOWN_CODES:
        said = text("Stripe does not know this account, or it is not connected to ours.")
        return _finding(Outcome.FAIL, said, N_("Stripe: unknown"))
    said = text("Stripe refused the question (%(code)s).", code=readable(refusal.code)[:60])
    retry_at = now() + WAIT
    return _finding(Outcome.UNAVAILABLE, said, N_("Stripe unavailable"), retry_at=retry_at)


def _read(found: dict[str, Any]) -> tuple[Outcome, Text, str]:
    wants = found.get("requirements") or {}
    if reason := wants.get("disabled_reason"):
        said = text("Stripe has disabled this account (%(reason)s).", reason=readable(reason)[:60])
        return Outcome.FAIL, said, N_("Stripe: disabled")
    if wants.get("past_due"):
        said = text("What Stripe wanted of the seller did not come in time.")
        return Outcome.FAIL, said, N_("Stripe: overdue")
    deadline = wants.get("current_deadline")
    if deadline and (wants.get("currently_due") or wants.get("eventually_due")):
        day = day_of(datetime.fromtimestamp(deadline, UTC))
        said = text("Stripe wants more of the seller before %(day)s.", day=day)
        return Outcome.WARN, said, N_("Stripe: incomplete")
    if wants.get("currently_due"):
        said = text("Stripe wants more of the seller.")
        return Outcome.WARN, said, N_("Stripe: incomplete")
    if not found.get("charges_enabled") or not found.get("payouts_enabled"):
        said = text("Stripe does not take or pay out money for this account yet.")
        return Outcome.WARN, said, N_("Stripe: not ready")
    said = text("Stripe takes and pays out money for this account; nothing is missing.")
    return Outcome.PASS, said, "Stripe"


def _wanted(found: dict[str, Any]) -> tuple[Text, ...]:
    """Return one line for each thing that Stripe wants, the most urgent first."""
    wants = found.get("requirements") or {}
    past_due, now_due = wants.get("past_due") or [], wants.get("currently_due") or []
    names = dict.fromkeys([*past_due, *now_due, *(wants.get("eventually_due") or [])])
    return tuple(_line(name, name in past_due, name in now_due) for name in names)[:LINES_MAX]


def _line(name: str, is_overdue: bool, is_due: bool) -> Text:
    what, shown = _in_words(name), readable(name)[:120]
    if is_overdue:
        return text("Overdue: %(what)s (%(name)s).", what=what, name=shown)
    if is_due:
        return text("To be given: %(what)s (%(name)s).", what=what, name=shown)
    return text("To be given later: %(what)s (%(name)s).", what=what, name=shown)


def _in_words(name: str) -> dict[str, Any] | str:
    """Return what a name means: by its longest end or part that we know, else itself."""
    parts = name.split(".")
    for size in range(len(parts), 0, -1):
        for start in range(len(parts) - size, -1, -1):
            if words := WORDS.get(".".join(parts[start : start + size])):
                return text(words).to_json()
    return readable(name)[:120]


def _finding(
    outcome: Outcome, said: Text, beside_it: str, *, proof: tuple[Text, ...] = (),
    evidence: bytes | None = None, retry_at: datetime | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        outcome, said, proof, SOURCE, evidence, retry_at, facts=beside(beside_it, "stripe_account")
    )
