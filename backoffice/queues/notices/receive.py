"""Receiving a notice: who reports, the right, the targets, the case, and the receipt, in one go."""

import math
from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.answer import Sent, keep_sent
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.files import Attachment
from backoffice.core.guard import lock_case
from backoffice.core.link import Scope, give_link
from backoffice.core.open import note_event, open_case
from backoffice.core.outbox import put_mail, put_webhook
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.notifier import Notifier, notifier_of, priority_of
from backoffice.marketplace.right import HolderSaid, Right, RightSaid, record_right
from backoffice.queues.notices.form import NoticeForm, RightForm
from backoffice.queues.notices.model import RIGHTS, URGENT, Notice, NoticeTarget, TargetKind
from backoffice.queues.notices.queue import QUEUE
from backoffice.queues.notices.targets import Named, find
from config.settings import get_settings

TARGETS_FOUND_MAX = 200


class Received(NamedTuple):
    """A notice with its case; one that came again is the one that came first."""

    notice: Notice
    case: Case
    is_repeat: bool = False


def receive(
    session: Session, form: NoticeForm, *, actor: Actor, channel: str,
    files: Sequence[Sent] = (), is_proven: bool = True, received_at: datetime | None = None,
) -> Received:  # fmt: skip
    """Open a notice; the same again, while it is open, is counted on it and opens nothing.

    `is_proven` tells whether the sender is known to have the address that the notice gives.
    Raises InvalidFields for what is not here or cannot be, NotPossible for whoever's notices are
    not examined for a time (DSA art. 23(2)).
    """
    if form.kind in RIGHTS and form.right and (problems := form.right.problems(form.kind)):
        raise InvalidFields(problems)
    targets = found_targets(session, form)
    notifier = _notifier(session, form)
    if same := _same_one(session, form):
        _count_repeat(session, *same, actor)
        _keep(session, same[1], same[0], files, channel)
        return Received(*same, is_repeat=True)
    notice = Notice(
        kind=form.kind,
        notifier=notifier,
        name=form.notifier.name if form.notifier else "",
        email=form.notifier.email if form.notifier else "",
        organisation=form.notifier.organisation if form.notifier else "",
        locale=form.locale,
        is_proven=is_proven,
        explanation=form.explanation,
        good_faith_at=clock.now(),
        received_at=received_at or clock.now(),
        content_sha256=form.sha256(),
        **_right_columns(session, form, notifier),
    )
    notice.targets = targets
    sellers = {one.seller.id for one in targets if one.seller}
    notice.seller_id = sellers.pop() if len(sellers) == 1 else None
    session.add(notice)
    session.flush()
    kind = "urgent" if form.kind in URGENT or notice.is_privileged else ""
    case = open_case(
        session, QUEUE, notice, actor=actor, channel=channel, kind=kind,
        received_at=notice.received_at,
    )  # fmt: skip
    case.rank = -priority_of(notifier) if notifier and is_proven else 0
    _keep(session, case, notice, files, channel)
    _acknowledge(session, case, notice)
    return Received(notice, case)


def found_targets(session: Session, form: NoticeForm) -> list[NoticeTarget]:
    """Return what the form names, each once; raises InvalidFields where nothing of it is here."""
    found: dict[Hashable, NoticeTarget] = {}
    absent: dict[str, Text] = {}
    for number, named in enumerate(form.targets):
        said = Named(
            named.kind or "", named.seller or "", named.external_id or "", named.typed or ""
        )
        here = find(session, said)
        if here.problem:
            absent[f"targets/{number}"] = here.problem
            found[number] = NoticeTarget(kind=TargetKind.UNKNOWN, typed=said.said)
        for one in here.targets:
            row = one.listing or one.review_id or one.message_id or one.seller
            found.setdefault((one.kind, row), one)
    if len(absent) == len(form.targets):
        raise InvalidFields(absent)
    if len(found) > TARGETS_FOUND_MAX:
        too_many = text("This names more than %(count)s things: report them in several notices.",
                        count=TARGETS_FOUND_MAX)  # fmt: skip
        raise InvalidFields({"targets": too_many})
    targets = list(found.values())
    for position, target in enumerate(targets):
        target.position = position
    return targets


