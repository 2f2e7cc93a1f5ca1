"""What is known besides: other notices about the same things, and about the same right."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.marketplace.linked import LinkedSeller, links_between
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind

SLUG = "notices"
SHOWN_MAX, LAST_MAX, SELLERS_MAX = 20, 5, 200


class OfRight(NamedTuple):
    """What became of other notices on one right: how many by outcome, the last, and against whom.

    `linked` are sellers reported there who share something with a seller reported here.
    """

    counts: Mapping[str, int]  # by resolution; empty: not decided yet
    last: Sequence[Case]
    linked: Sequence[tuple[Seller, LinkedSeller]]

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())


def brands_of(session: Session, notice: Notice) -> set[str]:
    """Return the brands that the listings reported show to buyers, in lower case."""
    shown = [one.listing.live_id for one in notice.targets if one.listing]
    brands = session.scalars(select(ListingRevision.brand).where(ListingRevision.id.in_(shown)))
    return {brand.lower() for brand in brands if brand}


def notices_on_targets(
    session: Session, notice: Notice, *, by: int | None = None
) -> Sequence[Case]:
    """Return the cases of other notices about one of the same things, newest first.

    With `by`, those of this notifier alone.
    """
    about = _same_targets(notice)
    if not about:
        return []
    same = select(NoticeTarget.notice_id).where(or_(*about), NoticeTarget.notice_id != notice.id)
    cases = select(Case).where(Case.queue == SLUG, Case.subject_id.in_(same))
    if by is not None:
        mine = select(Notice.id).where(Notice.notifier_id == by)
        cases = cases.where(Case.subject_id.in_(mine))
    return session.scalars(cases.order_by(Case.id.desc()).limit(SHOWN_MAX)).all()


def _same_targets(notice: Notice) -> list[ColumnElement[bool]]:
    columns = (NoticeTarget.listing_id, NoticeTarget.review_id, NoticeTarget.message_id)
    found: list[ColumnElement[bool]] = []
    for column in columns:
        numbers = [number for one in notice.targets if (number := getattr(one, column.key))]
        found += [column.in_(numbers)] if numbers else []
    sellers = [one.seller_id for one in notice.targets if one.kind == TargetKind.SELLER]
    if sellers:
        is_seller = NoticeTarget.kind == TargetKind.SELLER
        found.append(is_seller & NoticeTarget.seller_id.in_(sellers))
    return found


def notices_on_right(session: Session, notice: Notice) -> OfRight | None:
    """Return what became of other notices on the same right, whoever sold; None without a right."""
    if notice.right_id is None:
        return None
    same = (Notice.right_id == notice.right_id, Notice.id != notice.id)
    cases = select(Case).where(
        Case.queue == SLUG, Case.subject_id.in_(select(Notice.id).where(*same))
    )
    resolution = func.coalesce(Case.resolution, "")
    counts = session.execute(
        cases.with_only_columns(resolution, func.count()).group_by(resolution)
    ).all()
    if not counts:
        return OfRight({}, (), ())
    last = session.scalars(cases.order_by(Case.id.desc()).limit(LAST_MAX)).all()
    others = session.scalars(
        select(Seller)
        .where(Seller.id.in_(
            select(NoticeTarget.seller_id).join(Notice, Notice.id == NoticeTarget.notice_id)
            .where(*same)
        ))
        .order_by(Seller.id.desc())
        .limit(SELLERS_MAX)
    ).all()  # fmt: skip
    return OfRight(dict(counts), last, links_between(sellers_of(notice), others))
