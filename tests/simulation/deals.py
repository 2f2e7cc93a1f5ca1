"""What happens in a marketplace at Stripe and in our books, one act at a time."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.balance_txns import keep_transactions
from backoffice.billing.payout import confirm_bank_line
from backoffice.billing.plan_invoice import InvoiceState, PlanInvoice
from backoffice.billing.plan_postings import post_invoice, post_payment
from backoffice.billing.recon import match
from backoffice.billing.recon_by_hand import ask_adjustment, confirm_adjustment
from backoffice.billing.recon_model import AdjustmentState, Payout, ReconAdjustment, ReconMatch
from backoffice.core.clock import now, paris_day
from backoffice.core.permissions import Actor
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.seller import Seller
from tests.factories.cut import Cut, Program
from tests.factories.plan_invoice import make_plan_invoice
from tests.factories.recon import make_balance_txn
from tests.factories.sold import make_sold
from tests.factories.stripe import Sale, make_event, new_id
from tests.simulation.plain_books import PlainBooks, net_of

PRICE = 4_990  # of the plan that sellers are on
FEE = 54  # that Stripe keeps of it


@dataclass
class Deal:
    """One order and what Stripe does of it."""

    ACTS: ClassVar = ("refund", "refund_fails", "fee_back", "chargeback", "won", "lost")

    seller_id: int
    sale: Sale
    told: int = 0
    is_known: bool = False  # whether we know its charge
    refund: Any = None  # the last one that may still fail
    dispute: Any = None

    @classmethod
    def make(
        cls, program: Program, seller_id: int, amount: int, fee: int, *, gross: bool
    ) -> "Deal":
        """Sell something that is paid at once."""

        def sell(session: Session) -> str:
            seller = session.get_one(Seller, seller_id)
            return make_sold(session, seller, amount, fee).external_id

        name = program.work(sell)
        return cls(seller_id, Sale(name, amount, fee, gross=gross, at=_second()))

    def news(self) -> list[Any]:
        """Return what Stripe has told since the last time."""
        new, self.told = self.sale.events[self.told :], len(self.sale.events)
        return new

    def is_known_by(self, event: Any) -> bool:
        """Tell whether an event can be applied: until our order knows its charge, others wait."""
        self.is_known |= event["data"]["object"]["object"] == "charge"
        return self.is_known

    def happen(self, what: str, share: int, fee_share: int) -> None:
        """Let something happen at Stripe, if it can; shares are percents."""
        self.sale.go_to(_second())
        getattr(self, f"_{what}")(share, fee_share)

    def _refund(self, share: int, fee_share: int) -> None:
        charge, transfer = self.sale.charge, self.sale.transfer
        amount = min(charge["amount"] * share // 100, charge["amount"] - charge["amount_refunded"])
        if amount and self.dispute is None:
            back = min(amount, transfer["amount"] - transfer["amount_reversed"])
            fee_back = self._fee_left() * fee_share // 100
            self.refund = self.sale.refund(amount, reverse=back, fee_back=fee_back)

    def _refund_fails(self, *_: int) -> None:
        if self.refund is not None:
            self.sale.end_refund(self.refund, "failed", came_back=True)
            self.refund = None

    def _fee_back(self, share: int, _: int) -> None:
        if amount := self._fee_left() * share // 100:
            self.sale.give_fee_back(amount)

    def _chargeback(self, share: int, _: int) -> None:
        charge = self.sale.charge
        left = charge["amount"] - charge["amount_refunded"]
        if self.dispute is None and (amount := left * share // 100):
            self.dispute = self.sale.chargeback(amount)

    def _won(self, *_: int) -> None:
        self._end("won")

    def _lost(self, *_: int) -> None:
        self._end("lost")

    def _end(self, status: str) -> None:
        if self.dispute is not None and self.dispute["status"] == "needs_response":
            self.sale.end_chargeback(self.dispute, status)

    def _fee_left(self) -> int:
        return int(self.sale.fee["amount"] - self.sale.fee["amount_refunded"])


class Payouts:
    """Payouts to our bank, as Stripe tells them."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._at = 0

    def make(self, amount: int) -> Any:
        """Pay out; returns the event."""
        told = {
            "id": new_id("po"), "object": "payout", "amount": amount, "currency": "eur",
            "status": "in_transit", "automatic": True, "arrival_date": _second(),
            "created": _second(), "failure_code": None, "reconciliation_status": "in_progress",
            "balance_transaction": {"amount": -amount, "fee": 0, "net": -amount},
        }  # fmt: skip
        self.all.append(told)
        return self._event("payout.created", told)

    def end(self, which: int, status: str) -> Any:
        """Tell how a payout ends; what failed stays so."""
        told = self.all[which % len(self.all)]
        if told["status"] != "failed":
            told["status"] = status
        return self._event(f"payout.{told['status']}", told)

    def bank(
        self, program: Program, books: PlainBooks, which: int, actor: Actor, cut: Cut | None
    ) -> None:
        """Confirm that a payout stands at the bank, where that is known of it."""
        told, today = self.all[which % len(self.all)], paris_day(now())

        def confirm(session: Session) -> None:
            payout = session.get(Payout, told["id"])
            if payout is not None:
                confirm_bank_line(session, payout, on=today, reference="VIR", actor=actor)

        with suppress(NotPossible):
            program.work(confirm, cut)
        known = books.objects.get(told["id"])
        if known is not None and known["status"] != "failed":
            lines = [("512", None, told["amount"]), ("580", None, -told["amount"])]
            books.post(f"payout:{told['id']}:bank", today, lines)

    def _event(self, type_: str, told: dict[str, Any]) -> Any:
        self._at = max(self._at + 1, _second())
        return make_event(type_, told, self._at)