def _notifier(session: Session, form: NoticeForm) -> Notifier | None:
    if form.notifier is None:
        return None
    notifier = notifier_of(
        session, email=form.notifier.email, name=form.notifier.name,
        organisation=form.notifier.organisation, locale=form.locale,
    )  # fmt: skip
    until = notifier.suspended_until
    if until and until > clock.now():
        raise NotPossible(
            text(
                "We examine no notices of yours until %(day)s: too many were manifestly unfounded.",
                day=until.astimezone(clock.PARIS).date().isoformat(),
            )
        )
    return notifier


def _same_one(session: Session, form: NoticeForm) -> tuple[Notice, Case] | None:
    """Return the open notice that says the same; two that come at once are one."""
    digest = form.sha256()
    key = int.from_bytes(digest[:8], signed=True)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    row = session.execute(
        select(Notice, Case)
        .join(Case, (Case.subject_id == Notice.id) & (Case.queue == QUEUE.slug))
        .where(Notice.content_sha256 == digest, Case.state != State.CLOSED)
        .order_by(Notice.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _count_repeat(session: Session, notice: Notice, case: Case, actor: Actor) -> None:
    """Count it; the story tells the 1st, 10th, 100th…, so that a flood does not bury the rest."""
    lock_case(session, case.reference)
    notice.repeats += 1
    if math.log10(notice.repeats).is_integer():
        note_event(session, case, actor, "repeated", values={"count": notice.repeats})


def _right_columns(
    session: Session, form: NoticeForm, notifier: Notifier | None
) -> dict[str, object]:
    """Return the columns that say which right is invoked; it is kept in the register of rights."""
    if form.kind not in RIGHTS or form.right is None or notifier is None:
        return {}
    said, kind = form.right, form.right.kind_in(form.kind)
    right = _right(session, kind, said, notifier)
    return {
        "right": right,
        "role": said.role,
        "infringes": list(said.infringes),
        "test_purchase": said.test_purchase,
    }


def _right(session: Session, kind: str, said: RightForm, notifier: Notifier) -> Right:
    holder = HolderSaid(
        said.holder.name, said.holder.country, said.holder.address, said.holder.email or ""
    )
    right = RightSaid(
        kind, said.register_name, said.number, said.sign, said.territories, said.classes,
        said.expires_on,
    )  # fmt: skip
    return record_right(session, notifier, holder, right, role=said.role)


def _keep(
    session: Session, case: Case, notice: Notice, files: Sequence[Sent], channel: str
) -> None:
    """Keep the files that the case does not have yet, and owe the images of their pages."""
    party = QUEUE.party(session, notice)
    known = set(session.scalars(select(Attachment.sha256).where(Attachment.case_id == case.id)))
    for kind, file in files:
        if file.sha256 in known:
            continue
        known.add(file.sha256)
        keep_sent(session, case, [Sent(kind, file)], party.ref, channel)


def _acknowledge(session: Session, case: Case, notice: Notice) -> None:
    """Send the receipt at once (DSA art. 16(4)), with a link by which the notice is followed."""
    party = QUEUE.party(session, notice)
    data = QUEUE.describe(session, case, notice)
    put_webhook(session, event="notice.received", data=data, case_id=case.id)
    record(session, stream=case.stream, verb="notice.acknowledged", actor=Actor("system"),
           detail={"kind": notice.kind, "targets": len(notice.targets)})  # fmt: skip
    if not party.email:
        return
    link = give_link(
        session,
        case,
        party=(party.kind, party.id),
        scope=Scope.ANSWER,
        expires_at=clock.add(case.due_at, get_settings().appeal_months, clock.Unit.MONTHS),
    )
    words = {
        "recipient": party.name,
        "reference": case.reference,
        "title": case.title,
        "targets": [one.title or one.typed for one in notice.targets],
        "received_at": case.received_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "portal": link.id,
    }
    put_mail(session, event="notice.received", to=party.email, locale=party.locale, context=words,
             case_id=case.id)  # fmt: skip
