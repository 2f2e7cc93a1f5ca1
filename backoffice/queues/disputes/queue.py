"""The disputes queue: refund requests that a seller contests (Seller Protection)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session, joinedload

from backoffice.core.case import Case
from backoffice.core.money import Money
from backoffice.core.queue import Column, Queue
from backoffice.core.text import N_, text
from backoffice.marketplace.order import Order
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.disputes.actions import ACTIONS
from backoffice.queues.disputes.evidence import evidence
from backoffice.queues.disputes.filters import FILTERS
from backoffice.queues.disputes.foresee import foresee
from backoffice.queues.disputes.goods import goods_of, lines_of, title_of
from backoffice.queues.disputes.granting import granted
from backoffice.queues.disputes.matter import matter
from backoffice.queues.disputes.model import BASES, Basis, Dispute
from backoffice.queues.disputes.parties import buyers, seller_party
from backoffice.queues.disputes.proofs import PROOFS
from backoffice.queues.disputes.sides import sides
from backoffice.queues.standard import STANDARD


def describe(session: Session, case: Case, dispute: Dispute) -> dict[str, Any]:
    """Return what the API and the webhooks say of a dispute."""
    return {
        "external_id": dispute.external_id,
        "case": case.reference,
        "order": dispute.order.external_id,
        "seller": dispute.order.seller.external_id,
        "buyer": dispute.order.buyer.external_id,
        "basis": dispute.basis,
        "amount_minor": dispute.amount_minor,
        "currency": dispute.currency,
        "version": case.version,
        "resolution": case.resolution,
    }


def keys(session: Session, dispute: Dispute) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    order = dispute.order
    found = {
        "external_id": dispute.external_id,
        "order": order.external_id,
        "buyer": order.buyer.email,
        "tracking": order.tracking_number,
        "charge": order.charge,
    }
    return [(kind, value) for kind, value in found.items() if value]


def words(session: Session, dispute: Dispute) -> str:
    """Return the words by which the case is found."""
    order = dispute.order
    titles = " ".join(one.title for one in lines_of(dispute))
    return f"{titles} {order.seller.display_name} {order.buyer.name}"


QUEUE = Queue(
    slug="disputes",
    noun="dispute",
    prefix="DIS",
    title=N_("Disputes"),
    icon="swap",
    subject=Dispute,
    party=seller_party,
    others=buyers,
    describe=describe,
    keys=keys,
    words=words,
    case_title=title_of,
    actions=(*ACTIONS, *STANDARD),
    columns=(
        Column("title", N_("Goods"), lambda case, dispute: goods_of(dispute)),
        Column("amount", N_("Amount"),
               lambda case, dispute: Money(dispute.amount_minor, dispute.currency), css="c-money"),
        Column("basis", N_("Basis"), lambda case, dispute: text(BASES[Basis(dispute.basis)]),
               css="c-what", wide=True),
        Column("order", N_("Order"), lambda case, dispute: dispute.order.external_id, wide=True),
        Column("buyer", N_("Buyer"), lambda case, dispute: dispute.order.buyer.name, wide=True),
    ),
    listed=(joinedload(Dispute.order).selectinload(Order.lines),),
    declare=declare,
    filters=FILTERS,
    foresee=foresee,
    evidence=evidence,
    matter=matter,
    sides=sides,
    restarts_clock=True,
    proofs=PROOFS,
    granted=granted,
)  # fmt: skip
