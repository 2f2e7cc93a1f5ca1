"""Company names: the declared one beside those that a register has."""

import re
from collections.abc import Iterable

from backoffice.core.text import N_, text
from backoffice.marketplace.likeness import Likeness, Verdict, alike, best, tokens

# Words that say what kind of company it is, not which one.
_FORMS = {
    "sarl", "sas", "sasu", "eurl", "sa", "snc", "sci", "sca", "scs", "scop", "selarl", "selas",
    "se", "ei", "eirl", "gie", "societe", "ste", "entreprise", "etablissements", "ets",
}  # fmt: skip


def compare_names(declared: str, registered: Iterable[str]) -> Likeness:
    """Compare a declared company name with each name the register has; “A (B)” counts as both."""
    names = list(registered)
    if not names:
        return Likeness(Verdict.UNKNOWN, text("The register does not show the name."))
    return best(
        _compare(declared, part, name)
        for name in names
        for part in (name, *re.split(r"[()]", name))
        if tokens(part)
    )


def _compare(declared: str, part: str, name: str) -> Likeness:
    ours, theirs = _bare(declared), _bare(part)
    if sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs):
        verdict, said = Verdict.SAME, N_("The register has the same name: %(name)s.")
    elif alike(ours, theirs) or _is_part(ours, theirs):
        verdict, said = Verdict.CLOSE, N_("The register has a name close to it: %(name)s.")
    else:
        verdict, said = Verdict.DIFFERENT, N_("The register has another name: %(name)s.")
    return Likeness(verdict, text(said, name=name), name)


def _bare(name: str) -> list[str]:
    """Return the words of a name without its legal form, unless nothing else is there."""
    every = tokens(name.replace(".", ""))
    return [word for word in every if word not in _FORMS] or every


def _is_part(one: list[str], other: list[str]) -> bool:
    """Tell whether one name is the other with words left out, and still says something."""
    short, long = sorted((set(one), set(other)), key=len)
    return short <= long and any(len(word) > 3 for word in short)
