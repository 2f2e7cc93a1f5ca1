"""Who asks: the account's own address confirms, disowns or withdraws, by its link alone.

Opening the link changes nothing. Reasonable means, no more data than needed (GDPR art. 12(6)).
"""

from datetime import timedelta

from wtforms import Form

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.audit import record
from backoffice.core.case import State
from backoffice.core.decide import decide
from backoffice.core.execute import resume_clock
from backoffice.core.lock import lock
from backoffice.core.open import note_event
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import PartyAct
from backoffice.core.refusal import NotPossible
from backoffice.core.request import open_requests
from backoffice.core.text import N_, text
from backoffice.queues.erasures.model import Erasure, Identity, Stage
from backoffice.queues.erasures.withdrawing import BY_LINK

DISOWNED = "disowned"
"""The flag of a request that the holder of the account did not make."""

UNSETTLED = (Identity.UNVERIFIED, Identity.ASKED)


def set_identity(context: Context, identity: Identity, how: str) -> None:
    """Write down what was found, and make pages that were opened before stale."""
    erasure: Erasure = context.subject
    erasure.identity, erasure.identity_at, erasure.identity_how = identity, context.at, how
    context.case.flag(DISOWNED, on=identity == Identity.FAILED)
    context.case.version += 1


def give_back(context: Context) -> None:
    """Let a case that waits for documents go on: nothing is asked any more, the clock runs on."""
    case = context.case
    if case.state != State.WAITING:
        return
    for request in open_requests(context.session, case):
        request.withdrawn_at = context.at
    resume_clock(context)
    case.state, case.waiting_for, case.waiting_until = State.OPEN, None, None


def _is_examined(context: Context) -> bool:
    erasure: Erasure = context.subject
    return erasure.stage == Stage.RECEIVED and context.case.state != State.CLOSED


def _may_confirm(context: Context, party: Party) -> bool:
    return _is_examined(context) and context.subject.identity in UNSETTLED


def _may_disown(context: Context, party: Party) -> bool:
    return _is_examined(context) and context.subject.identity != Identity.FAILED


def _may_withdraw(context: Context, party: Party) -> bool:
    return context.subject.stage in (Stage.RECEIVED, Stage.SCHEDULED)


def _confirm(context: Context, party: Party, form: Form) -> None:
    _as_it_is_now(context, _may_confirm(_locked(context), party))
    set_identity(context, Identity.VERIFIED, "link")
    _write(context, "identity_confirmed")


def _disown(context: Context, party: Party, form: Form) -> None:
    """Stop at once: somebody must look today at who asked in another's name."""
    _as_it_is_now(context, _may_disown(_locked(context), party))
    give_back(context)
    set_identity(context, Identity.FAILED, "link")
    case = context.case
    case.due_at = min(case.due_at, clock.add(context.at, 1, clock.Unit.BUSINESS_DAYS))
    case.warn_at = min(case.warn_at, context.at)
    _write(context, "identity_disowned")


def _withdraw(context: Context, party: Party, form: Form) -> None:
    """End the request as the party wishes: an open one closes, a scheduled one is called off."""
    _as_it_is_now(context, _may_withdraw(_locked(context), party))
    note_event(context.session, context.case, context.actor, "withdrawal_asked")
    decide(context.session, context.case.reference, "withdraw", actor=SYSTEM,
           data={"how": BY_LINK}, version=context.case.version,
           undo_for=timedelta())  # fmt: skip


def _locked(context: Context) -> Context:
    lock(context.session, context.subject)
    return context


def _as_it_is_now(context: Context, is_possible: bool) -> None:
    if not is_possible:
        raise NotPossible(text("This can no longer be done: the page shows how things stand now."))


def _write(context: Context, verb: str) -> None:
    note_event(context.session, context.case, context.actor, verb)
    record(context.session, stream=context.case.stream, verb=f"erasure.{verb}",
           actor=context.actor, detail={"version": context.case.version})  # fmt: skip


PARTY_ACTS = (
    PartyAct(
        "confirm",
        N_("Did you ask for this?"),
        N_("It was me, and I ask for this"),
        N_("Thank you: we know now that you asked. We write to you once we have decided."),
        _may_confirm,
        _confirm,
        hint=N_("We go on only once the holder of the account has said so."),
    ),
    PartyAct(
        "disown",
        N_("You did not ask for this?"),
        N_("It was not me"),
        N_("Thank you for telling us. Nothing is deleted, and somebody looks into it today."),
        _may_disown,
        _disown,
        hint=N_("Tell us, and nothing is deleted."),
        tone="bad",
    ),
    PartyAct(
        "withdraw",
        N_("You changed your mind?"),
        N_("Withdraw the request"),
        N_("Your request is withdrawn: your account and your data stay as they are."),
        _may_withdraw,
        _withdraw,
        hint=N_("Nothing is then closed or deleted. You may ask again at any time."),
        is_quiet=True,
        tone="secondary",
    ),
)