class Plans:
    """Months of plans that sellers are asked to pay."""

    NEXT: ClassVar = {
        "open": ("paid", "void", "uncollectible"), "uncollectible": ("paid",),
    }  # fmt: skip

    def __init__(self, program: Program, books: PlainBooks) -> None:
        self.program, self.books = program, books
        self.all: list[dict[str, Any]] = []

    def ask(self, seller_id: int, cut: Cut | None) -> None:
        """Ask for a month."""

        def make(session: Session) -> str:
            return make_plan_invoice(session, session.get_one(Seller, seller_id)).stripe_id

        name = self.program.work(make)
        self.program.work(lambda session: post_invoice(session, _invoice(session, name)), cut)
        self.all.append({"id": name, "seller": seller_id, "state": "open"})
        net = net_of(PRICE)
        lines = [("411", seller_id, PRICE), ("706100", None, -net), ("44571", None, net - PRICE)]
        self.books.post(f"invoice:{name}:finalized", paris_day(now()), lines)

    def end(self, which: int, state: str, cut: Cut | None) -> None:
        """Bring a month to its end, or from given up to paid."""
        one = self.all[which % len(self.all)]
        if state not in self.NEXT.get(one["state"], ()):
            return
        charge = {"id": f"ch_{one['id']}", "object": "charge", "currency": "eur",
                  "created": _second()}  # fmt: skip

        def end(session: Session) -> None:
            invoice = _invoice(session, one["id"])
            invoice.state, invoice.ended_at = InvoiceState(state), now()
            post_invoice(session, invoice)
            if state == "paid":
                post_payment(session, one["seller"], charge, {"amount": PRICE, "fee": FEE})

        self.program.work(end, cut)
        self._ended(one, state, charge["id"])
        one["state"] = state

    def _ended(self, one: dict[str, Any], state: str, charge: str) -> None:
        key, seller, day = f"invoice:{one['id']}", one["seller"], paris_day(now())
        if state == "void":
            self.books.reverse(f"{key}:finalized", f"{key}:voided", day)
        elif state == "uncollectible":
            lines = [("654", None, PRICE), ("411", seller, -PRICE)]
            self.books.post(f"{key}:uncollectible", day, lines)
        else:
            self.books.reverse(f"{key}:uncollectible", f"{key}:collected", day)
            lines = [("517", None, PRICE - FEE), ("6278", None, FEE), ("411", seller, -PRICE)]
            self.books.post(f"charge:{charge}", day, lines)


def adjust(
    program: Program, books: PlainBooks, amount: int, code: str, staff: Sequence[Actor],
    cut: Cut | None,
) -> None:  # fmt: skip
    """Have an entry posted for a move at Stripe that no entry tells, by two persons."""
    asker, other = staff
    txn = make_balance_txn(new_id("txn"), "adjustment", amount, None, _second())

    def sweep(session: Session) -> None:
        keep_transactions(session, [txn])
        match(session)

    def settle(session: Session) -> None:
        asked = ask_adjustment(session, _row(session, txn["id"]), code, "Écart", asker)
        with pytest.raises(NotPossible):
            confirm_adjustment(session, asked, asker)
        confirm_adjustment(session, asked, other)

    program.work(sweep)
    with suppress(NotPossible):  # its answer was lost: it is settled
        program.work(settle, cut)
    with program.reading() as session:
        done = session.scalars(
            select(ReconAdjustment).where(
                ReconAdjustment.match_id == _row(session, txn["id"]).id,
                ReconAdjustment.state == AdjustmentState.CONFIRMED,
            )
        ).one()
    lines = [("517", None, amount), (code, None, -amount)]
    books.post(f"recon_adjustment:{done.id}", paris_day(now()), lines)


def _row(session: Session, txn: str) -> ReconMatch:
    return session.scalars(select(ReconMatch).where(ReconMatch.txn_id == txn)).unique().one()


def _invoice(session: Session, name: str) -> PlanInvoice:
    return session.scalars(select(PlanInvoice).where(PlanInvoice.stripe_id == name)).one()


def _second() -> int:
    return int(now().timestamp())
