"""Who is at the other end of a case: a seller, a buyer, a notifier."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from backoffice.core.files import Attachment
from backoffice.core.text import Text


class Party(NamedTuple):
    """One side of a case, as it is written to."""

    kind: str  # seller, buyer, notifier
    id: int
    name: str
    email: str
    locale: str

    @property
    def ref(self) -> str:
        """Return the name under which rows remember whose they are."""
        return f"{self.kind}:{self.id}"


class Thing(NamedTuple):
    """One thing that a case is about, and what became of it, in words; none while undecided."""

    title: str
    outcome: str | dict[str, Any] = ""


class Matter(NamedTuple):
    """What a party may know that a case is about: a sentence, and the things, one at least."""

    said: str | Text
    things: Sequence[Thing]

    @property
    def title(self) -> str:
        """Return the first thing, and how many more there are."""
        first, *others = self.things
        return first.title + (f" (+{len(others)})" if others else "")


class Piece(NamedTuple):
    """One piece of evidence under the number that all sides know it by."""

    number: str  # "A-1": a letter for the side, then the order in which its pieces came
    label: str  # of its kind
    attachment: Attachment
    is_late: bool  # it came after the date by which its side was asked to answer


class Words(NamedTuple):
    """What a side wrote, and when."""

    at: datetime
    body: str


class Side(NamedTuple):
    """One side of a case as the other reads it: its name, its words, its numbered evidence."""

    kind: str  # of its party: buyer, seller
    label: str
    name: str
    words: Sequence[Words]
    pieces: Sequence[Piece]


class Message(NamedTuple):
    """One message of a conversation: whose, the words, what they quote, the files."""

    at: datetime
    is_ours: bool
    author: str
    body: str
    quoted: str = ""
    files: Sequence[Attachment] = ()
