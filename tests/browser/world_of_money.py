"""Orders, disputes and books of the browser’s world: every state in which a page shows money."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Line, Source, paris_day, post
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.stripe_events import keep_event
from backoffice.core.answer import Sent
from backoffice.core.clock import now
from backoffice.core.files import Attachment, PageImage, PagesState
from backoffice.core.link import PortalLink
from backoffice.core.store import FolderStore
from backoffice.core.uploads import admit
from backoffice.queues.disputes.receive import Brought
from backoffice.staff.model import Staff
from tests.factories.appeal import path_of
from tests.factories.case import hold
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.order import make_order
from tests.factories.refund import owe, tell
from tests.factories.stripe import make_event
from tests.factories.user_text import make_message, make_review

Names = dict[str, Any]


def orders(session: Session) -> Names:
    """Let one order be late, asked back and refunded in part, another be just made."""
    at = now() - timedelta(days=12)
    late = make_order(
        session, paid_at=at, shipped_at=at + timedelta(days=3), lines=(5900, 1900),
        delivered_at=at + timedelta(days=6), return_requested_at=at + timedelta(days=10),
        return_address="8 quai Sud, 69002 Lyon",
    )  # fmt: skip
    session.add(Refund(order_id=late.id, number=1, kind=RefundKind.GOODWILL, amount_minor=900))
    make_order(session, late.seller, paid_at=at)
    written = at.isoformat()
    make_message(session, late.seller, order=late.external_id, sent_at=written)
    make_review(session, late.seller, order=late.external_id)
    return {"order": late.external_id, "order-new": make_order(session).external_id}


def money(session: Session) -> None:
    """Owe one refund of each kind, let one fail, let a bank contest a payment."""
    order = make_order(session, lines=(24_790, 9_900), paid_at=now())
    seller, *_ = [owe(session, order, 1_000 * (at + 1), kind) for at, kind in enumerate(RefundKind)]
    seller.state, seller.failure_code = RefundState.FAILED, "lost_or_stolen_card"
    owe(session, order, 500, return_by=now() - timedelta(days=1))
    soon = {"due_by": int((now() + timedelta(days=3)).timestamp())}
    tell(session, order, "dispute", "du_1", 24_790, "needs_response",
         reason="product_not_received", evidence_details=soon)  # fmt: skip


def post_books(session: Session) -> Names:
    """Post one entry, and keep the event that told of it."""
    lines = (Line("517", 1_200), Line("706200", -1_000), Line("44571", -200))
    entry = post(
        session, idem_key="fee:fee_1", kind="fee", journal="ST", occurred_on=paris_day(now()),
        lines=lines, source=Source("application_fee", "fee_1"),
    )  # fmt: skip
    told = {"id": "fee_1", "object": "application_fee", "amount": 1_200}
    keep_event(session, make_event("balance.available", told, int(now().timestamp())))
    return {"entry": entry.id}


def disputes(session: Session, store: FolderStore, viewer: Staff) -> Names:
    """Dispute an order of several articles, with a piece of each side, its pages drawn."""
    order = make_paid_order(session, 9890, 1000, return_address="12 rue du Port\n44000 Nantes")
    brought = (Brought("buyer", photo("blue")), Brought("seller", photo("red")))
    case = make_dispute(session, order, brought, amount_minor=9890, lines=["1"]).case
    make_dispute(session, make_paid_order(session, seller=order.seller, buyer=order.buyer))
    pieces = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
    for one in pieces:
        page = PageImage(number=1, storage_key=store.put(jpeg("green")), width_px=64, height_px=64)
        one.pages, one.pages_state, one.page_count = [page], PagesState.READY, 1
    hold(case, viewer)
    link = session.scalars(
        select(PortalLink).where(PortalLink.case_id == case.id, PortalLink.party_kind == "buyer")
    ).one()
    return {
        "dispute": case.reference,
        "disputed-order": order.external_id,
        "link-dispute": path_of(link),
        "piece": pieces[1].id,
    }


def jpeg(colour: str) -> bytes:
    """Return a small picture of one colour."""
    buffer = BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def photo(colour: str) -> Sent:
    """Return it as a side of a dispute sends it."""
    return Sent("photo", admit("photo.jpg", "image/jpeg", jpeg(colour)))
