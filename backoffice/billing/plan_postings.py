"""What is posted of a plan's months: asked for, paid, taken back, given up; each effect once."""

from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.ledger import Line, Source, entry_of, post, reverse
from backoffice.billing.ledger_batch import Posting
from backoffice.billing.ledger_model import JournalEntry
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.postings import FEES, JOURNAL, LOSSES, STRIPE, VAT, Told, day_of, refund_key
from backoffice.core.clock import paris_day

SUBSCRIBERS, SUBSCRIPTIONS = "411", "706100"
SALES = "VE"  # the journal of sales: what is asked for; what moves is in Stripe's


def post_invoice(session: Session, invoice: PlanInvoice) -> None:
    """Bring the books to the state of an invoice, whichever of its events came first."""
    asked = post(session, **asking(invoice)._asdict())
    day = paris_day(invoice.ended_at or invoice.finalized_at)
    if invoice.state == InvoiceState.VOID:
        entry = session.get_one(JournalEntry, asked)
        reverse(session, entry, idem_key=_key(invoice, "voided"), occurred_on=day)
    elif invoice.state == InvoiceState.UNCOLLECTIBLE:
        given_up = _posting(invoice, "uncollectible", day, [
            Line(LOSSES, invoice.gross_minor),
            Line(SUBSCRIBERS, -invoice.gross_minor, invoice.seller_id),
        ])  # fmt: skip
        post(session, **given_up._asdict())
    elif lost := entry_of(session, _key(invoice, "uncollectible")):
        reverse(session, lost, idem_key=_key(invoice, "collected"), occurred_on=day)


def asking(invoice: PlanInvoice) -> Posting:
    """Return the entry by which a month is asked for."""
    return _posting(invoice, "finalized", paris_day(invoice.finalized_at), [
        Line(SUBSCRIBERS, invoice.gross_minor, invoice.seller_id),
        Line(SUBSCRIPTIONS, -invoice.net_minor),
        Line(VAT, -invoice.vat_minor),
    ])  # fmt: skip


def post_payment(session: Session, seller_id: int, charge: Told, balance: Told) -> None:
    """Post what a seller paid of its plan, and what Stripe keeps of it."""
    paid, fee = balance["amount"], balance["fee"]
    lines = [
        Line(STRIPE, paid), Line(FEES, fee), Line(SUBSCRIBERS, -paid, seller_id),
        Line(STRIPE, -fee),
    ]  # fmt: skip
    _post_told(session, "plan_payment", f"charge:{charge['id']}", charge, lines)


def post_repayment(session: Session, seller_id: int, refund: Told) -> None:
    """Post what a seller has back of what it paid: it owes the month again, or has a credit."""
    lines = [Line(SUBSCRIBERS, refund["amount"], seller_id), Line(STRIPE, -refund["amount"])]
    _post_told(session, "plan_refund", refund_key(refund["id"]), refund, lines)


def _posting(invoice: PlanInvoice, name: str, day: date, lines: list[Line]) -> Posting:
    return Posting(
        idem_key=_key(invoice, name), kind=f"plan_invoice.{name}", journal=SALES,
        occurred_on=day, lines=lines, source=Source("invoice", invoice.stripe_id),
        currency=invoice.currency, piece_ref=invoice.number,
    )  # fmt: skip


def _post_told(session: Session, kind: str, key: str, told: Told, lines: list[Line]) -> None:
    post(
        session, idem_key=key, kind=kind, journal=JOURNAL, occurred_on=day_of(told), lines=lines,
        source=Source(told["object"], told["id"]), currency=told["currency"].upper(),
    )  # fmt: skip


def _key(invoice: PlanInvoice, name: str) -> str:
    return f"invoice:{invoice.stripe_id}:{name}"
