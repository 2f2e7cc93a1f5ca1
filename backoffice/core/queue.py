"""What a queue is, and the table of queues that the factory fills."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Sequence
from sqlalchemy.orm import Session

from backoffice.core.action import Action, Context
from backoffice.core.base import Base
from backoffice.core.case import Case
from backoffice.core.checks import Check


class Party(NamedTuple):
    """Who is at the other end of a case."""

    kind: str  # seller, buyer, notifier
    id: int
    name: str
    email: str
    locale: str


class Column(NamedTuple):
    """A column of a queue's list: heading, value from (case, subject), CSS class of its width."""

    name: str
    heading: str
    value: Callable[[Case, Any], Any]
    css: str = ""
    wide: bool = False  # hidden on narrow screens


class Filter(NamedTuple):
    """A filter of a queue's list beyond the common ones."""

    name: str
    label: str
    choices: Callable[[Session], list[tuple[str, str]]]
    condition: Callable[[str], Any]


@dataclass(frozen=True)
class Queue:
    """One queue: everything its pages, jobs and tests need to know about it."""

    slug: str
    noun: str
    prefix: str
    title: str
    subject: type[Base]
    party: Callable[[Session, Any], Party]
    describe: Callable[[Session, Case, Any], dict[str, Any]]  # what API and webhooks say
    keys: Callable[[Session, Any], Iterable[tuple[str, str]]]
    words: Callable[[Session, Any], str]
    actions: tuple[Action, ...] = ()  # its own, then `STANDARD`
    columns: tuple[Column, ...] = ()
    listed: tuple[Any, ...] = ()  # loader options: what the columns need of a subject
    filters: tuple[Filter, ...] = ()
    checks: tuple[Check, ...] = ()
    icon: str = "box"
    case_title: Callable[[Any], str] = str
    correctable: Mapping[str, str] = field(default_factory=dict)  # fields a party may be asked for
    sent: Callable[[Any], Mapping[str, str]] = lambda _: {}  # their present values, as written
    correct: Callable[[Context, dict[str, str]], None] | None = None  # may raise InvalidFields
    reroutes: Mapping[str, Callable[[Context], Any]] = field(default_factory=dict)
    evidence: Callable[[Session, Case, Any], dict[str, Any]] = lambda *_: {}  # template's data

    @property
    def sequence(self) -> Sequence:
        """Return the sequence that numbers this queue's cases."""
        return Sequence(f"case_number_{self.prefix.lower()}")

    def action(self, name: str) -> Action | None:
        """Return one action by name."""
        return next((a for a in self.actions if a.name == name), None)

    def permission(self, verb: str) -> str:
        """Return the permission for this verb on this queue."""
        return f"{self.noun}:{verb}"


QUEUES: dict[str, Queue] = {}


def register(queues: Iterable[Queue]) -> None:
    """Fill the table of queues; the factory calls this with `REGISTRY`."""
    QUEUES.clear()
    QUEUES.update((queue.slug, queue) for queue in queues)


def queue_of(case: Case) -> Queue:
    """Return the queue that a case is in."""
    return QUEUES[case.queue]


def subject_of(session: Session, case: Case) -> Any:
    """Return the record that a case is about."""
    return session.get_one(queue_of(case).subject, case.subject_id)
