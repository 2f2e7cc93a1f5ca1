"""The appeals queue: decisions that a party contests, judged by somebody else."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.action import Action, Context, Mail
from backoffice.core.case import Case
from backoffice.core.party import Matter, Party, Thing
from backoffice.core.queue import Column, Queue, queue_of, subject_of
from backoffice.core.text import N_
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.appeals.contest import SLUG
from backoffice.queues.appeals.effects import REPLACE, UPHOLD, hold_of_replacement
from backoffice.queues.appeals.evidence import evidence
from backoffice.queues.appeals.model import Appeal
from backoffice.queues.appeals.replacement import AmendForm, OverturnForm
from backoffice.queues.outcome import outcome_context
from backoffice.queues.standard import REQUEST_INFO, STANDARD
from backoffice.queues.standard_forms import ReasonedForm, long_text


def told(event: str) -> Callable[[Context], Iterable[Mail]]:
    """Return the mail rule of an appeal's outcome; the new decision has a mail of its own."""

    def mails(context: Context) -> Iterable[Mail]:
        appeal = context.subject
        words = {**outcome_context(context), "about": appeal.first_case.reference}
        yield Mail(event, appeal.party_email, appeal.locale, words)

    return mails


class ConfirmForm(ReasonedForm):
    """Why the decision stands, in words for the appellant."""

    facts = long_text(
        N_("Why the decision stands"), hint=N_("The appellant reads this text as you write it.")
    )


CONFIRM = Action(
    "confirm",
    N_("Confirm the decision"),
    ConfirmForm,
    effects=(UPHOLD,),
    resolution="confirmed",
    event="appeal.confirmed",
    mails=told("appeal.confirmed"),
    measure=N_("We have examined your appeal: our decision stands."),
    source="complaint",
    contestable=False,
    scope=N_("The decision that you contested."),
    duration=N_("As the first decision says."),
    hotkey="r",
    icon="check",
    submit=N_("Confirm and take the next"),
)
OVERTURN = Action(
    "overturn",
    N_("Overturn the decision"),
    OverturnForm,
    effects=(REPLACE,),
    resolution="overturned",
    event="appeal.overturned",
    mails=told("appeal.overturned"),
    hold=hold_of_replacement,
    measure=N_("We have examined your appeal: our decision is reversed."),
    source="complaint",
    contestable=False,
    scope=N_("The decision that you contested."),
    duration=N_("From now on."),
    hotkey="a",
    icon="swap",
    submit=N_("Overturn and take the next"),
)
AMEND = Action(
    "amend",
    N_("Amend the decision"),
    AmendForm,
    effects=(REPLACE,),
    resolution="amended",
    event="appeal.amended",
    mails=told("appeal.amended"),
    hold=hold_of_replacement,
    measure=N_("We have examined your appeal: our decision is changed."),
    source="complaint",
    contestable=False,
    scope=N_("The decision that you contested."),
    duration=N_("From now on."),
    icon="edit",
    submit=N_("Amend and take the next"),
)


def matter(context: Context, party: Party) -> Matter | None:
    """Return which measures the appellant contests; nothing of what is another party's."""
    appeal: Appeal = context.subject
    first = appeal.first_case
    subject = subject_of(context.session, first)
    of_first = Context(context.session, first, subject, context.actor, context.at)
    known = queue_of(first).matter(of_first, party)
    if known is None:
        return None
    named = [Thing(one.parts["about"], one.parts["measure"])
             for one in appeal.contested if one.measure]  # fmt: skip
    return Matter(N_("You contest our decision about:"), named or known.things)


def describe(session: Session, case: Case, appeal: Appeal) -> dict[str, Any]:
    """Return what the API and the webhooks say of an appeal."""
    seller = session.get(Seller, appeal.seller_id) if appeal.seller_id else None
    return {
        "external_id": seller.external_id if seller else None,
        "case": case.reference,
        "contested_case": appeal.first_case.reference,
        "contested_action": appeal.decision.action,
        "contested_resolution": appeal.first_case.resolution,
        "version": case.version,
        "resolution": case.resolution,
    }


def keys(session: Session, appeal: Appeal) -> Iterable[tuple[str, str]]:
    """Return the first case's identifiers, its reference, and the appellant's address."""
    first = appeal.first_case
    found = queue_of(first).keys(session, subject_of(session, first))
    return [*found, ("contested", first.reference), ("appellant", appeal.party_email)]


def words(session: Session, appeal: Appeal) -> str:
    """Return the words of the first case and the appellant's name."""
    first = appeal.first_case
    found = queue_of(first).words(session, subject_of(session, first))
    return f"{found} {appeal.party_name}"


QUEUE = Queue(
    slug=SLUG,
    noun="appeal",
    prefix="APP",
    title=N_("Appeals"),
    icon="scale",
    subject=Appeal,
    party=lambda session, appeal: appeal.party,
    describe=describe,
    keys=keys,
    words=words,
    case_title=lambda appeal: appeal.first_case.title,
    matter=matter,
    actions=(CONFIRM, OVERTURN, AMEND, REQUEST_INFO, *STANDARD),
    columns=(
        Column("title", N_("Against the decision on"), lambda case, subject: case.title),
        Column("contested", N_("First case"), lambda case, subject: subject.first_case.reference),
        Column("appellant", N_("Appellant"), lambda case, subject: subject.party_name, wide=True),
    ),
    evidence=evidence,
    declare=declare,
)
