"""What a decision on a notice says, to whom: statements, e-mails, and webhooks of each measure."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from backoffice.core.action import Announced, Context, Mail, Owed
from backoffice.core.party import Party
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.marketplace.notifier import NotifierKind
from backoffice.queues.notices.effects import Taken, taken
from backoffice.queues.notices.forms import outcome_of, sellers_of
from backoffice.queues.notices.measures import MEASURES
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind
from backoffice.queues.notices.parties import notifier_party, seller_party
from backoffice.queues.outcome import outcome_context

NO_ACTION = N_("No action")
SCOPE = N_("What you reported.")


def owed_when_upheld(context: Context) -> Iterable[Owed]:
    """Yield a statement for each measure to the seller it hits, and the notifier's answer."""
    source = source_of(context.subject)
    for one in taken(context):
        if (party := hit_by(one)) is None:
            continue
        yield Owed(
            party,
            one.measure.sentence,
            one.measure.code,
            one.ref,
            about=one.title,
            duration=one.measure.lasts(one.values, context.at),
            source=source,
        )
    yield from _answer(context, _upheld(context))


def owed_when_dismissed(context: Context) -> Iterable[Owed]:
    """Yield the notifier's answer (DSA art. 16(5)); nobody else is hit by anything."""
    yield from _answer(context, N_("We have examined your notice and take no measure."))


def _answer(context: Context, sentence: str) -> Iterable[Owed]:
    party = notifier_party(context.session, context.subject)
    if party.email:
        yield Owed(party, sentence, scope=SCOPE, source=source_of(context.subject))


def _upheld(context: Context) -> str:
    if context.data.get("resolution") == "upheld_in_part":
        return N_("We have examined your notice and act on a part of what you reported.")
    return N_("We have examined your notice and act on what you reported.")


def source_of(notice: Notice) -> str:
    """Return where the facts came from, as statements name it."""
    by = notice.notifier
    is_trusted = by and by.kind == NotifierKind.TRUSTED_FLAGGER and by.is_privileged
    return "trusted_flagger" if is_trusted else "notice"


def hit_by(one: Taken) -> Party | None:
    """Return the seller whom a measure hits; None for a buyer’s words: we have no address."""
    target = one.target
    if target is not None and target.kind == TargetKind.REVIEW:
        return None
    if target is not None and target.message is not None and target.message.side != "seller":
        return None
    return seller_party(one.seller) if one.seller else None


def mails_when_upheld(context: Context) -> Iterable[Mail]:
    """Tell the notifier what becomes of each target, and each seller what hits it and why."""
    yield from _to_notifier("notice.upheld", context)
    hit = {party.id for one in taken(context) if (party := hit_by(one))}
    yield from _to_sellers("notice.upheld", context, hit)


def mails_when_dismissed(context: Context) -> Iterable[Mail]:
    """Tell the notifier why nothing is done, and the sellers who were asked that it is over."""
    yield from _to_notifier("notice.dismissed", context)
    yield from _to_sellers("notice.dismissed", context, set())


def _to_notifier(event: str, context: Context) -> Iterable[Mail]:
    party = notifier_party(context.session, context.subject)
    if not party.email:
        return
    outcomes = [
        {"title": one.title or one.typed, "outcome": _said_of(one, context)}
        for one in context.subject.targets
    ]
    words = {**_words(context, party), "side": "notifier", "outcomes": outcomes}
    yield Mail(event, party.email, party.locale, words)


def _said_of(target: NoticeTarget, context: Context) -> str:
    if target.kind == TargetKind.UNKNOWN:
        return N_("We found nothing under this name.")
    measure = MEASURES.get(outcome_of(target, context.data))
    if measure is None:
        return NO_ACTION
    return measure.label if measure.targets else N_("A measure against the seller")


def _to_sellers(event: str, context: Context, hit: set[int]) -> Iterable[Mail]:
    asked = set(_asked(context))
    for seller in sellers_of(context.subject):
        if seller.id in hit | asked:
            party = seller_party(seller)
            targets = context.subject.targets
            mine = [one.title or one.typed for one in targets if one.seller_id == seller.id]
            words = {**_words(context, party), "side": "seller", "targets": mine}
            yield Mail(event, party.email, party.locale, words)


def _asked(context: Context) -> Iterable[int]:
    of_case = select(InfoRequest.asked_of_id).where(InfoRequest.case_id == context.case.id)
    asked = of_case.where(InfoRequest.asked_of == "seller", InfoRequest.withdrawn_at.is_(None))
    return context.session.scalars(asked)


def _words(context: Context, party: Party) -> dict[str, Any]:
    decision = context.decision
    assert decision is not None  # noqa: S101 (mails are written after the decision)
    told = decision.told(party.kind, party.id)
    return {**outcome_context(context, party), "statements": [one.parts for one in told]}


def announced(context: Context) -> Iterable[Announced]:
    """Yield a webhook for each thing that a measure hits, with how it is now."""
    for one in taken(context):
        about: dict[str, Any] = {"case": context.case.reference, "measure": one.measure.code}
        seller = one.seller
        if seller is not None:
            about |= {"seller": seller.external_id, "seller_status": seller.status}
        if one.target is not None:
            about |= described(one.target)
        yield Announced(one.measure.event_of(one.values), about)


def described(target: NoticeTarget) -> dict[str, Any]:
    """Return what programs are told of a target: what it is, whose, how it is now."""
    row = target.listing or target.review or target.message or target.seller
    return {
        "kind": target.kind,
        "seller": target.seller.external_id if target.seller else None,
        "external_id": row.external_id if row else None,
        "typed": target.typed,
        "status": row.status if row else None,
        "version": row.version if row else None,
        "outcome": target.outcome,
    }
