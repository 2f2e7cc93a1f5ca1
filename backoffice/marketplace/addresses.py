"""French postal addresses: a declared one beside the one a register prints in one line."""

import re
from dataclasses import dataclass

from backoffice.core.text import N_, text
from backoffice.marketplace.likeness import Likeness, Verdict, alike, tokens

_WRITTEN_OUT = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "boul": "boulevard", "ch": "chemin", "che": "chemin", "chem": "chemin",
    "crs": "cours", "fg": "faubourg", "fbg": "faubourg", "imp": "impasse", "lot": "lotissement",
    "pl": "place", "qu": "quai", "r": "rue", "res": "residence", "rte": "route", "sq": "square",
    "st": "saint", "ste": "sainte", "cdt": "commandant", "col": "colonel", "dr": "docteur",
    "gal": "general", "gen": "general", "mal": "marechal", "pdt": "president", "pr": "professeur",
}  # fmt: skip
_WAYS = {
    "allee", "avenue", "boulevard", "chemin", "cite", "cours", "esplanade", "faubourg", "hameau",
    "impasse", "lotissement", "passage", "parvis", "place", "quai", "residence", "rond", "route",
    "rue", "sentier", "square", "traverse", "villa", "voie",
}  # fmt: skip
_SMALL = {
    "a", "au", "aux", "d", "de", "des", "dit", "du", "en", "et", "l", "la", "le", "les", "lieu",
    "lieudit",
}  # fmt: skip
_REPEATS = {"bis": "b", "ter": "t", "quater": "q"}
_DOOR = re.compile(r"(\d{1,4})(bis|ter|quater|[a-z])?")

_THERE = N_("The register has this address: %(address)s.")
_OTHER_NUMBER = N_("Another number, or none, in the same street. Register: %(address)s.")
_OTHER_POSTAL_CODE = N_("The same street under another postal code. Register: %(address)s.")
_ELSEWHERE = N_("The register has another address: %(address)s.")


@dataclass(frozen=True)
class _Place:
    """What tells one door from another: its numbers (“12 bis” is 12b), and the street's words."""

    numbers: frozenset[str]
    street: tuple[str, ...]


def compare_addresses(
    line: str, postal_code: str, registered: str | None, registered_postal_code: str | None
) -> Likeness:
    """Compare a declared street line and postal code with a register's address."""
    if not registered or not registered_postal_code:
        return Likeness(Verdict.UNKNOWN, text("The register does not show the address."))
    ours = _read(line)
    theirs = _read(registered.rpartition(registered_postal_code)[0] or registered)
    if not alike(ours.street, theirs.street):
        verdict, said = Verdict.DIFFERENT, _ELSEWHERE
    elif postal_code != registered_postal_code:
        verdict, said = Verdict.CLOSE, _OTHER_POSTAL_CODE
    elif ours.numbers == theirs.numbers or ours.numbers & theirs.numbers:
        verdict, said = Verdict.SAME, _THERE
    else:
        verdict, said = Verdict.CLOSE, _OTHER_NUMBER
    return Likeness(verdict, text(said, address=registered), registered)


def _read(line: str) -> _Place:
    """Split a street line; what stands before the number (a building, a service) is left out."""
    every = [_WRITTEN_OUT.get(word, word) for word in tokens(line)]
    way = next((at for at, word in enumerate(every) if word in _WAYS), None)
    start = way if way is not None else _after_numbers(every)
    numbers: set[str] = set()
    repeat = ""
    for word in reversed(every[:start]):
        if word in _REPEATS or re.fullmatch(r"[a-z]", word):
            repeat = _REPEATS.get(word, word)
        elif found := _DOOR.fullmatch(word):
            numbers.add(found[1] + (_REPEATS.get(found[2], found[2]) or repeat))
            repeat = ""
        else:
            break
    street = tuple(word for word in every[start:] if word not in _SMALL)
    return _Place(frozenset(numbers), street or tuple(every))


def _after_numbers(every: list[str]) -> int:
    """Return where the street begins when no word says what kind of way it is."""
    at = [index for index, word in enumerate(every) if word[0].isdigit()]
    return at[0] + 1 if at else 0
