"""Orders, disputes and books of the browser’s world: every state in which a page shows money."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.balance_txns import keep_transactions
from backoffice.billing.invoicing import credit
from backoffice.billing.ledger import Line, Source, post
from backoffice.billing.plan import running_subscription
from backoffice.billing.plan_invoice import InvoiceState
from backoffice.billing.plan_postings import post_invoice
from backoffice.billing.recon import match, note_balances
from backoffice.billing.recon_by_hand import ask_adjustment
from backoffice.billing.recon_model import ReconMatch
from backoffice.billing.refund import Refund, RefundKind, RefundState
from backoffice.billing.stripe_events import apply_event, keep_event
from backoffice.billing.subscribing import change_plan
from backoffice.core.answer import Sent
from backoffice.core.clock import now, paris_day
from backoffice.core.files import Attachment, PageImage, PagesState
from backoffice.core.link import PortalLink
from backoffice.core.store import FolderStore
from backoffice.core.uploads import admit
from backoffice.queues.disputes.receive import Brought
from backoffice.staff.model import Staff
from tests.factories.appeal import path_of
from tests.factories.case import hold
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.invoice import item, make_invoice
from tests.factories.order import make_order
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.recon import make_balance_txn
from tests.factories.refund import owe, tell
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.stripe import make_event
from tests.factories.ticket import make_ticket
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
    new = make_order(session).external_id
    return {"order": late.external_id, "order-new": new, "month": f"{paris_day(now()):%Y-%m}"}


def plans(session: Session) -> Names:
    """Let a seller have a month of each kind, and change its plan; others owe one."""
    seller = make_seller(session, plan="pro")
    begun = running_subscription(session, seller.id)
    begun.stripe_id, begun.starts_at = "sub_1", now() - timedelta(days=95)
    late = {"due_at": now() - timedelta(days=20), "reminders": 2, "reminded_at": now()}
    asked = make_plan_invoice(session, seller, state=InvoiceState.PAID)
    post_invoice(session, asked)
    make_plan_invoice(session, seller, state=InvoiceState.VOID)
    make_plan_invoice(session, seller, failures=2, **late)
    make_plan_invoice(session, seller, **late, suspends_at=now() + timedelta(days=9))
    change_plan(session, seller, "premium")
    for more in ({}, late, late | {"suspended_at": now()}):
        make_plan_invoice(session, make_seller(session, plan="essentiel"), **more)
    return {"subscriber": seller.external_id}


def money(session: Session) -> None:
    """Owe one refund of each kind, let one fail, let a bank contest a payment."""
    order = make_order(session, lines=(24_790, 9_900), paid_at=now())
    seller, *_ = [owe(session, order, 1_000 * (at + 1), kind) for at, kind in enumerate(RefundKind)]
    seller.state, seller.failure_code = RefundState.FAILED, "lost_or_stolen_card"
    owe(session, order, 500, return_by=now() - timedelta(days=1))
    soon = {"due_by": int((now() + timedelta(days=3)).timestamp())}
    tell(session, order, "dispute", "du_1", 24_790, "needs_response",
         reason="product_not_received", evidence_details=soon)  # fmt: skip


def invoices(session: Session) -> Names:
    """Issue an invoice of two rates, and credit a part of it."""
    invoice = make_invoice(session, None, item(2991), item(1055, 550))
    note = credit(session, invoice, source=Source("test", "world"), reason="Geste commercial",
                  amount_minor=1000)  # fmt: skip
    return {
        "invoice": invoice.number,
        "credit-note": note.number,
        "invoiced": invoice.seller.external_id,
    }


def post_books(session: Session) -> Names:
    """Post one entry, and keep the event that told of it."""
    lines = (Line("517", 1_200), Line("706200", -1_000), Line("44571", -200))
    entry_id = post(
        session, idem_key="fee:fee_1", kind="fee", journal="ST", occurred_on=paris_day(now()),
        lines=lines, source=Source("application_fee", "fee_1"),
    )  # fmt: skip
    told = {"id": "fee_1", "object": "application_fee", "amount": 1_200}
    keep_event(session, make_event("balance.available", told, int(now().timestamp())))
    return {"entry": entry_id, "year": paris_day(now()).year}


def reconciliation(session: Session) -> Names:
    """Let a payout leave, match it, and miss two other moves, one with an entry asked for."""
    second = int(now().timestamp())
    balance = make_balance_txn("txn_payout", "payout", -90_000, "po_1", second)
    payout = {
        "id": "po_1", "object": "payout", "amount": 90_000, "currency": "eur", "created": second,
        "arrival_date": second + 86_400, "automatic": False, "status": "paid",
        "balance_transaction": balance, "failure_code": None,
        "reconciliation_status": "not_applicable",
    }  # fmt: skip
    event = make_event("payout.paid", payout, second)
    keep_event(session, event)
    apply_event(session, event["id"])
    missed = make_balance_txn("txn_topup", "topup", 100_000, "tu_1", second)
    fee = make_balance_txn("txn_fee", "stripe_fee", -250, None, second)
    keep_transactions(session, [balance, missed, fee])
    match(session)
    note_balances(session, {"EUR": 9_750})
    rows = {one.txn_id: one for one in session.scalars(select(ReconMatch)).unique()}
    asker = make_staff(session, role="finance", name="Paul Ferrier")
    ask_adjustment(session, rows["txn_fee"], "6278", "Frais de Radar d’octobre.", asker.actor)
    return {
        "move": rows["txn_topup"].id, "move-asked": rows["txn_fee"].id,
        "move-matched": rows["txn_payout"].id, "payout": "po_1",
    }  # fmt: skip


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
        "ticket-of-order": make_ticket(session, order.buyer.party, order=order).case.reference,
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
