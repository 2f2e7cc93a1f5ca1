"""The profile changes queue: what a seller wants to change of its identity."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.account_check import stripe_account_check
from backoffice.core.action import Action, Context
from backoffice.core.case import Case
from backoffice.core.checks import Outcome
from backoffice.core.party import Party
from backoffice.core.queue import QUEUES, Column, Queue
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.profile import copy_profile
from backoffice.marketplace.profile_fields import label_of, written
from backoffice.marketplace.trader_checks import Trader, documents_for, trader_checks
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.outcome import outcome_mail
from backoffice.queues.profile_changes.correct import STAGED_CORRECTABLE, correct
from backoffice.queues.profile_changes.effects import APPLY
from backoffice.queues.profile_changes.evidence import evidence
from backoffice.queues.profile_changes.model import ProfileChange
from backoffice.queues.standard import REQUEST_INFO, STANDARD
from backoffice.queues.standard_forms import DecisionForm, RemarkForm

APPROVE = Action(
    "approve",
    N_("Approve"),
    RemarkForm,
    effects=(APPLY,),
    resolution="approved",
    event="profile_change.approved",
    mails=outcome_mail("profile_change.approved"),
    hotkey="a",
    icon="check",
    submit=N_("Approve and take the next"),
    bulk=True,
)
REJECT = Action(
    "reject",
    N_("Refuse the change"),
    DecisionForm,
    resolution="rejected",
    event="profile_change.rejected",
    mails=outcome_mail("profile_change.rejected"),
    measure=N_("We do not approve the change of your profile: it stays as it was."),
    hotkey="r",
    icon="x",
    tone="bad",
    submit=N_("Refuse and take the next"),
    with_reasons=True,
    bulk=True,
)


def party(session: Session, change: ProfileChange) -> Party:
    """Return the seller, at the address that is live."""
    return change.seller.party


def describe(session: Session, case: Case, change: ProfileChange) -> dict[str, Any]:
    """Return what the API and the webhooks say of a profile change."""
    return {
        "external_id": change.seller.external_id,
        "case": case.reference,
        "fields": change.fields,
        "version": case.version,
        "seller_version": change.seller.version,
        "resolution": case.resolution,
        "seller_status": change.seller.status,
    }


def keys(session: Session, change: ProfileChange) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found, old and new."""
    found = [*change.seller.identifiers(), *change.proposed.identifiers()]
    return [*found, ("external_id", change.seller.external_id)]


def words(session: Session, change: ProfileChange) -> str:
    """Return the words by which the case is found, old and new."""
    return f"{change.seller.searched_text()} {change.proposed.searched_text()}"


def proposed_trader(change: ProfileChange) -> Trader:
    """Return whom the checks look at: the profile as it would be, with what would show it."""
    documents = documents_for(change.fields)
    return Trader(change.proposed, change.seller_id, documents, missing=Outcome.WARN)


def as_registration(context: Context) -> Any:
    """Make the change a registration: another SIREN is another company, looked at as a new one."""
    change: ProfileChange = context.subject
    model: Any = QUEUES["registrations"].subject
    last = context.session.scalar(
        select(func.max(model.attempt)).where(model.seller_id == change.seller_id)
    )
    registration = model(
        seller=change.seller, attempt=(last or 0) + 1, plan=change.seller.plan, body_sha256=""
    )
    copy_profile(change.proposed, registration)
    context.session.add(registration)
    context.session.flush()
    return registration


def _changed_fields(case: Case, change: ProfileChange) -> Text:
    """Say what is to change: the one field, or the first and how many more."""
    first, *more = (text(label_of(name)) for name in change.fields)
    if not more:
        return first
    return text("%(first)s and %(count)s more", first=first.to_json(), count=len(more))


QUEUE = Queue(
    slug="profile-changes",
    noun="profile_change",
    prefix="PRF",
    title=N_("Profile changes"),
    icon="edit",
    subject=ProfileChange,
    party=party,
    describe=describe,
    keys=keys,
    words=words,
    case_title=lambda change: change.seller.display_name,
    actions=(APPROVE, REJECT, REQUEST_INFO, *STANDARD),
    checks=(
        *trader_checks(proposed_trader),
        stripe_account_check(lambda change: change.proposed.stripe_account),
    ),
    correctable=STAGED_CORRECTABLE,
    correct=correct,
    sent=lambda change: written(change.proposed, change.fields),
    reroutes={"registrations": as_registration},
    evidence=evidence,
    declare=declare,
    columns=(
        Column("title", N_("Company"), lambda case, subject: case.title),
        Column("fields", N_("To change"), _changed_fields, wide=True),
        Column("siren", "SIREN", lambda case, subject: subject.seller.siren, css="c-gtin",
               wide=True),
    ),
)  # fmt: skip
