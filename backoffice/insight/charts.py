"""The dashboard's charts: figures arranged for drawing, each with its finding in words."""

from collections.abc import Sequence
from datetime import date

from backoffice.core.queue import QUEUES
from backoffice.core.text import N_, text
from backoffice.insight.queues import QueueFigures
from backoffice.insight.trends import Ages, Week
from backoffice.web.dates import say_when
from backoffice.web.plots import Chart, Series, columns, lines, parts, shares
from backoffice.web.text import say

COLUMNS_MAX = 60


def ages(slugs: Sequence[str], found: dict[str, Ages]) -> Chart:
    """Draw how old the open cases of each queue are."""
    rows = [found.get(slug, Ages()) for slug in slugs]
    names = (N_("under 1 day"), N_("1 to 2"), N_("over 2"), N_("late"))
    series = [
        Series(name, css, [row[i] for row in rows])
        for i, (name, css) in enumerate(zip(names, "cbaz", strict=True))
    ]
    drawing = shares(N_("Queue"), [QUEUES[slug].title for slug in slugs], series)
    late = sum(row.late for row in rows)
    return Chart(
        drawing,
        text("%(late)s of %(open)s open cases are late.", late=late, open=sum(map(sum, rows))),
    )


def decided(days: list[tuple[date, int]]) -> Chart:
    """Draw decisions a day; long periods by week."""
    rows = days if len(days) <= COLUMNS_MAX else _by_week(days)
    labels = [say_when(day, "short") for day, _ in rows]
    drawing = columns(N_("Day"), labels, [Series(N_("Decisions"), "b", [n for _, n in rows])])
    total = sum(n for _, n in rows)
    average = round(total / len(rows)) if rows else 0
    return Chart(
        drawing, text("%(total)s decisions, %(average)s on average.", total=total, average=average)
    )


def _by_week(days: list[tuple[date, int]]) -> list[tuple[date, int]]:
    weeks: dict[tuple[int, int], tuple[date, int]] = {}
    for day, number in days:
        year, week, _ = day.isocalendar()
        first, total = weeks.get((year, week), (day, 0))
        weeks[year, week] = (first, total + number)
    return list(weeks.values())


def times(weeks: list[Week]) -> Chart:
    """Draw the median and the ninth decile of the time to decide."""
    labels = [_week(week) for week in weeks]
    series = [
        Series(N_("9 in 10"), "dash", [week.ninth for week in weeks]),
        Series(N_("median"), "line", [week.median for week in weeks]),
    ]
    last = weeks[-1].median if weeks else 0
    return Chart(
        lines(N_("Week"), labels, series),
        text("Half of the cases are decided within %(hours)s hours.", hours=last),
    )


def _week(week: Week) -> str:
    return say(text("W%(week)s", week=week.starts_on.isocalendar().week))


def overturned(rows: list[QueueFigures]) -> Chart:
    """Draw how many of the contested decisions were overturned or amended."""
    contested = [row for row in rows if row.appealed]
    drawing = parts(
        N_("Queue"),
        [QUEUES[row.slug].title for row in contested],
        Series(N_("overturned"), "a", [row.overturned for row in contested]),
        Series(N_("contested"), "c", [row.appealed for row in contested]),
        say(N_("%(part)s of %(whole)s")),
    )
    return Chart(
        drawing,
        text(
            "%(part)s of %(whole)s contested decisions were overturned.",
            part=sum(row.overturned for row in contested),
            whole=sum(row.appealed for row in contested),
        ),
    )
