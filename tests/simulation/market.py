"""A marketplace that sells for a year: what happens each day, and what it should have come to.

What should be is reckoned here anew, from the tariff and the days alone; the back-office has only
its own door: orders, refunds, plans, and what Stripe tells, late, mixed up and twice.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from backoffice.billing.balance_txns import owe_sweep
from backoffice.billing.period import close_period, lock_period
from backoffice.billing.refund import RefundKind
from backoffice.billing.refunding import owe_refund
from backoffice.billing.seal import seal_entries
from backoffice.billing.stripe_events import keep_event
from backoffice.billing.subscribing import change_plan, end_with_month, owe_sync
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.dev.sandboxes.stripe import Sandbox
from backoffice.dev.sandboxes.stripe.state import PLATFORM
from backoffice.marketplace.order import Order
from jobs.checks import WORK
from tests.factories.order import make_order
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.simulation.shop import Shop

log = logging.getLogger(__name__)

PARIS = ZoneInfo("Europe/Paris")
ACCOUNT = "acct_1Year"
CHANGES, LEAVES, PAYOUTS = 4, 6, 9  # of so many shops or payouts one changes, leaves, fails
TWICE, LATE = 0.1, 0.05  # how much of what Stripe tells comes again, or days later
DAYS_AFTER = 45
ANALYZED_ON = (2, 12, 22)  # days of each month
PAID_OUT_ON = 3  # the day of each month
CLOSED_ON = 20  # the day of the next month: by then all has been told


class Market:
    """A year: `run()` plays it, `shops` and `orders` say what it should have come to."""

    def __init__(
        self, session: Session, sandbox: Sandbox, *, sellers: int, orders: int, year: int, seed: int
    ) -> None:
        self.session, self.sandbox, self.chance = session, sandbox, Random(seed)
        self.year, self.sellers_wanted, self.orders_wanted = year, sellers, orders
        self.shops: list[Shop] = []
        self.orders: dict[int, dict[str, int]] = {}  # total, fee, by our number
        self.charges: dict[int, str] = {}
        self.later: dict[date, list[Callable[[], None]]] = defaultdict(list)
        self.told = 0
        self.waiting: list[tuple[date, dict[str, Any]]] = []
        self.counts: dict[str, int] = defaultdict(int)

    def run(self) -> None:
        """Play each day of the year, then some weeks in which all comes to its end."""
        first = date(self.year, 1, 1)
        days = (date(self.year + 1, 1, 1) - first).days
        self.last_day = first + timedelta(days=days + DAYS_AFTER - 1)
        for number in range(days + DAYS_AFTER):
            day = first + timedelta(days=number)
            with time_machine.travel(datetime.combine(day, time(9), PARIS), tick=True):
                if number == 0:
                    self._staff()
                if number < days:
                    self._sell(day, number, days)
            with time_machine.travel(datetime.combine(day, time(12), PARIS), tick=True):
                self._happen(day)
        with time_machine.travel(datetime.combine(day, time(18), PARIS), tick=True):
            self._listen(day, everything=True)
            self._sweep()
            self._work()
            self._seal()

    def _staff(self) -> None:
        with unit_of_work(self.session):
            self.actor = make_staff(self.session, role="finance").actor

    def _sell(self, day: date, number: int, days: int) -> None:
        """Let shops open in the first half of the year, and sell on every day."""
        for _ in range(_share(self.sellers_wanted, number, days // 2)):
            self._open_shop(day)
        for _ in range(_share(self.orders_wanted, number, days)):
            self._order(day)

    def _happen(self, day: date) -> None:
        """Let the day's other things happen, renew what is due, hear Stripe, do what is owed."""
        if day.day in ANALYZED_ON:
            self._analyze()
        for event in self.later.pop(day, []):
            event()
        self.sandbox.advance(0)
        self._pay_plans(day)
        if day.day == PAID_OUT_ON:
            self._pay_out(day)
        if day.day == CLOSED_ON:
            self._sweep()
        self._listen(day)
        if day.day == CLOSED_ON:
            self._books(day)

    def _open_shop(self, day: date) -> None:
        plan = self.chance.choice(("essentiel", "pro", "premium"))
        with unit_of_work(self.session):
            seller = make_seller(self.session, plan=plan)
            seller.stripe_account = ACCOUNT
            owe_sync(self.session, seller.id)
            self.session.flush()
            self.shops.append(Shop(seller.id, day, plan))
        self.counts["shops"] += 1
        shop, number = self.shops[-1], len(self.shops)
        if number % CHANGES == 1:
            self._plan_for(day, 200, lambda: self._once_turned(shop, self._change_plan))
        if number % LEAVES == 2:
            self._plan_for(day, 180, lambda: self._once_turned(shop, self._leave))

    def _order(self, day: date) -> None:
        """Sell something, paid at once by a destination charge net of the commission."""
        shop = self.chance.choice([one for one in self.shops if one.sells_on(day)])
        prices = [self.chance.randrange(99, 20_000) for _ in range(self.chance.choice((1, 1, 2)))]
        with unit_of_work(self.session):
            seller = shop.seller(self.session)
            order = make_order(self.session, seller, lines=prices, ordered_at=now())
            number, name, total = order.id, order.external_id, order.total_minor
        fee = sum(shop.commission(price, day) for price in prices)
        charge = self.sandbox.charge(total, order=name, destination=ACCOUNT, fee=fee)
        self.orders[number] = {"total": total, "fee": fee}
        self.charges[number] = charge["id"]
        self.counts["orders"] += 1
        luck = self.chance.random()
        if luck < 0.06:
            self._plan_for(day, 20, lambda: self._refund(number))
        elif luck < 0.065:
            self._plan_for(day, 20, lambda: self._contest(number, charge["id"]))

    def _plan_for(self, day: date, days: int, event: Callable[[], None]) -> None:
        self.later[day + timedelta(days=self.chance.randrange(2, days))].append(event)

    def _refund(self, number: int) -> None:
        known = self.orders[number]
        amount = max(1, known["total"] * self.chance.choice((20, 33, 50, 100)) // 100)
        try:
            with unit_of_work(self.session):
                order = self.session.get_one(Order, number)
                owe_refund(
                    self.session, order, kind=RefundKind.SELLER, amount_minor=amount, at=now(),
                    undo_for=timedelta(),
                )  # fmt: skip
        except NotPossible:  # Stripe's word of the payment is not here yet
            self.later[now().date() + timedelta(days=7)].append(lambda: self._refund(number))
            return
        self.counts["refunds"] += 1

    def _contest(self, number: int, charge: str) -> None:
        """Have a bank contest a payment; lost, the seller's part is taken back by hand."""
        dispute = self.sandbox.open_dispute(charge)["id"]
        ends = self.chance.choice(("won", "lost"))
        self.counts[f"chargebacks {ends}"] += 1

        def end() -> None:
            self.sandbox.close_dispute(dispute, ends)
            if ends == "lost":
                transfer = next(iter(self.sandbox.objects("transfer", source_transaction=charge)))
                path = f"/v1/transfers/{transfer['id']}/reversals"
                self.sandbox.do("POST", path, {"amount": self.orders[number]["total"]})

        self.later[now().date() + timedelta(days=12)].append(end)

    def _once_turned(self, shop: Shop, act: Callable[[Shop], None]) -> None:
        """Let a shop do it; on a day on which its month turns, a day later.

        Which month it is in on that day hangs on the second, and shops are reckoned by days.
        """
        today = now().astimezone(PARIS).date()
        if shop.turns_on(today):
            self.later[today + timedelta(days=1)].append(lambda: act(shop))
        else:
            act(shop)

    def _change_plan(self, shop: Shop) -> None:
        if shop.ends is not None:
            return
        code = self.chance.choice(("essentiel", "pro", "premium"))
        with unit_of_work(self.session):
            change_plan(self.session, shop.seller(self.session), code)
        shop.change(now().astimezone(PARIS).date(), code)
        self.counts["plan changes"] += 1

    def _leave(self, shop: Shop) -> None:
        with unit_of_work(self.session):
            end_with_month(self.session, shop.seller(self.session))
        shop.leave(now().astimezone(PARIS).date())
        self.counts["shops closed"] += 1

    def _pay_plans(self, day: date) -> None:
        """Pay nine months of ten, a little late."""
        for invoice in self.sandbox.objects("invoice", status="open"):
            age = now().timestamp() - invoice["created"]
            chance = Random(invoice["number"]).random()
            if chance < 0.9 and age > chance * 6 * 86_400:
                self.sandbox.pay(invoice["id"])
                self.counts["months paid"] += 1

    def _pay_out(self, day: date) -> None:
        """Pay out all there is; some of it comes back from the bank."""
        if self.sandbox.state.balances[PLATFORM] <= 0:
            return
        payout = self.sandbox.pay_out()["id"]
        made = self.counts["payouts paid"] + self.counts["payouts failed"]
        ends = "failed" if made % PAYOUTS == 3 else "paid"
        self.counts[f"payouts {ends}"] += 1
        after = self.later[day + timedelta(days=2)]
        after.append(lambda: self.sandbox.end_payout(payout, ends) and None)

    def _analyze(self) -> None:
        """Count the rows, as autovacuum does on a server that lives on."""
        with unit_of_work(self.session):
            self.session.execute(text("ANALYZE"))

    def _sweep(self) -> None:
        """Read what moved at Stripe, and match it with the books."""
        with unit_of_work(self.session):
            owe_sweep(self.session)

    def _listen(self, day: date, *, everything: bool = False) -> None:
        """Hear what Stripe has told: mixed up, some of it twice, some of it days later."""
        news = self.sandbox.events[self.told :]
        self.told += len(news)
        news += self.chance.sample(news, int(len(news) * TWICE))
        for event in news:
            is_late = self.chance.random() < LATE
            wait = self.chance.randrange(1, 15) if is_late else 0
            self.waiting.append((day + timedelta(days=wait), event))
        due = [one for one in self.waiting if everything or one[0] <= day]
        self.waiting = [] if everything else [one for one in self.waiting if one[0] > day]
        self.chance.shuffle(due)
        with unit_of_work(self.session):
            for _, event in due:
                keep_event(self.session, event)
        self.counts["events"] += len(due)
        while self._work():  # what is done may owe more, or let something that waited go on
            pass

    def _work(self) -> int:
        """Do what is owed to Stripe or by it, as the worker does; returns how much that was."""
        query = (
            select(OutboxMessage.id, OutboxMessage.event, OutboxMessage.payload)
            .where(
                OutboxMessage.channel == Channel.BILLING,
                OutboxMessage.state == OutboxState.PENDING,
                OutboxMessage.available_at <= now(),
            )
            .order_by(OutboxMessage.id)
        )
        owed = self.session.execute(query).all()
        with unit_of_work(self.session):  # taken first: what is owed meanwhile is owed anew
            numbers = [number for number, _, _ in owed]
            taken = update(OutboxMessage).where(OutboxMessage.id.in_(numbers))
            self.session.execute(taken.values(state=OutboxState.SENT))
        for _, event, payload in owed:
            WORK[event](self.session, **payload)
        self.session.expunge_all()
        return len(owed)

    def _books(self, day: date) -> None:
        """Seal all, and close the month before this one, if it is of the year."""
        self._seal()
        last = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        if last.year == self.year:
            with unit_of_work(self.session):
                lock_period(self.session, last, self.actor)
            self._seal()
            with unit_of_work(self.session):
                close_period(self.session, last, self.actor)
            self.counts["months closed"] += 1
            log.info("%s is closed: %s orders", f"{last:%Y-%m}", f"{self.counts['orders']:,}")

    def _seal(self) -> None:
        with unit_of_work(self.session):
            while seal_entries(self.session):
                pass


def _share(total: int, number: int, days: int) -> int:
    """Return a day's part of a total: the parts add up, and the first day has one."""
    if number >= days:
        return 0
    return (total * (number + 1) + days - 1) // days - (total * number + days - 1) // days
