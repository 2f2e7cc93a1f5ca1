"""What every list may be filtered by: each facet's name in the address, its choices, its SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, literal, or_, select, true
from sqlalchemy.orm import Session

from backoffice.billing.plan import Plan
from backoffice.core.case import Case, State
from backoffice.core.clock import PARIS, now
from backoffice.core.permissions import Actor
from backoffice.core.queue import Filter, Queue
from backoffice.core.text import N_, Text
from backoffice.desk import words
from backoffice.marketplace.seller import Seller
from backoffice.staff.model import Staff

Choices = list[tuple[str, str]]


class Scope(NamedTuple):
    """In which queue, for whom, through which session a list is asked for."""

    session: Session
    queue: Queue
    actor: Actor


@dataclass(frozen=True)
class Facet:
    """One filter; without choices its value is typed. `name_of` says a value for its chip."""

    name: str
    label: str
    condition: Callable[[str, Scope], Any]
    choices: Callable[[Scope], Choices] | None = None
    name_of: Callable[[str, Scope], str | Text] | None = None
    admits: Callable[[str], bool] = str.isprintable

    def say(self, value: str, scope: Scope) -> str | Text:
        """Return a value's words for its chip."""
        if self.name_of:
            return self.name_of(value, scope)
        return dict(self.choices(scope)).get(value, value) if self.choices else value


STATES = {
    "live": N_("not closed"),
    "open": N_("still open"),
    "waiting": N_("waits for an answer"),
    "held": N_("waits for a second person"),
    "closed": N_("closed"),
    "all": N_("all"),
}
DUE = {
    "late": N_("late"),
    "today": N_("today and before"),
    "week": N_("this week and before"),
}
AGES = {
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
    "1w": timedelta(weeks=1),
    "1m": timedelta(days=30),
}
AGE_LABELS = {
    "4h": N_("over 4 hours"),
    "1d": N_("over 1 day"),
    "2d": N_("over 2 days"),
    "1w": N_("over 1 week"),
    "1m": N_("over 1 month"),
}


def by_state(value: str, scope: Scope | None = None) -> Any:
    """Return the condition of one state, written so that partial indexes are seen to fit."""
    if value == "all":
        return true()
    if value == "live":
        return Case.state != literal(State.CLOSED.value, literal_execute=True)
    return Case.state == literal(State(value).value, literal_execute=True)


def _by_holder(value: str, scope: Scope) -> Any:
    leased = Case.lease_until > func.now()
    if value == "nobody":
        return or_(Case.lease_until.is_(None), Case.lease_until <= func.now())
    holder = scope.actor.id if value == "me" else int(value)
    return and_(Case.holder_id == holder, leased)


def _by_due(value: str, scope: Scope) -> Any:
    before = {"late": now(), "today": end_of_day(0), "week": end_of_day(_days_to_sunday())}[value]
    return and_(Case.due_at < before, Case.paused_at.is_(None))


def end_of_day(days: int) -> datetime:
    """Return the end of the Paris day so many days from today."""
    day = now().astimezone(PARIS).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), PARIS)


def _days_to_sunday() -> int:
    return 6 - now().astimezone(PARIS).weekday()


def _people(scope: Scope) -> Choices:
    may_claim = scope.queue.permission("claim")
    people = scope.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name))
    named = [(str(p.id), p.name) for p in people if p.actor.may(may_claim)]
    return [("me", N_("me")), ("nobody", N_("nobody")), *named]


def _person(value: str, scope: Scope) -> str:
    if value in ("me", "nobody"):
        return N_("me") if value == "me" else N_("nobody")
    person = scope.session.get(Staff, int(value))
    return person.name if person else value


def _plans(scope: Scope) -> Choices:
    rows = scope.session.execute(select(Plan.code, Plan.name).order_by(Plan.price_minor, Plan.id))
    return list(dict(rows.all()).items())


def _by_check(value: str, scope: Scope) -> Any:
    return Case.check_worst.is_(None) if value == "none" else Case.check_worst == value


def _by_kind(value: str, scope: Scope) -> Any:
    return Case.kind == literal(value, literal_execute=True)  # seen to fit the partial index


def _by_age(value: str, scope: Scope) -> Any:
    return Case.received_at < now() - AGES[value]


def _fixed(
    name: str, label: str, condition: Callable[[str, Scope], Any], choices: dict[str, str]
) -> Facet:
    return Facet(
        name, label, condition, lambda _: list(choices.items()), None, choices.__contains__
    )


def _labels(worded: dict[str, words.Worded]) -> dict[str, str]:
    return {name: one.label for name, one in worded.items()}


BY_CHECK = _fixed("check", N_("Check"), _by_check, _labels(words.CHECKS))
COMMON = (
    Facet(
        "state",
        N_("State"),
        by_state,
        lambda _: [(name, label) for name, label in STATES.items() if name != "live"],
        lambda value, _: STATES[value],
        STATES.__contains__,
    ),
    Facet(
        "holder",
        N_("Taken by"),
        _by_holder,
        _people,
        _person,
        lambda value: value in ("me", "nobody") or (value.isdecimal() and len(value) < 16),
    ),
    _fixed("due", N_("Due"), _by_due, DUE),
    _fixed("age", N_("Age"), _by_age, AGE_LABELS),
    _fixed("flag", N_("Flag"), lambda value, _: Case.flags.contains([value]), _labels(words.FLAGS)),
    Facet(
        "plan",
        N_("Plan"),
        lambda value, _: Case.seller_id.in_(select(Seller.id).where(Seller.plan == value)),
        _plans,
    ),
    Facet(
        "seller",
        N_("Seller"),
        lambda value, _: (
            Case.seller_id == select(Seller.id).where(Seller.external_id == value).scalar_subquery()
        ),
    ),
)


def facets_of(queue: Queue) -> tuple[Facet, ...]:
    """Return the filters of a queue's list: the common ones, its checks and kinds, then its own."""
    kinds = {kind: words.KINDS[kind] for kind in queue.kinds if kind in words.KINDS}
    by_kind = _fixed("kind", N_("Kind"), _by_kind, kinds)
    machine = [BY_CHECK] if queue.checks else []
    return (*COMMON, *machine, *([by_kind] if kinds else ()), *map(_own, queue.filters))


def _own(one: Filter) -> Facet:
    choices, say = one.choices, one.say
    return Facet(
        one.name,
        one.label,
        lambda value, _: one.condition(value),
        (lambda scope: choices(scope.session)) if choices else None,
        (lambda value, scope: say(scope.session, value)) if say else None,
        one.admits,
    )
