"""What a decision on a seller's account says: statements, e-mails, and webhooks."""

from collections.abc import Iterable
from typing import Any

from backoffice.core.action import Announced, Context, Mail, Owed
from backoffice.core.clock import day_of
from backoffice.core.queue import queue_of
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.outcome import outcome_context
from backoffice.queues.registrations.account_effects import ends_at
from backoffice.queues.standard import end_of_day

SUSPENDED = N_("We suspend your account: your listings are not shown and you cannot sell.")
TERMINATED = N_("We end your account: you can no longer sell here.")
EVENTS = {
    SellerStatus.ACTIVE: "seller.reinstated",
    SellerStatus.SUSPENDED: "seller.suspended",
    SellerStatus.TERMINATED: "seller.terminated",
}


def owed_when_suspended(context: Context) -> Iterable[Owed]:
    """Yield the seller's statement of reasons, with the day on which the suspension ends."""
    day = day_of(end_of_day(context.data["until"]))
    yield _owed(context, SUSPENDED, "suspend_seller", text("Until %(day)s.", day=day))


def owed_when_terminated(context: Context) -> Iterable[Owed]:
    """Yield the seller's statement of reasons, with the day on which the account ends."""
    at_once: str | Text = N_("From now on, for good.")
    later = text("From %(day)s on, for good.", day=day_of(ends_at(context)))
    duration = at_once if context.data.get("exception") else later
    yield _owed(context, TERMINATED, "terminate_seller", duration)


def _owed(context: Context, sentence: str, code: str, duration: str | Text) -> Owed:
    seller = context.subject.seller
    party = queue_of(context.case).party(context.session, context.subject)
    return Owed(party, sentence, code, f"seller:{seller.id}", seller.display_name,
                duration=duration)  # fmt: skip


def mails_when_suspended(context: Context) -> Iterable[Mail]:
    """Tell the seller until when, why, and how to contest."""
    until = end_of_day(context.data["until"])
    yield _mail("registration.suspended", context, until=until.isoformat())


def mails_when_reinstated(context: Context) -> Iterable[Mail]:
    """Tell the seller that it may sell again."""
    yield _mail("registration.reinstated", context)


def mails_when_terminated(context: Context) -> Iterable[Mail]:
    """Tell the seller from when on, why, and how to contest."""
    is_notice = not context.data.get("exception")
    at = ends_at(context).isoformat()
    yield _mail("registration.terminated", context, ends_at=at, is_notice=is_notice)


def _mail(event: str, context: Context, **more: Any) -> Mail:
    party = queue_of(context.case).party(context.session, context.subject)
    return Mail(event, party.email, party.locale, {**outcome_context(context, party), **more})


def announced(context: Context) -> Iterable[Announced]:
    """Yield a webhook of how the account is now, or of the notice that runs."""
    seller, decision = context.subject.seller, context.decision
    assert decision is not None  # noqa: S101 (webhooks are written after the decision)
    is_notice = decision.action == "terminate" and not context.data.get("exception")
    event = "seller.termination_announced" if is_notice else EVENTS[SellerStatus(seller.status)]
    yield Announced(
        event,
        {
            "case": context.case.reference,
            "seller": seller.external_id,
            "seller_status": seller.status,
        },
    )
