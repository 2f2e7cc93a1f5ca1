"""The file of both sides: what each said, and its evidence, numbered as it came in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.files import Attachment
from backoffice.core.party import Party, Piece, Side, Words
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.parties import SIDES
from backoffice.queues.disputes.proofs import KINDS

LETTERS = {"buyer": "A", "seller": "V"}  # acheteur, vendeur: a number is the same in all languages
LABELS = {"buyer": N_("Buyer"), "seller": N_("Seller")}


def sides(session: Session, case: Case, dispute: Dispute) -> list[Side]:
    """Return both sides as each may read them; a number once given is never given again."""
    files = session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    ).all()
    requests = session.scalars(
        select(InfoRequest)
        .where(InfoRequest.case_id == case.id, InfoRequest.withdrawn_at.is_(None))
        .order_by(InfoRequest.id)
    ).all()
    return [
        _side(kind, party_of(session, dispute), dispute, files, requests)
        for kind, party_of in SIDES.items()
    ]


def _side(
    kind: str, party: Party, dispute: Dispute, files: Sequence[Attachment],
    requests: Sequence[InfoRequest],
) -> Side:  # fmt: skip
    asked = [one for one in requests if one.is_of(party)]
    brought = [one for one in files if one.sent_by == party.ref]
    pieces = [
        Piece(f"{LETTERS[kind]}-{number}", KINDS.get(one.kind, KINDS["other"]), one,
              _is_late(one.created_at, asked))
        for number, one in enumerate(brought, 1)
    ]  # fmt: skip
    shop = dispute.order.seller.display_name
    name = shop if kind == "seller" else party.name
    return Side(kind, LABELS[kind], name, [*_first_words(kind, dispute), *_answers(asked)], pieces)


def _first_words(kind: str, dispute: Dispute) -> list[Words]:
    if kind == "buyer":
        return [Words(dispute.claimed_at, dispute.claim)]
    return [Words(dispute.received_at, dispute.answer)] if dispute.answer else []


def _answers(asked: Sequence[InfoRequest]) -> list[Words]:
    return [Words(one.answered_at, one.answer) for one in asked if one.answered_at and one.answer]


def _is_late(came_at: datetime, asked: Sequence[InfoRequest]) -> bool:
    """Tell whether the date of the last question put before had passed when this came."""
    before = [one for one in asked if one.asked_at <= came_at]
    return bool(before) and came_at > before[-1].until
