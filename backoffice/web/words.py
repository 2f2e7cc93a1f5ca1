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
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            before.append(escape(removed))
            after.append(escape(added))
        else:
            before.append(_tag("del", removed))
            after.append(_tag("ins", added))
    return Marked(Markup("").join(before), Markup("").join(after))


def _tag(name: str, words: str) -> Markup:
    core = words.strip()
    if not core:
        return escape(words)
    before, after = words.split(core, maxsplit=1)
    return Markup(f"{{}}<{name}>{{}}</{name}>{{}}").format(before, core, after)  # noqa: S704
