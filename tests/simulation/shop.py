"""A shop as the simulation reckons it: which plan it is on when, what that costs and takes."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from backoffice.marketplace.seller import Seller

PRICE = {"essentiel": 1990, "pro": 4990, "premium": 9990}
COMMISSION_BP = {"essentiel": 1200, "pro": 900, "premium": 600}


@dataclass
class Shop:
    """One seller: its first day, its plans by the day from which they hold, when it ends."""

    seller_id: int
    begins: date
    plan: str
    ends: date | None = None
    plans: list[tuple[date, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plans.append((self.begins, self.plan))

    def seller(self, session: Session) -> Seller:
        """Return the seller behind it."""
        return session.get_one(Seller, self.seller_id)

    def sells_on(self, day: date) -> bool:
        """Tell whether it may be bought from."""
        return self.ends is None or day < self.ends

    def plan_on(self, day: date) -> str:
        """Return the plan that holds on a day."""
        return [code for since, code in self.plans if since <= day][-1]

    def commission(self, price: int, day: date) -> int:
        """Return what is taken of a price, in cents, half a cent up."""
        return (price * COMMISSION_BP[self.plan_on(day)] + 5_000) // 10_000

    def change(self, day: date, code: str) -> None:
        """Change the plan with the next month."""
        begins = self.month_end(day)
        self.plans = [one for one in self.plans if one[0] <= day]
        if code != self.plans[-1][1]:
            self.plans.append((begins, code))

    def leave(self, day: date) -> None:
        """End with the month that runs; a change that was to come is off."""
        self.plans = [one for one in self.plans if one[0] <= day]
        self.ends = self.month_end(day)

    def month_end(self, day: date) -> date:
        """Return the first day of the month of the plan that follows a day."""
        return next(start for start in self._starts() if start > day)

    def turns_on(self, day: date) -> bool:
        """Tell whether a month of the plan begins on a day."""
        return self.month_end(day - timedelta(days=1)) == day

    def months_until(self, day: date) -> list[int]:
        """Return the price of every month that began until a day, in cents."""
        until = min(day, self.ends - timedelta(days=1)) if self.ends else day
        prices = []
        for start in self._starts():
            if start > until:
                return prices
            prices.append(PRICE[self.plan_on(start)])
        return prices

    def _starts(self):
        """Yield the first day of each month of the plan, counted from a row's own first day."""
        anchor, months = self.begins, 0
        while True:
            yield anchor + relativedelta(months=months)
            months += 1
