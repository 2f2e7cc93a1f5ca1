"""The difference between two texts, word by word, marked for reading."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from markupsafe import Markup, escape

LONGEST = 4000  # words; beyond, the comparison costs more than it shows


class Marked(NamedTuple):
    """Both versions, with what went struck in the first and what came underlined in the second."""

    live: Markup
    proposed: Markup


def word_diff(live: str, proposed: str) -> Marked:
    """Mark the words that differ with `<del>` and `<ins>`; very long texts are marked whole."""
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (live, proposed))
    if len(old) + len(new) > LONGEST:
        return Marked(_tag("del", live), _tag("ins", proposed))
    before, after = [], []
    for is_same, removed, added in _runs(old, new):
        before.append(escape(removed) if is_same else _tag("del", removed))
        after.append(escape(added) if is_same else _tag("ins", added))
    return Marked(Markup("").join(before), Markup("").join(after))


def _runs(old: list[str], new: list[str]) -> list[tuple[bool, str, str]]:
    """Return runs of words: whether they are the same, as they were, as they are.

    A space alone between two changes belongs to them: a phrase is marked as one.
    """
    runs: list[tuple[bool, str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added, is_same = "".join(old[i:j]), "".join(new[k:m]), kind == "equal"
        is_gap = len(runs) > 1 and runs[-1][0] and not runs[-1][1].strip()
        if is_gap and not is_same:
            (_, gap, _), (_, was, now) = runs.pop(), runs.pop()
            removed, added = was + gap + removed, now + gap + added
        runs.append((is_same, removed, added))
    return runs


def _tag(name: str, words: str) -> Markup:
    core = words.strip()
    if not core:
        return escape(words)
    before, after = words.split(core, maxsplit=1)
    return Markup(f"{{}}<{name}>{{}}</{name}>{{}}").format(before, core, after)  # noqa: S704
