"""Receiving a dispute: the case, both sides’ files, and what both are told, in one go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing import chargeback
from backoffice.billing.refunding import left_minor, open_chargeback
from backoffice.core import clock
from backoffice.core.answer import Sent, keep_sent
from backoffice.core.case import Case, State
from backoffice.core.files import Attachment
from backoffice.core.link import Scope, give_link
from backoffice.core.money import euros
from backoffice.core.open import open_case
from backoffice.core.outbox import put_mail, put_webhook
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.order import Order, order_by_external_id
from backoffice.queues.disputes.form import DisputeForm
from backoffice.queues.disputes.matter import about
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.parties import SIDES
from backoffice.queues.disputes.queue import QUEUE
from config.settings import get_settings


class Brought(NamedTuple):
    """A document that came with a dispute, and which side's evidence it is."""

    side: str  # buyer, seller
    sent: Sent


class Received(NamedTuple):
    """A dispute with its case; one that came again is the one that came first."""

    dispute: Dispute
    case: Case
    is_repeat: bool = False


def receive(
    session: Session, form: DisputeForm, *, actor: Actor, channel: str,
    files: Sequence[Brought] = (), received_at: datetime | None = None,
) -> Received:  # fmt: skip
    """Open a dispute; the same again opens nothing.

    Raises InvalidFields for what the order contradicts, NotPossible for another content under a
    number that was used, and while another dispute about the order is open.
    """
    key = func.hashtextextended(f"dispute {form.external_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    if known := dispute_named(session, form.external_id):
        if not _says_same(session, known, form, files):
            raise NotPossible(
                text("This number was used for another content: it is case %(case)s.",
                     case=known.case.reference), case=known.case.reference,
            )  # fmt: skip
        return known
    order = _order(session, form)
    dispute = Dispute(
        order=order, seller_id=order.seller_id, buyer_id=order.buyer_id,
        received_at=received_at or clock.now(), **form.columns(),
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    case = open_case(
        session, QUEUE, dispute, actor=actor, channel=channel, received_at=dispute.received_at
    )
    case.flag(chargeback.FLAG, on=open_chargeback(session, order) is not None)
    _keep(session, case, dispute, files, channel)
    put_webhook(session, event="dispute.received", data=QUEUE.describe(session, case, dispute),
                case_id=case.id)  # fmt: skip
    for party_of in SIDES.values():
        _acknowledge(session, case, dispute, party_of(session, dispute))
    return Received(dispute, case)


def dispute_named(session: Session, external_id: str) -> Received | None:
    """Return the dispute with the marketplace's identifier, and its case."""
    row = session.execute(
        select(Dispute, Case)
        .join(Case, (Case.subject_id == Dispute.id) & (Case.queue == QUEUE.slug))
        .where(Dispute.external_id == external_id)
    ).first()
    return Received(row[0], row[1], is_repeat=True) if row else None


def open_dispute(session: Session, order: Order) -> Case | None:
    """Return the case of the dispute about an order that is not decided, if any."""
    return session.scalars(
        select(Case)
        .join(Dispute, (Case.subject_id == Dispute.id) & (Case.queue == QUEUE.slug))
        .where(Dispute.order_id == order.id, Case.state != State.CLOSED)
        .limit(1)
    ).first()


def _order(session: Session, form: DisputeForm) -> Order:
    """Return the order, locked so that of two disputes at once the second sees the first."""
    order = order_by_external_id(session, form.order, lock=True)
    if order is None:
        raise InvalidFields({"order": text("There is no such order: send the order first.")})
    if (other := open_dispute(session, order)) is not None:
        said = text("A dispute about this order is open: %(case)s.", case=other.reference)
        raise NotPossible(said, case=other.reference)
    if problems := _problems(session, form, order):
        raise InvalidFields(problems)
    return order


def _problems(session: Session, form: DisputeForm, order: Order) -> dict[str, Text]:
    """Return what the order contradicts, by field."""
    found: dict[str, Text] = {}
    left = left_minor(session, order)
    if form.currency != order.currency:
        found["currency"] = text("The order is in %(currency)s.", currency=order.currency)
    elif form.amount_minor > left:
        found["amount_minor"] = text(
            "No more than %(left)s can still be refunded.", left=euros(left)
        )
    if form.claimed_at < order.ordered_at:
        found["claimed_at"] = text("This lies before the order.")
    known = {one.external_id for one in order.lines}
    for number, line in enumerate(form.lines):
        if line not in known:
            found[f"lines/{number}"] = text("The order has no such line.")
    return found


def _says_same(
    session: Session, known: Received, form: DisputeForm, files: Sequence[Brought]
) -> bool:
    """Tell whether this is what was sent before, word for word and file by file."""
    dispute, case, _ = known
    said: dict[str, Any] = {**form.columns(), "order": form.order}
    kept = {name: getattr(dispute, name) for name in form.columns()}
    if said != {**kept, "order": dispute.order.external_id}:
        return False
    first = select(Attachment.sha256).where(
        Attachment.case_id == case.id, Attachment.uploaded_by == case.channel
    )
    return set(session.scalars(first)) == {one.sent.file.sha256 for one in files}


def _keep(
    session: Session, case: Case, dispute: Dispute, files: Sequence[Brought], channel: str
) -> None:
    """Keep each side's evidence, and owe the images of its pages."""
    for side, sent in files:
        keep_sent(session, case, [sent], SIDES[side](session, dispute).ref, channel)


def _acknowledge(session: Session, case: Case, dispute: Dispute, party: Party) -> None:
    """Tell one side that the dispute is open, with a link by which it is followed."""
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
        "side": party.kind,
        **about(dispute),
        "received_at": case.received_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "portal": link.id,
    }
    put_mail(session, event="dispute.received", to=party.email, locale=party.locale, context=words,
             case_id=case.id)  # fmt: skip
