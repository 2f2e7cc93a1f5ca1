"""What a queue is, and the table of queues that the factory fills."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Sequence as Numbers
from sqlalchemy.orm import Session
from wtforms import Form

from backoffice.core.action import Action, Context
from backoffice.core.base import Base
from backoffice.core.case import Case
from backoffice.core.checks import Check
from backoffice.core.decision import Statement
from backoffice.core.party import Matter, Message, Party, Side
from backoffice.core.table import Table
from backoffice.core.text import Text


class Column(NamedTuple):
    """A column of a queue's list: heading, value from (case, subject), CSS class of its width."""

    name: str
    heading: str
    value: Callable[[Case, Any], Any]
    css: str = ""
    wide: bool = False  # hidden on narrow screens


class Filter(NamedTuple):
    """A filter of a queue's list beyond the common ones; without choices its value is typed."""

    name: str
    label: str
    choices: Callable[[Session], list[tuple[str, str]]] | None
    condition: Callable[[str], Any]
    say: Callable[[Session, str], str | Text] | None = None  # a value's words, for its chip
    admits: Callable[[str], bool] = str.isprintable


class Group(NamedTuple):
    """What cases of one list came in together: named in a row of its own above them."""

    name: str  # whose
    part: str | Text  # which of theirs
    note: str | Text  # how far it is
    filters: tuple[tuple[str, str], ...]  # the view that shows all of it and nothing else


class Prose(NamedTuple):
    """How a field of several lines is written: how long it may be, and in which form."""

    length_max: int
    hint: str = ""
    rows: int = 4


class Letter(NamedTuple):
    """A PDF that an e-mail has enclosed, written from the same words as the e-mail."""

    template: str
    title: str
    file_names: Mapping[str, str]  # by language, without the reference and the ending
    dated_by: str  # which of the words is its time


class Resubmission(NamedTuple):
    """How a party sends again what was refused, corrected field by field as in `correctable`."""

    fits: Callable[[Context], bool]
    send: Callable[[Context, Mapping[str, str]], Case]  # may raise InvalidFields, NotPossible


@dataclass(frozen=True)
class PartyAct:
    """Something that a party may do from its link, besides answering a question and contesting."""

    name: str  # what its form says that it does, e.g. "reply"
    label: str  # the heading of its panel
    submit: str  # the words on its button
    thanks: str  # said once it is done
    fits: Callable[[Context, Party], bool]
    take: Callable[
        [Context, Party, Any], None
    ]  # gets its form; may raise InvalidFields, NotPossible
    form: type[Form] = Form
    hint: str = ""  # a sentence above the fields
    is_quiet: bool = False  # folded under its heading
    tone: str = "primary"  # of its button; "bad" where it cannot be taken back


@dataclass(frozen=True)
class Queue:
    """One queue: everything its pages, jobs and tests need to know about it."""

    slug: str
    noun: str
    prefix: str
    title: str
    subject: type[Base]
    party: Callable[[Session, Any], Party]  # who brought the case in, or whom it is about
    describe: Callable[[Session, Case, Any], dict[str, Any]]  # what API and webhooks say
    keys: Callable[[Session, Any], Iterable[tuple[str, str]]]
    words: Callable[[Session, Any], str]
    others: Callable[[Session, Any], Sequence[Party]] = lambda *_: ()  # who else has a say in it
    # What one party of several may know that a case is about; None: its title says it to all.
    matter: Callable[[Context, Party], Matter | None] = lambda *_: None
    # What each side said and sent, where every side may see all of it.
    sides: Callable[[Session, Case, Any], Sequence[Side]] = lambda *_: ()
    # What was said to and by one party, oldest first, where cases are conversations.
    thread: Callable[[Session, Case, Any, Party], Sequence[Message]] | None = None
    party_acts: tuple[PartyAct, ...] = ()
    restarts_clock: bool = False  # due anew from the last answer, not by what was left
    target: Callable[[Any], str] = lambda _: ""  # what its measures hit, e.g. "listing:42"
    kinds: tuple[str, ...] = ("",)  # of its cases; the first is the commonest
    # Those of them that are about nothing that was just sent: not checked, not to be corrected.
    without_checks: frozenset[str] = frozenset()
    actions: tuple[Action, ...] = ()  # its own, then `STANDARD`
    columns: tuple[Column, ...] = ()
    listed: tuple[Any, ...] = ()  # loader options: what the columns need of a subject
    filters: tuple[Filter, ...] = ()
    # By case number, for the (case, subject) rows of one page; None: the list has no groups.
    groups: Callable[[Session, Sequence[tuple[Case, Any]]], Mapping[int, Group]] | None = None
    checks: tuple[Check, ...] = ()
    icon: str = "box"
    case_title: Callable[[Any], str] = str
    correctable: Mapping[str, str] = field(default_factory=dict)  # fields a party may be asked for
    prose: Mapping[str, Prose] = field(default_factory=dict)  # those of them with several lines
    sent: Callable[[Any], Mapping[str, str]] = lambda _: {}  # their present values, as written
    # What its party wrote besides: labels and values, for that party to read again.
    wrote: Callable[[Any], Iterable[tuple[str, str | Text]]] = lambda _: ()
    # By kind of party, the kinds of documents that it may add to any answer.
    proofs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    correct: Callable[[Context, dict[str, str]], None] | None = None  # may raise InvalidFields
    resubmit: Resubmission | None = None
    # What may stand instead of the context's decision when a party's complaint against these
    # statements is granted: by action, what its form says. None: the actions of the other side.
    granted: Callable[[Context, Sequence[Statement]], Mapping[str, Mapping[str, Any]]] | None = None
    reroutes: Mapping[str, Callable[[Context], Any]] = field(default_factory=dict)
    # By event, the table that its e-mail has attached, made again at each attempt to send it;
    # statements of reasons are attached in every queue, without being named here.
    enclosures: Mapping[str, Callable[[Session, Mapping[str, Any]], Table | None]] = field(
        default_factory=dict
    )
    letters: Mapping[str, Letter] = field(default_factory=dict)  # by event of the e-mail
    # What a decision did besides its e-mails, in plain lines, for its preview.
    foresee: Callable[[Context], Sequence[Text]] = lambda _: ()
    evidence: Callable[[Session, Case, Any], dict[str, Any]] = lambda *_: {}  # template's data
    declare: Callable[[Context, Statement], None] = lambda *_: None  # of each statement, frozen

    @property
    def sequence(self) -> Numbers:
        """Return the sequence that numbers this queue's cases."""
        return Numbers(f"case_number_{self.prefix.lower()}")

    def parties(self, session: Session, subject: Any) -> list[Party]:
        """Return everybody at the other end of a case."""
        return [self.party(session, subject), *self.others(session, subject)]

    def title_for(self, context: Context, party: Party) -> str:
        """Return what a case is called towards a party."""
        matter = self.matter(context, party)
        return matter.title if matter else context.case.title

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
