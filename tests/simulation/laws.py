"""What must hold of the books after a year, reckoned anew from what happened."""

from datetime import timedelta
from fractions import Fraction
from math import floor

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.fec import fec
from backoffice.billing.fec_check import check as check_fec
from backoffice.billing.invoice import Invoice
from backoffice.billing.ledger import balance_of
from backoffice.billing.ledger_check import verify
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.recon_by_hand import explain
from backoffice.billing.recon_model import OPEN, ReconMatch
from backoffice.billing.remainder import remainders
from backoffice.billing.stripe_object import EventState, StripeEvent
from backoffice.core.clock import paris_day
from backoffice.core.work import unit_of_work
from backoffice.dev.sandboxes.stripe.state import PLATFORM, START_MINOR
from tests.simulation.market import Market


def check(session: Session, market: Market) -> dict[str, int]:
    """Hold every law; return the figures that were compared."""
    assert list(verify(session)) == []
    assert session.scalar(select(func.sum(LedgerLine.amount_minor))) == 0
    waiting = session.execute(
        select(StripeEvent.type, StripeEvent.problem).where(
            StripeEvent.state.in_((EventState.PENDING, EventState.FAILED))
        )
    ).all()
    assert waiting == [], waiting[:5]
    uneven = _uneven_orders(session)
    assert uneven == [], uneven[:5]
    at_stripe = market.sandbox.state.balances[PLATFORM] - START_MINOR
    assert balance_of(session, "517") == at_stripe
    _explain_start(session, market)
    (remainder,) = remainders(session)
    assert remainder.unexplained_minor == 0, remainder
    for kind, count, last in session.execute(
        select(Invoice.kind, func.count(), func.max(Invoice.seq)).group_by(
            Invoice.kind, Invoice.year
        )
    ):
        assert count == last, (kind, count, last)
    name = f"123456782FEC{market.year}1231.txt"
    faults = [str(one) for one in check_fec(name, fec(session, market.year))]
    assert faults == [], faults[:5]
    return {
        "Stripe balance, explained to the cent": at_stripe,
        "commissions": _commissions(session, market),
        "plans": _plans(session, market),
        "entries": session.scalar(select(func.count()).select_from(JournalEntry)) or 0,
    }


def _explain_start(session: Session, market: Market) -> None:
    """Explain what the sandbox had to begin with: nothing else may be without its entry."""
    open_rows = session.scalars(select(ReconMatch).where(ReconMatch.state.in_(OPEN))).all()
    assert [one.difference_minor for one in open_rows] == [-START_MINOR], open_rows[:5]
    with unit_of_work(session):
        explain(session, open_rows[0], "What the account held before.", market.actor)


def _uneven_orders(session: Session) -> list[int]:
    """Return the orders of which something is left on a seller's account."""
    rows = (
        select(JournalEntry.order_id)
        .join(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code == "4671")
        .group_by(JournalEntry.order_id)
        .having(func.sum(LedgerLine.amount_minor) != 0)
    )
    return list(session.scalars(rows))


def _commissions(session: Session, market: Market) -> int:
    """Compare each order's commission with the tariff less what goes back in proportion.

    What went back to buyers is Stripe's word: a refund may have failed for want of a balance.
    """
    rows = (
        select(JournalEntry.order_id, -func.sum(LedgerLine.amount_minor))
        .join(LedgerLine, LedgerLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.code.in_(("706200", "44571")), JournalEntry.order_id.is_not(None))
        .group_by(JournalEntry.order_id)
    )
    posted = {number: int(total) for number, total in session.execute(rows)}
    charges = {one["id"]: one for one in market.sandbox.objects("charge")}
    for number, known in market.orders.items():
        refunded = charges[market.charges[number]]["amount_refunded"]
        part = Fraction(known["fee"] * refunded, known["total"])
        wanted = known["fee"] - floor(part + Fraction(1, 2))
        assert posted.get(number, 0) == wanted, (number, known)
    return sum(posted.values())


def _plans(session: Session, market: Market) -> int:
    """Compare the months asked for with the tariff, and what is owed with what is open."""
    total, until = 0, market.last_day - timedelta(days=1)  # a month of today may yet begin
    for shop in market.shops:
        months = session.scalars(
            select(PlanInvoice)
            .where(PlanInvoice.seller_id == shop.seller_id)
            .order_by(PlanInvoice.period_start)
        ).all()
        begun = [one for one in months if paris_day(one.period_start) <= until]
        assert [one.gross_minor for one in begun] == shop.months_until(until), shop
        unpaid = sum(one.gross_minor for one in months if one.state == InvoiceState.OPEN)
        assert balance_of(session, "411", seller_id=shop.seller_id) == unpaid
        total += sum(one.gross_minor for one in months)
    return total
