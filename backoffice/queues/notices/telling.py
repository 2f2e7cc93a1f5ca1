"""What a decision on a notice says, to whom: statements, e-mails, and webhooks of each measure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from backoffice.core.action import Announced, Context, Mail, Owed
from backoffice.core.decision import Decision
from backoffice.core.party import Party
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.marketplace.listing import Listing
from backoffice.marketplace.notifier import NotifierKind
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.matter import said_of
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind
from backoffice.queues.notices.news import (
    news_of,
    since,
    told_sellers,
    was_cancelled,
    was_told_before,
)
from backoffice.queues.notices.parties import about, notifier_party
from backoffice.queues.notices.taking import Taken, done_by, lifted, staying, taken
from backoffice.queues.outcome import outcome_context

SCOPE = N_("What you reported.")
FREE = frozenset({"live", "shown", "active"})
"""How things are that no measure holds back: listings, texts, sellers."""


def owed_when_upheld(context: Context) -> Iterable[Owed]:
    """Yield a statement for each measure to the seller it hits, and the notifier's answer.

    Where another decision is replaced, those for whom nothing changes keep what they were given.
    """
    source, news, there = source_of(context.subject), news_of(context), staying(context)
    for one in taken(context.subject, context.data):
        party = hit_by(one)
        if party is None or not news.reaches(party.id):
            continue
        yield Owed(
            party,
            one.measure.sentence,
            one.measure.code,
            one.ref,
            about=one.title,
            duration=one.measure.lasts(one.values, datetime.fromisoformat(since(context, one))),
            source=source,
            restates=one.key in there and was_told_before(context, party),
        )
    yield from _answer(context, _upheld(context))


def owed_when_dismissed(context: Context) -> Iterable[Owed]:
    """Yield the notifier's answer (DSA art. 16(5)); nobody else is hit by anything."""
    yield from _answer(context, N_("We have examined your notice and take no measure."))


def _answer(context: Context, sentence: str) -> Iterable[Owed]:
    party, news = notifier_party(context.session, context.subject), news_of(context)
    if party.email and (news.to_all or news.to_notifier):
        yield Owed(party, sentence, scope=SCOPE, source=source_of(context.subject))


def _upheld(context: Context) -> str:
    if context.data.get("resolution") == "upheld_in_part":
        return N_("We have examined your notice and act on a part of what you reported.")
    return N_("We have examined your notice and act on what you reported.")


def source_of(notice: Notice) -> str:
    """Return where the facts came from, as statements name it."""
    by = notice.notifier
    is_trusted = by and by.kind == NotifierKind.TRUSTED_FLAGGER and notice.is_privileged
    return "trusted_flagger" if is_trusted else "notice"


def hit_by(one: Taken) -> Party | None:
    """Return the seller whom a measure hits; None for a buyer’s words: we have no address."""
    target = one.target
    if target is not None and target.kind == TargetKind.REVIEW:
        return None
    if target is not None and target.message is not None and target.message.side != "seller":
        return None
    return one.seller.party if one.seller else None


def mails_when_upheld(context: Context) -> Iterable[Mail]:
    """Tell the notifier what becomes of each target, and each seller what hits it and why."""
    yield from _to_notifier("notice.upheld", context)
    yield from _to_sellers("notice.upheld", context)


def mails_when_dismissed(context: Context) -> Iterable[Mail]:
    """Tell the notifier why nothing is done, and the sellers who were asked that it is over."""
    yield from _to_notifier("notice.dismissed", context)
    yield from _to_sellers("notice.dismissed", context)


def _to_notifier(event: str, context: Context) -> Iterable[Mail]:
    party, news = notifier_party(context.session, context.subject), news_of(context)
    if not party.email or not (news.to_all or news.to_notifier):
        return
    outcomes = [
        {"title": one.title or one.typed, "outcome": said_of(one, context.data)}
        for one in context.subject.targets
    ]
    words = {**_words(context, party), "side": "notifier", "outcomes": outcomes}
    yield Mail(event, party.email, party.locale, words)


