"""Searching everywhere: cases of the queues one may read, and sellers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseKey
from backoffice.core.search import key, matching
from backoffice.marketplace.seller import Seller

CASES_MAX, SELLERS_MAX = 50, 20


class Found(NamedTuple):
    """What a search found."""

    cases: list[Case]
    sellers: Sequence[Seller]


def exact(session: Session, query: str, queues: set[str]) -> Case | None:
    """Return the case whose reference was typed, in one of these queues."""
    named = select(CaseKey.case_id).where(CaseKey.kind == "reference", CaseKey.value == key(query))
    return session.scalars(select(Case).where(Case.id.in_(named), Case.queue.in_(queues))).first()


def find(session: Session, query: str, queues: set[str], *, with_sellers: bool) -> Found:
    """Return the newest cases that match, and the sellers."""
    matched = select(Case).where(Case.queue.in_(queues), matching(query))
    cases = session.scalars(matched.order_by(Case.id.desc()).limit(CASES_MAX)).all()
    return Found(list(cases), sellers(session, query) if with_sellers else ())


def sellers(session: Session, query: str) -> Sequence[Seller]:
    """Return the sellers whose own number or whose cases match; each has a case at least."""
    theirs = (
        select(Case.seller_id)
        .where(matching(query), Case.seller_id.is_not(None))
        .order_by(Case.id.desc())
        .limit(SELLERS_MAX * 10)
    )
    return session.scalars(
        select(Seller)
        .where(or_(Seller.external_id == query.strip(), Seller.id.in_(theirs)))
        .order_by(Seller.legal_name, Seller.id)
        .limit(SELLERS_MAX)
    ).all()
