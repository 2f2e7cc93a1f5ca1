"""Carrying out what was granted: by itself, once nothing can be undone and nothing is in the way.

Two steps, each in one transaction and safe to do again after a crash: the data, then, once the last
letter has left, the request's own case. What is in the way is looked at again under the lock of the
party, which a new order waits for.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from backoffice.billing.subscription_sync import DELETE
from backoffice.core.audit import record
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.decision import current_decision
from backoffice.core.guard import lock_case
from backoffice.core.lock import lock
from backoffice.core.open import note_event
from backoffice.core.outbox import (
    Channel,
    OutboxMessage,
    OutboxState,
    put_mail,
    put_webhook,
    put_work,
)
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.erasing.run import Outlook, Report, erase, lock_party
from backoffice.marketplace.seller import Seller
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.closing import close_account
from backoffice.queues.erasures.foreseen import goes_and_stays, outlook_of
from backoffice.queues.erasures.model import Erasure, Kind, Stage

EXECUTE = "erasure.execute"
"""The work that does the next step of a request; its payload names the request."""

AT_ONCE = 100
ACCOUNTS = {"seller": Seller, "buyer": Buyer}
GRANTED = ("accepted", "accepted_in_part")


def owe_next_steps(session: Session) -> int:
    """Owe the next step of every request that can take it; return how many."""
    owed = select(OutboxMessage.payload["erasure_id"].astext).where(
        OutboxMessage.event == EXECUTE,
        OutboxMessage.state.in_((OutboxState.PENDING, OutboxState.DEAD)),
    )
    rows = session.execute(
        select(Erasure, Case)
        .join(Case, (Case.subject_id == Erasure.id) & (Case.queue == "erasures"))
        .where(Erasure.stage.in_((Stage.SCHEDULED, Stage.EXECUTED)))
        .where(cast(Erasure.id, String).not_in(owed))
        .order_by(Erasure.id)
        .limit(AT_ONCE)
    )
    ready = [erasure for erasure, case in rows if can_go_on(session, erasure, case)]
    for erasure in ready:
        put_work(session, Channel.CHECKS, EXECUTE, {"erasure_id": erasure.id})
    return len(ready)


def can_go_on(session: Session, erasure: Erasure, case: Case) -> bool:
    """Tell whether the next step can be taken now."""
    if erasure.stage == Stage.EXECUTED:
        return not _awaits_leaving(session, case)
    return _is_granted_for_good(session, case) and not blockers_of(session, erasure)


def go_on(session: Session, erasure_id: int) -> None:
    """Take the next step of a request, if it still can be taken; done once, however often asked."""
    reference = session.scalars(
        select(Case.reference).where(Case.subject_id == erasure_id, Case.queue == "erasures")
    ).one()
    case = lock_case(session, reference)
    erasure = lock(session, session.get_one(Erasure, erasure_id))
    if erasure.stage == Stage.SCHEDULED:
        lock_party(session, erasure.party)
        if can_go_on(session, erasure, case):
            _execute(session, erasure, case)
    elif erasure.stage == Stage.EXECUTED and can_go_on(session, erasure, case):
        _complete(session, erasure, case)


def _is_granted_for_good(session: Session, case: Case) -> bool:
    """Tell whether the decision can no longer be undone, and its letter was sent or given up."""
    decision = current_decision(session, case) if case.state == State.CLOSED else None
    if decision is None or decision.resolution not in GRANTED or not decision.is_final():
        return False
    waiting = _leaving(case).where(OutboxMessage.channel == Channel.MAIL)
    return session.scalars(waiting.limit(1)).first() is None


def _awaits_leaving(session: Session, case: Case) -> bool:
    return session.scalars(_leaving(case).limit(1)).first() is not None


def _leaving(case: Case) -> Any:
    """Select the e-mails and webhooks of a case that are neither sent nor given up."""
    return select(OutboxMessage.id).where(
        OutboxMessage.case_id == case.id,
        OutboxMessage.channel.in_((Channel.MAIL, Channel.WEBHOOK)),
        OutboxMessage.state == OutboxState.PENDING,
    )


def _execute(session: Session, erasure: Erasure, case: Case) -> None:
    at, party = now(), erasure.party
    account = _external_id(session, erasure)
    if erasure.kind != Kind.ERASE and erasure.seller is not None:
        close_account(session, erasure.seller, case, at)
    if erasure.kind != Kind.CLOSE and erasure.seller is not None:
        put_work(session, Channel.BILLING, DELETE, {"seller_id": erasure.seller.id})
    if erasure.kind == Kind.CLOSE:
        report = Report("", outlook_of(session, erasure, at))
    else:
        report = erase(
            session, party, at=at, left_out=erasure.refused_classes, keep_case_id=case.id
        )
    classes = report.classes
    erasure.report = report.to_json()
    erasure.stage, erasure.executed_at = Stage.EXECUTED, at
    case.version += 1
    _write(session, case, "executed", count=sum(one.count for one in classes))
    _tell_the_party(session, erasure, case, party, classes)
    put_webhook(
        session,
        event="erasure.executed",
        data={
            "external_id": erasure.external_id,
            "case": case.reference,
            "version": case.version,
            "kind": erasure.kind,
            "party": {"kind": erasure.party_kind, "id": account},
            "pseudonym": report.pseudonym,
            "kept": [_kept(one) for one in classes if one.until],
            "erase_too": erasure.kind != Kind.CLOSE,
            "executed_at": at.isoformat(),
        },
        case_id=case.id,
    )


def _external_id(session: Session, erasure: Erasure) -> str | None:
    """Return the number by which the marketplace knows the account, before it is gone."""
    model: Any = ACCOUNTS.get(erasure.party_kind)
    return session.get_one(model, erasure.party_id).external_id if model else None


def _kept(one: Outlook) -> dict[str, Any]:
    until = one.until.isoformat() if one.until else None
    return {"data_class": one.data_class, "action": one.action, "until": until}


def _tell_the_party(
    session: Session, erasure: Erasure, case: Case, party: Party, classes: list[Outlook]
) -> None:
    """Owe the last letter, with the proof enclosed: the address goes once it has left."""
    at: datetime = erasure.executed_at or now()
    words = {
        "recipient": party.name,
        "reference": case.reference,
        "kind": erasure.kind,
        "side": erasure.party_kind,
        "received_at": case.received_at.isoformat(),
        "executed_at": at.isoformat(),
        **goes_and_stays(classes, erasure.refused_classes),
    }
    put_mail(session, event="erasure.executed", to=party.email, locale=party.locale,
             context=words, case_id=case.id)  # fmt: skip


def _complete(session: Session, erasure: Erasure, case: Case) -> None:
    """Erase the request's own traces; what proves it stays: days, counts, the letter's digest."""
    letter = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.case_id == case.id, OutboxMessage.event == "erasure.executed")
        .where(OutboxMessage.channel == Channel.MAIL)
    ).one()
    # By now the letter alone still knows the name and the address.
    party = erasure.party._replace(
        name=letter.payload["recipient"], email=letter.to_address or erasure.email
    )
    enclosed = (letter.sent_copy or {}).get("enclosed") or [{}]
    digest = enclosed[0].get("sha256")
    erase(session, party, at=now(), left_out=erasure.refused_classes)
    erasure.report = {**(erasure.report or {}), "letter_sha256": digest}
    erasure.stage, erasure.completed_at = Stage.COMPLETED, now()
    case.version += 1
    _write(session, case, "completed")


def _write(session: Session, case: Case, verb: str, **values: Any) -> None:
    note_event(session, case, SYSTEM, verb, values=values)
    record(session, stream=case.stream, verb=f"erasure.{verb}", actor=SYSTEM,
           detail={"version": case.version, **values})  # fmt: skip
