"""What may be done to a case, as data: actions, their effects, what they tell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from sqlalchemy.orm import Session
from wtforms import Form

from backoffice.core.case import Case, State
from backoffice.core.decision import Decision
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.text import N_, Text


class Reversal(StrEnum):
    """How what an action did is taken back."""

    EXACT = "exact"  # every effect's `reverse`
    COMPENSATING = "compensating"  # something else is done instead
    NONE = "none"


@dataclass
class Context:
    """What an effect, a hold rule or a mail may look at while a decision is carried out."""

    session: Session
    case: Case
    subject: Any
    actor: Actor
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    decision: Decision | None = None
    replaces: Decision | None = None  # whose place it takes: what both say need not be done twice
    undo_for: timedelta | None = None  # how long it may be undone, if not as long as usual


class Effect(NamedTuple):
    """One change: `apply` returns what it changed as JSON, `reverse` takes exactly that back."""

    name: str
    apply: Callable[[Context], dict[str, Any]]
    reverse: Callable[[Context, dict[str, Any]], None]


class Mail(NamedTuple):
    """An e-mail that a decision causes; the folder of its event holds the words."""

    event: str
    to: str
    locale: str
    context: dict[str, Any]


class Owed(NamedTuple):
    """A statement of reasons that a decision owes: to whom, of which measure, on what."""

    party: Party
    measure: str | Text  # its first sentence
    code: str = ""  # of the measure
    target: str = ""  # what it hits, e.g. "listing:42"
    about: str = ""  # the same in words, e.g. the listing's title
    scope: str = N_("The whole marketplace.")
    duration: str | Text = N_("Until a new decision.")
    source: str = "own_initiative"  # or "notice", "trusted_flagger", "complaint"
    restates: bool = False  # a measure that an earlier decision took, and that stays as it was


class Announced(NamedTuple):
    """A webhook that a decision causes besides its own: what it says of what it hits."""

    event: str
    data: dict[str, Any]


class ActionForm(Form):
    """Base of every action's form; `prepare` fills choices from the case.

    `folds` are names of fields that pages show under a line to unfold, by what that line says.
    """

    folds: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def prepare(self, context: Context) -> None:
        """Fill what depends on the case; called before validation and before display."""


def stays(context: Context, change: dict[str, Any]) -> None:
    """Take nothing back: a step leaves no decision that could be undone."""


def no_mails(context: Context) -> Iterable[Mail]:
    """Tell nobody."""
    return ()


def nothing_announced(context: Context) -> Iterable[Announced]:
    """Announce only the decision itself."""
    return ()


def always(subject: Any) -> bool:
    """Fit every subject."""
    return True


def no_hold(context: Context) -> Text | None:
    """Ask for no second person."""
    return None


def not_blocked(context: Context) -> Text | None:
    """Stand in the way of nothing."""
    return None


BUSY = frozenset({State.OPEN, State.WAITING})


@dataclass(frozen=True)
class Action:
    """One thing that may be done to a case, in which states, by what effects.

    A decision leaves a `Decision` row and may be undone; a step (note, assignment) leaves only
    its line in the timeline and the audit.
    """

    name: str
    label: str
    form: type[ActionForm] = ActionForm
    states: frozenset[State] = BUSY
    kinds: frozenset[str] | None = None
    fits: Callable[[Any], bool] = always  # whether it makes sense on what the case is about
    effects: tuple[Effect, ...] = ()
    state_after: State = State.CLOSED
    resolution: str | None = None
    event: str | None = None  # what webhooks call it; the e-mail folder with a dash
    mails: Callable[[Context], Iterable[Mail]] = no_mails
    later: Callable[[Context], Iterable[Mail]] = no_mails  # as an e-mail about several will say it
    hold: Callable[[Context], Text | None] = no_hold
    # Why it cannot be done at present, whatever the form says: told before anybody fills it in.
    blocked: Callable[[Context], Text | None] = not_blocked
    reversal: Reversal = Reversal.EXACT
    is_decision: bool = True
    needs_claim: bool = True
    stops_clock: bool = False
    with_reasons: bool = False
    measure: str = ""  # the statement's first sentence; none: no statement of reasons is owed
    code: str = ""  # of the measure, where it restricts what the party may do
    scope: str = N_("The whole marketplace.")
    duration: str = N_("Until a new decision.")
    source: str = "own_initiative"  # or "complaint": where the facts came from, in the statement
    contestable: bool = True
    # Where a decision owes several statements, or other ones than `measure` says.
    owes: Callable[[Context], Iterable[Owed]] | None = None
    announces: Callable[[Context], Iterable[Announced]] = nothing_announced
    door: str = "decide"  # which function of `core.decide` carries it out
    verb: str | None = None  # the permission's verb where it is not the action's name
    hotkey: str = ""
    icon: str = "check"
    tone: str = ""  # "bad" gives a red button inside the opened form
    submit: str = ""  # words on the button; the label when empty
    bulk: bool = False

    @property
    def tells(self) -> bool:
        """Tell whether the party reads of it: else it cannot replace what the party was told."""
        return self.mails is not no_mails or self.later is not no_mails

    def is_possible(self, case: Case) -> bool:
        """Tell whether the case is in a state and of a kind that admits this action."""
        return case.state in self.states and (self.kinds is None or case.kind in self.kinds)

    def event_name(self, noun: str) -> str | None:
        """Return the event, `noun.participle`; standard actions declare the participle alone."""
        if self.event is None or "." in self.event:
            return self.event
        return f"{noun}.{self.event}"

    def permission(self, noun: str) -> str:
        """Return the permission that this action needs on a queue of this noun."""
        return f"{noun}:{self.verb or self.name}"
