"""Figures over time: the age of what is open, decisions a day, time to decide by week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, QueueStay
from backoffice.core.clock import PARIS, is_working_day, now
from backoffice.core.decision import Decision, DecisionState
from backoffice.insight.queues import OPEN, is_late


class Ages(NamedTuple):
    """How many open cases of a queue are how old; late ones are counted apart."""

    under_one_day: int = 0
    one_to_two: int = 0
    over_two: int = 0
    late: int = 0


class Week(NamedTuple):
    """How long deciding took in one week, in hours: the median and the ninth decile."""

    starts_on: date
    median: float
    ninth: float


def ages(session: Session, slugs: Sequence[str]) -> dict[str, Ages]:
    """Return the ages of each queue's open cases."""
    at = now()
    day, late = timedelta(days=1), is_late(at)
    young, middle = Case.received_at > at - day, Case.received_at > at - 2 * day
    query = (
        select(
            Case.queue,
            func.count().filter(~late, young),
            func.count().filter(~late, ~young, middle),
            func.count().filter(~late, ~middle),
            func.count().filter(late),
        )
        .where(OPEN, Case.queue.in_(slugs))
        .group_by(Case.queue)
    )
    return {slug: Ages(*counts) for slug, *counts in session.execute(query)}


def decisions_a_day(
    session: Session, slugs: Sequence[str], since: datetime
) -> list[tuple[date, int]]:
    """Return the decisions that took effect on each working day since then."""
    day = cast(func.timezone("Europe/Paris", Decision.executed_at), Date)
    stood = (DecisionState.EXECUTED, DecisionState.SUPERSEDED)
    query = (
        select(day, func.count())
        .where(Decision.executed_at >= since, Decision.queue.in_(slugs))
        .where(Decision.state.in_(stood), Decision.resolution.is_not(None))
        .group_by(day)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    first, today = since.astimezone(PARIS).date(), now().astimezone(PARIS).date()
    days = (first + timedelta(days=n) for n in range((today - first).days + 1))
    return [(day, counts.get(day, 0)) for day in days if is_working_day(day) or day in counts]


def time_to_decide(session: Session, slugs: Sequence[str], since: datetime) -> list[Week]:
    """Return how long cases stayed in their queue, by the week in which they left it."""
    week = func.date_trunc("week", func.timezone("Europe/Paris", QueueStay.left_at))
    hours = func.extract("epoch", QueueStay.left_at - QueueStay.entered_at) / 3600
    query = (
        select(
            week,
            func.percentile_cont(0.5).within_group(hours),
            func.percentile_cont(0.9).within_group(hours),
        )
        .where(QueueStay.left_at >= since, QueueStay.queue.in_(slugs))
        .group_by(week)
        .order_by(week)
    )
    return [
        Week(start.date(), round(float(median), 1), round(float(ninth), 1))
        for start, median, ninth in session.execute(query)
    ]
