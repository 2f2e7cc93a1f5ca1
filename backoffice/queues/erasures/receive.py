"""Receiving an erasure request: the case, the receipt, and the link that shows who asks."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.open import open_case
from backoffice.core.outbox import put_mail, put_webhook
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues.erasures.links import follow_link
from backoffice.queues.erasures.model import Erasure, Identity, Stage
from backoffice.queues.erasures.queue import QUEUE


class Asked(NamedTuple):
    """A request about the account or the data of a party."""

    party: Party  # as its account says it
    kind: str
    words: str = ""
    asked_by: str = ""  # the address that asked, where it is not the account's
    external_id: str | None = None
    received_at: datetime | None = None


class Received(NamedTuple):
    """A request with its case; one that came again is the one that came first."""

    erasure: Erasure
    case: Case
    is_repeat: bool = False


def receive(session: Session, asked: Asked, *, actor: Actor, channel: str) -> Received:
    """Open a request; the same again opens nothing.

    Raises NotPossible while another about the same account is not settled.
    """
    for name in filter(None, (asked.external_id, asked.party.ref)):
        key = func.hashtextextended(f"erasure {name}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))
    if asked.external_id and (known := erasure_named(session, asked.external_id)):
        if (known.erasure.party.ref, known.erasure.kind) != (asked.party.ref, asked.kind):
            said = text("This number was used for another content: it is case %(case)s.",
                        case=known.case.reference)  # fmt: skip
            raise NotPossible(said, case=known.case.reference)
        return known
    if other := unsettled(session, asked.party):
        said = text("A request about this account is being examined: %(case)s.",
                    case=other.reference)  # fmt: skip
        raise NotPossible(said, case=other.reference)
    erasure = Erasure(
        external_id=asked.external_id,
        kind=asked.kind,
        party_kind=asked.party.kind,
        party_id=asked.party.id,
        seller_id=asked.party.id if asked.party.kind == "seller" else None,
        name=asked.party.name,
        email=asked.party.email,
        locale=asked.party.locale,
        asked_by=asked.asked_by if asked.asked_by.lower() != asked.party.email.lower() else "",
        words=asked.words,
        identity=Identity.ASKED,
    )
    if asked.received_at:
        erasure.received_at = asked.received_at
    session.add(erasure)
    session.flush()
    case = open_case(
        session, QUEUE, erasure, actor=actor, channel=channel, received_at=erasure.received_at
    )
    put_webhook(session, event="erasure.received", data=QUEUE.describe(session, case, erasure),
                case_id=case.id)  # fmt: skip
    _ask_the_holder(session, erasure, case)
    if erasure.asked_by:
        _answer_the_asker(session, erasure, case)
    return Received(erasure, case)


def _ask_the_holder(session: Session, erasure: Erasure, case: Case) -> None:
    """Write to the account's own address, whoever asked: only its link can confirm."""
    party = erasure.party
    words = {
        "recipient": party.name,
        "reference": case.reference,
        "kind": erasure.kind,
        "by_another": bool(erasure.asked_by),
        "received_at": case.received_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "portal": follow_link(session, case, party).id,
    }
    put_mail(session, event="erasure.received", to=party.email, locale=party.locale, context=words,
             case_id=case.id)  # fmt: skip


def _answer_the_asker(session: Session, erasure: Erasure, case: Case) -> None:
    """Tell another address that asked what happens next, and nothing of the account."""
    put_mail(session, event="erasure.asked_by_other", to=erasure.asked_by, locale=erasure.locale,
             context={"reference": case.reference}, case_id=case.id)  # fmt: skip


def erasure_named(session: Session, external_id: str) -> Received | None:
    """Return the request with the marketplace's identifier, and its case."""
    row = session.execute(
        select(Erasure, Case)
        .join(Case, (Case.subject_id == Erasure.id) & (Case.queue == QUEUE.slug))
        .where(Erasure.external_id == external_id)
    ).first()
    return Received(row[0], row[1], is_repeat=True) if row else None


def unsettled(session: Session, party: Party) -> Case | None:
    """Return the case of the request about this party that is not settled yet, if any."""
    return session.scalars(
        select(Case)
        .join(Erasure, (Case.subject_id == Erasure.id) & (Case.queue == QUEUE.slug))
        .where(Erasure.party_kind == party.kind, Erasure.party_id == party.id)
        .where(Erasure.stage.in_((Stage.RECEIVED, Stage.SCHEDULED, Stage.EXECUTED)))
        .limit(1)
    ).first()
