"""Disputes as people decide them, each another way, and what money must move for each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from backoffice.billing.refund import Refund, RefundKind
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import Decision
from backoffice.core.permissions import Actor
from backoffice.core.refusal import Refused
from backoffice.dev.sandboxes.stripe import Sandbox
from backoffice.intake.receive_order import receive_event
from backoffice.marketplace.order import Order
from backoffice.marketplace.order_form import OrderEventForm
from backoffice.marketplace.seller import Seller
from tests.chaos.conftest import House
from tests.factories.appeal import act
from tests.factories.dispute import make_dispute, make_paid_order, reasoned, refunding

ACCOUNT = "acct_1Fine"
FEE_BP = 900
PRICE, DEAR = 9_890, 24_790  # the dear one asks for a second person


@dataclass
class Play:
    """One order and all that is decided of it; cents by the number of the decision."""

    house: House
    people: tuple[Actor, Actor, Actor]  # two of support, a lead
    sandbox: Sandbox
    seller_id: int
    price: int = PRICE
    card: str = "tok_visa"
    charge: str = ""
    order_id: int = 0
    cases: list[int] = field(default_factory=list)
    decided: dict[int, tuple[str, int]] = field(default_factory=dict)  # what stands, and how much

    def pay(self) -> None:
        """Have the buyer pay; we hear of the charge by its events alone."""
        with self.house.session() as session:
            seller = session.get_one(Seller, self.seller_id)
            order = make_paid_order(session, self.price, seller=seller, charge=None)
            self.order_id, number = order.id, order.external_id
        self.charge = self.sandbox.charge(
            self.price, order=number, destination=ACCOUNT, card=self.card, fee=fee_of(self.price)
        )["id"]

    def is_paid(self) -> bool:
        """Tell whether we know of the charge."""
        with self.house.session() as session:
            return session.get_one(Order, self.order_id).charge == self.charge

    def dispute(self, amount: int = 0) -> int:
        """Open one more dispute about the order."""
        with self.house.session() as session:
            order = session.get_one(Order, self.order_id)
            case = make_dispute(session, order, amount_minor=amount or self.price).case
            self.cases.append(case.id)
            return case.id

    def act(self, case_id: int, action: str, who: int = 0, **more: Any) -> int:
        """Take an action; returns the number of its decision."""
        with self.house.session() as session:
            case = session.get_one(Case, case_id)
            data = self._data(session, case, action, more)
            decision = act(session, case, action, self.people[who], data)
            session.flush()
            return decision.id if decision else 0

    def refund(self, case_id: int, amount: str = "", who: int = 0, **more: Any) -> int:
        """Refund at the seller's cost; a dear one is confirmed by the lead."""
        number = self.act(case_id, "refund", who, amount=amount, **more)
        return self._stands(number, "seller")

    def goodwill(self, case_id: int, amount: str, who: int = 0) -> int:
        """Pay the buyer ourselves, which the lead confirms."""
        facts = "Le colis est resté chez nous."
        number = self.act(case_id, "goodwill", who, amount=amount, facts=facts)
        return self._stands(number, "goodwill")

    def protect_after_all(self) -> None:
        """Decide for the seller what was refunded: he is paid what it had cost."""
        ((_, amount),) = self.decided.values()
        self.act(self.cases[0], "reopen", who=2, facts="À revoir.")
        number = self.act(self.cases[0], "protect")
        self.confirm(number)
        self.decided[number] = ("compensation", amount - fee_of(amount))

    def let_card_work(self) -> None:
        """Let the buyer's bank take refunds from now on."""
        self.sandbox.state.objects[self.charge]["_refund"] = None

    def place_of(self, staff_id: int | None) -> int:
        """Return which of the people this is."""
        return [one.id for one in self.people].index(staff_id)

    def transfers(self) -> set[str]:
        """Return the ids of the transfers by which we compensated the seller."""
        with self.house.session() as session:
            ours = select(Refund.stripe_id).where(
                Refund.order_id == self.order_id, Refund.kind == RefundKind.COMPENSATION
            )
            return {one for one in session.scalars(ours) if one}

    def confirm(self, number: int) -> None:
        """Let the lead confirm what is held."""
        with self.house.session() as session:
            case = session.get_one(Decision, number).case
            decide(session, case.reference, "confirm_hold", actor=self.people[2], data={},
                   version=case.version)  # fmt: skip

    def _stands(self, number: int, kind: str) -> int:
        with self.house.session() as session:
            decision = session.get_one(Decision, number)
            is_held, amount = decision.case.state == State.HELD, decision.data["amount_minor"]
        if is_held:
            self.confirm(number)
        self.decided[number] = (kind, amount)
        return number

    def _data(self, session: Any, case: Case, action: str, more: dict[str, Any]) -> dict[str, Any]:
        if action == "refund":
            return refunding(session, case, **more)
        return reasoned(session, action, **more) if action == "protect" else more


def fee_of(amount: int) -> int:
    """Return our commission of an amount, half a cent up."""
    return (amount * FEE_BP + 5_000) // 10_000


def whole(play: Play) -> None:
    """Refund all."""
    play.refund(play.dispute())


def part(play: Play) -> None:
    """Refund a part, that does not divide evenly."""
    play.refund(play.dispute(), "33,33")


def goodwill_and_refund(play: Play) -> None:
    """Pay a part ourselves; a second dispute then takes a part of the seller."""
    play.goodwill(play.dispute(), "20,00")
    play.refund(play.dispute(1_000), "10,00", who=1)


def protected(play: Play) -> None:
    """Refuse the refund: nothing moves."""
    play.act(play.dispute(), "protect")


def by_two(play: Play) -> None:
    """Refund what asks for a second person, who confirms it."""
    play.refund(play.dispute())


def undone(play: Play) -> None:
    """Refund all, undo it at once, then refund a part."""
    case_id = play.dispute()
    play.act(case_id, "refund")
    play.act(case_id, "undo")
    play.refund(case_id, "10,01")


def after_return(play: Play) -> None:
    """Refund once the goods are back; they come while the decision can still be undone."""
    play.refund(play.dispute(), when="after_return")
    with play.house.session() as session:
        number = session.get_one(Order, play.order_id).external_id
        receive_event(session, number, OrderEventForm(type="returned", at=now()))


def at_once(play: Play) -> None:
    """Two people refund more than half of one order at the same moment: the second learns of it."""
    first = play.dispute()
    play.act(first, "protect")
    second = play.dispute()
    play.act(first, "reopen", who=2, facts="À revoir.")
    together, lost = Barrier(2, timeout=60), []

    def one(case_id: int, who: int) -> None:
        together.wait()
        try:
            play.refund(case_id, "60,00", who=who)
        except Refused:
            lost.append((case_id, who))

    threads = [Thread(target=one, args=(first, 0)), Thread(target=one, args=(second, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((case_id, who),) = lost
    play.refund(case_id, who=who)


def refused_after_all(play: Play) -> None:
    """Refund all; when that has left, decide for the seller, who is paid what it had cost."""
    play.refund(play.dispute())


PLAYS: tuple[tuple[Callable[[Play], None], dict[str, Any]], ...] = (
    (whole, {}),
    (part, {"card": "tok_pendingRefund"}),
    (goodwill_and_refund, {}),
    (protected, {}),
    (by_two, {"price": DEAR}),
    (undone, {}),
    (after_return, {}),
    (whole, {"card": "tok_refundFail"}),
    (at_once, {}),
    (refused_after_all, {}),
)
