"""Finance's charts: what we earn a month, what buyers had back."""

from collections.abc import Sequence

from backoffice.billing.earnings import Earned
from backoffice.core.text import N_, text
from backoffice.web.dates import say_when
from backoffice.web.numbers import money
from backoffice.web.plots import Chart, Series, columns

CENTS = 100


def earned(months: Sequence[Earned]) -> Chart:
    """Draw plans and commissions a month, in euros without VAT."""
    series = [
        Series(N_("plans"), "c", [one.plans_minor / CENTS for one in months]),
        Series(N_("commissions"), "a", [one.commissions_minor / CENTS for one in months]),
    ]
    last = months[-1]
    finding = text(
        "%(total)s this month, of which %(plans)s of plans.",
        total=money(last.plans_minor + last.commissions_minor), plans=money(last.plans_minor),
    )  # fmt: skip
    return Chart(columns(N_("Month"), _labels(months), series), finding)


def refunded(months: Sequence[Earned]) -> Chart:
    """Draw what buyers had back a month, in euros."""
    series = [Series(N_("Refunds"), "b", [one.refunds_minor / CENTS for one in months])]
    finding = text("%(amount)s refunded this month.", amount=money(months[-1].refunds_minor))
    return Chart(columns(N_("Month"), _labels(months), series), finding)


def _labels(months: Sequence[Earned]) -> list[str]:
    return [say_when(one.month, "month-name") for one in months]