def _to_sellers(event: str, context: Context) -> Iterable[Mail]:
    """Write to those whom it hits, frees, or who know of the notice: asked, or told before."""
    news, freed = news_of(context), lifted(context)
    hit = {
        party.id
        for one in (*taken(context.subject, context.data), *freed)
        if (party := hit_by(one))
    }
    concerned = hit | set(_asked(context)) | told_sellers(context)
    for seller in sellers_of(context.subject):
        if seller.id not in concerned or not news.reaches(seller.id):
            continue
        party = seller.party
        words = {
            **_words(context, party),
            "side": "seller",
            **about(context.subject, party),
            "lifted": [
                {"title": one.title, "measure": one.measure.label}
                for one in freed
                if (was := hit_by(one)) and was.id == party.id
            ],
        }
        yield Mail(event, party.email, party.locale, words)


def _asked(context: Context) -> Iterable[int]:
    of_case = select(InfoRequest.asked_of_id).where(InfoRequest.case_id == context.case.id)
    asked = of_case.where(InfoRequest.asked_of == "seller", InfoRequest.withdrawn_at.is_(None))
    return context.session.scalars(asked)


def _words(context: Context, party: Party) -> dict[str, Any]:
    decision = context.decision
    assert decision is not None  # noqa: S101 (mails are written after the decision)
    told = decision.told(party.kind, party.id)
    is_new_to = not was_told_before(context, party)
    return {
        **outcome_context(context, party),
        "statements": [one.parts for one in told],
        "replaces": context.replaces is not None and not is_new_to,
        "on_appeal": decision.part_of_id is not None,
    }


def announced(context: Context) -> Iterable[Announced]:
    """Yield a webhook for each thing that is hit, or free again, with how it is now."""
    there = set() if was_cancelled(context) else staying(context).keys()
    for one in taken(context.subject, context.data):
        if one.key not in there:
            event = one.measure.event_of(one.values)
            yield Announced(event, _hit(context, one))
            for listing in _others_hit(context, one, context.decision):
                yield Announced(event, _hit(context, one) | of_row(listing))
    for one in lifted(context):
        if not (event := one.measure.lifted_event):
            continue
        row = thing(one.target) if one.target else one.seller
        if row is not None and row.status in FREE:
            yield Announced(event, _hit(context, one))
        for listing in _others_hit(context, one, context.replaces):
            if listing.status in FREE:
                yield Announced(event, _hit(context, one) | of_row(listing))


def _others_hit(context: Context, one: Taken, by: Decision | None) -> Iterable[Listing]:
    """Return the listings that a measure hits besides its target: those of the same GTIN."""
    change = done_by(by)[one.key]["change"]
    target = one.target.listing_id if one.target else None
    for number in change.get("listings", {}):
        if int(number) != target:
            yield context.session.get_one(Listing, int(number))


def _hit(context: Context, one: Taken) -> dict[str, Any]:
    about: dict[str, Any] = {"case": context.case.reference, "measure": one.measure.code}
    if one.seller is not None:
        about |= {"seller": one.seller.external_id, "seller_status": one.seller.status}
    return about | (described(one.target) if one.target else {})


def thing(target: NoticeTarget) -> Any:
    """Return what a target names: a listing, a review, a message, else its seller."""
    return target.listing or target.review or target.message or target.seller


def described(target: NoticeTarget) -> dict[str, Any]:
    """Return what programs are told of a target: what it is, whose, how it is now."""
    return {
        "kind": target.kind,
        "seller": target.seller.external_id if target.seller else None,
        **of_row(thing(target)),
        "typed": target.typed,
        "outcome": target.outcome,
    }


def of_row(row: Any) -> dict[str, Any]:
    """Return which of the shop's things this is, and how it is now."""
    return {name: getattr(row, name, None) for name in ("external_id", "status", "version")}
