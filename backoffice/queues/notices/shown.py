"""The things reported as a page shows them: content, pictures, the thread around a message."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.pictures import Shown, pictures_by_revision
from backoffice.marketplace.review import Rating, ratings_of
from backoffice.marketplace.sanction import Standing, SubjectKind, standings
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.queues.notices.measures import MEASURES
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind

AROUND = 5  # messages of the thread, before and after


class ShownTarget(NamedTuple):
    """One thing reported, with what is known of it by its kind."""

    target: NoticeTarget
    revision: ListingRevision | None = None  # what buyers see, else what was sent last
    pictures: Sequence[Shown] = ()
    thread: Sequence[ThreadMessage] = ()
    standing: Standing | None = None
    rating: Rating | None = None

    @property
    def outcome(self) -> str | None:
        """Return what was decided about it, in words; None while nothing is."""
        decided = self.target.outcome
        if decided is None:
            return None
        return MEASURES[decided].label if decided else N_("No action")


def shown_targets(session: Session, notice: Notice) -> list[ShownTarget]:
    """Return the targets of a notice in their order, in a few statements however many there are."""
    revisions = _revisions(session, [one.listing_id for one in notice.targets if one.listing_id])
    pictures = pictures_by_revision(session, [one.id for one in revisions.values()])
    threads = _threads(session, [one.message for one in notice.targets if one.message])
    sellers = [one.seller_id for one in notice.targets
               if one.kind == TargetKind.SELLER and one.seller_id]  # fmt: skip
    known = standings(session, SubjectKind.SELLER, sellers, now())
    ratings = ratings_of(session, sellers)

    def shown(one: NoticeTarget) -> ShownTarget:
        is_seller = one.kind == TargetKind.SELLER and one.seller_id
        revision = revisions.get(one.listing_id or 0)
        return ShownTarget(
            one,
            revision,
            pictures[revision.id] if revision else (),
            threads.get(one.message_id or 0, ()),
            known[one.seller_id] if is_seller and one.seller_id else None,
            ratings[one.seller_id] if is_seller and one.seller_id else None,
        )

    return [shown(one) for one in notice.targets]


def _revisions(session: Session, listings: Sequence[int]) -> Mapping[int, ListingRevision]:
    """Return what buyers see of each listing; of one never online, what was sent last."""
    newest = Listing.live_id.is_(None) & (ListingRevision.number == Listing.last_number)
    rows = session.scalars(
        select(ListingRevision)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .where(Listing.id.in_(listings), (ListingRevision.id == Listing.live_id) | newest)
    )
    return {one.listing_id: one for one in rows}


def _threads(
    session: Session, messages: Sequence[ThreadMessage]
) -> Mapping[int, list[ThreadMessage]]:
    """Return the messages around each of these, itself among them, in the order they were sent."""
    found: dict[int, list[ThreadMessage]] = defaultdict(list)
    if not messages:
        return found
    whose = tuple_(ThreadMessage.seller_id, ThreadMessage.thread)
    place = func.row_number().over(
        partition_by=(ThreadMessage.seller_id, ThreadMessage.thread),
        order_by=(ThreadMessage.sent_at, ThreadMessage.id),
    )
    placed = select(ThreadMessage, place.label("place")).where(
        whose.in_([(one.seller_id, one.thread) for one in messages])
    )
    near, reported = placed.subquery("near"), placed.subquery("reported")
    message = aliased(ThreadMessage, near)
    rows = session.execute(
        select(reported.c.id, message)
        .join(near, (near.c.seller_id == reported.c.seller_id)
              & (near.c.thread == reported.c.thread)
              & (func.abs(near.c.place - reported.c.place) <= AROUND))
        .where(reported.c.id.in_([one.id for one in messages]))
        .order_by(reported.c.id, near.c.place)
    )  # fmt: skip
    for number, one in rows:
        found[number].append(one)
    return found
