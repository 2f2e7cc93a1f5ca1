"""The registrations queue: who may sell here, and who still may."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session, lazyload, load_only

from backoffice.billing.account_check import stripe_account_check
from backoffice.core.action import Action
from backoffice.core.case import Case
from backoffice.core.party import Party
from backoffice.core.queue import Column, Queue
from backoffice.core.text import N_
from backoffice.marketplace.profile_fields import CORRECTABLE, DOCUMENTS, written
from backoffice.marketplace.trader_checks import Trader, trader_checks
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.outcome import outcome_mail
from backoffice.queues.registrations.account import ACCOUNT, ACTIONS, OF_ACCOUNTS
from backoffice.queues.registrations.effects import ACTIVATE, ASSESS, REFUSE, SUBSCRIBE
from backoffice.queues.registrations.evidence import evidence
from backoffice.queues.registrations.model import Registration
from backoffice.queues.registrations.snapshot import MAY_APPLY, correct
from backoffice.queues.registrations.traceability import ApproveForm
from backoffice.queues.standard import REQUEST_INFO, STANDARD
from backoffice.queues.standard_forms import DecisionForm

OF_REGISTRATIONS = frozenset({""})
APPROVE = Action(
    "approve",
    N_("Approve"),
    ApproveForm,
    kinds=OF_REGISTRATIONS,
    effects=(ASSESS, ACTIVATE, SUBSCRIBE),
    resolution="approved",
    event="registration.approved",
    mails=outcome_mail("registration.approved"),
    hotkey="a",
    icon="check",
    submit=N_("Approve and take the next"),
    bulk=True,
)
REJECT = Action(
    "reject",
    N_("Refuse the registration"),
    DecisionForm,
    kinds=OF_REGISTRATIONS,
    effects=(REFUSE,),
    resolution="rejected",
    event="registration.rejected",
    mails=outcome_mail("registration.rejected"),
    measure=N_("We do not approve your registration."),
    hotkey="r",
    icon="x",
    tone="bad",
    submit=N_("Refuse and take the next"),
    with_reasons=True,
    bulk=True,
)


def party(session: Session, registration: Registration) -> Party:
    """Return the applicant; a seller who is one already, as its profile is now."""
    seller = registration.seller
    who = registration if seller.status in MAY_APPLY else seller
    return Party("seller", seller.id, who.representative, who.contact_email, who.locale)


def describe(session: Session, case: Case, registration: Registration) -> dict[str, Any]:
    """Return what the API and the webhooks say of a registration."""
    return {
        "external_id": registration.seller.external_id,
        "case": case.reference,
        "attempt": registration.attempt,
        "plan": registration.plan,
        "version": case.version,
        "resolution": case.resolution,
        "seller_status": registration.seller.status,
    }


def keys(session: Session, registration: Registration) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    return [*registration.identifiers(), ("external_id", registration.seller.external_id)]


QUEUE = Queue(
    slug="registrations",
    noun="registration",
    prefix="REG",
    title=N_("Registrations"),
    icon="id",
    kinds=("", ACCOUNT),
    without_checks=OF_ACCOUNTS,
    subject=Registration,
    party=party,
    describe=describe,
    keys=keys,
    words=lambda session, registration: registration.searched_text(),
    case_title=lambda registration: registration.display_name,
    actions=(APPROVE, REJECT, *ACTIONS, REQUEST_INFO, *STANDARD),
    checks=(
        *trader_checks(
            lambda registration: Trader(registration, registration.seller_id, DOCUMENTS)
        ),
        stripe_account_check(lambda registration: registration.stripe_account),
    ),
    correctable=CORRECTABLE,
    correct=correct,
    sent=lambda registration: written(registration, CORRECTABLE),
    evidence=evidence,
    declare=declare,
    listed=(
        load_only(Registration.siren, Registration.plan, Registration.city),
        lazyload(Registration.seller),
    ),
    columns=(
        Column("title", N_("Company"), lambda case, subject: case.title),
        Column("siren", "SIREN", lambda case, subject: subject.siren, css="c-gtin", wide=True),
        Column(
            "plan",
            N_("Plan"),
            lambda case, subject: subject.plan.capitalize(),
            css="c-money",
            wide=True,
        ),
        Column("city", N_("Town"), lambda case, subject: subject.city, css="c-gtin", wide=True),
    ),
)
