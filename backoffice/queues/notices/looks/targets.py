"""The things reported: whether they are online now, and where else the same is offered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.gtin import shown
from backoffice.marketplace.listing import Listing, ListingRevision, ListingStatus
from backoffice.marketplace.listing_checks.item import found
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.marketplace.user_text import TextStatus
from backoffice.queues.notices.known import brands_of
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind

OTHERS_MAX = 500  # that are read; more are not counted
STATUSES: dict[str, str] = {
    ListingStatus.PROPOSED: N_("not online yet"),
    ListingStatus.SUSPENDED: N_("suspended"),
    ListingStatus.WITHDRAWN: N_("withdrawn for good"),
    TextStatus.REMOVED: N_("removed"),
    SellerStatus.APPLICANT: N_("may not sell yet"),
    SellerStatus.REFUSED: N_("refused"),
    SellerStatus.TERMINATED: N_("account ended"),
}
SEEN: set[str] = {ListingStatus.LIVE, TextStatus.SHOWN, SellerStatus.ACTIVE}


def online(session: Session, case: Case, notice: Notice) -> Finding:
    """Tell whether everything reported can still be seen by buyers."""
    known = [one for one in notice.targets if one.kind != TargetKind.UNKNOWN]
    gone = [one for one in known if _status(one) not in SEEN]
    if not gone:
        return found(Outcome.PASS, text("All of it is online: %(count)s.", count=len(known)))
    said = text("No longer online: %(count)s of %(total)s.", count=len(gone), total=len(known))
    return found(Outcome.WARN, said, [_line(one) for one in gone])


def _status(target: NoticeTarget) -> str:
    row = target.listing or target.review or target.message or target.seller
    return row.status if row else ""


def _line(target: NoticeTarget) -> Text:
    status = STATUSES.get(_status(target), _status(target))
    return text("“%(title)s”: %(status)s", title=target.title, status=text(status).to_json())


def elsewhere(session: Session, case: Case, notice: Notice) -> Sequence[Finding]:
    """Look for other listings online of the same GTIN or brand, at these and at other sellers."""
    reported = [one.listing for one in notice.targets if one.listing]
    if not reported:
        return []
    gtins = {one.gtin for one in reported if one.gtin}
    rows = _others(session, [one.id for one in reported], gtins, brands_of(session, notice))
    if not rows:
        said = text("No other listing of the same GTIN or brand is online.")
        return [found(Outcome.PASS, said)]
    sellers = {one.seller_id for one in reported}
    here = sum(row.seller_id in sellers for row in rows)
    said = text(
        "Also online with the same GTIN or brand: %(here)s at these sellers, %(there)s at others.",
        here=here, there=len(rows) - here,
    )  # fmt: skip
    return [found(Outcome.WARN, said, [_other(row, gtins) for row in rows])]


def _others(
    session: Session, reported: list[int], gtins: set[str], brands: set[str]
) -> Sequence[Any]:
    same = [Listing.gtin.in_(gtins)] if gtins else []
    same += [func.lower(ListingRevision.brand).in_(brands)] if brands else []
    return session.execute(
        select(Listing.external_id, Listing.gtin, Listing.seller_id, ListingRevision.title,
               ListingRevision.brand, Seller.external_id.label("seller"))
        .join(ListingRevision, ListingRevision.id == Listing.live_id)
        .join(Seller, Seller.id == Listing.seller_id)
        .where(Listing.status == ListingStatus.LIVE, Listing.id.not_in(reported))
        .where(or_(false(), *same))
        .order_by(Listing.id.desc())
        .limit(OTHERS_MAX)
    ).all()  # fmt: skip


def _other(row: Any, gtins: set[str]) -> Text:
    by = shown(row.gtin) if row.gtin in gtins else row.brand
    return text("%(by)s: “%(title)s” (%(reference)s), at %(seller)s", by=by, title=row.title,
                reference=row.external_id, seller=row.seller)  # fmt: skip
