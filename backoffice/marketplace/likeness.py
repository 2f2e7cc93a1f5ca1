"""How alike a declared and a registered thing are: the verdict, and a sentence as its proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from backoffice.core.search import fold
from backoffice.core.text import Text

ALIKE = 85  # of 100: a slip of the pen in a name of ten letters, not another name


class Verdict(StrEnum):
    """How alike two things are, best first; unknown where nothing is there to compare with."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Likeness:
    """A verdict with what the register has, and what differs."""

    verdict: Verdict
    detail: Text
    registered: str = ""


def best(found: Iterable[Likeness]) -> Likeness:
    """Return the first of the best verdicts."""
    return min(found, key=lambda likeness: list(Verdict).index(likeness.verdict))


def tokens(value: str) -> list[str]:
    """Split text of any script into folded words and numbers."""
    return re.findall(r"\w+", fold(value))


def alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Tell whether two lists of words are one name but for order and slips of the pen."""
    return fuzz.token_sort_ratio(" ".join(one), " ".join(other)) >= ALIKE
