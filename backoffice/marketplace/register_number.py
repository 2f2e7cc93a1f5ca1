"""A registration number as a company extract prints it: kind of register, town, SIREN.

“404 833 048 R.C.S. Paris”, “RCS Bourg-en-Bresse A 123 456 789”, “RM 33 123 456 789” all occur.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from backoffice.core.search import fold
from backoffice.core.text import text
from backoffice.core.typed_text import parse_line
from backoffice.marketplace.identifiers import InvalidIdentifier, parse_siren


class RegisterKind(StrEnum):
    """Which register: of commerce, of crafts (closed since 2023), or the single national one."""

    RCS = "RCS"
    RM = "RM"
    RNE = "RNE"


@dataclass(frozen=True)
class RegisterNumber:
    """A company's entry in a register; the national one has no town."""

    kind: RegisterKind
    town: str | None
    siren: str


_KINDS = (
    (RegisterKind.RCS, r"r\.? ?c\.? ?s\b\.?|registre du commerce(?: et des soci[eé]t[eé]s)?"),
    (RegisterKind.RNE, r"r\.? ?n\.? ?e\b\.?|registre national des entreprises"),
    (RegisterKind.RM, r"r\.? ?m\b\.?|r[eé]pertoire des m[eé]tiers"),
)
_NUMBER = re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d{5})?(?!\d)")
_FILE_NUMBER = re.compile(r"[-,(]? ?n° ?de gestion.*$|\(?\b\d{2,4} ?[A-D] ?\d{3,5}\b\)?", re.I)
# Of traders (A), companies (B), groupings (C), civil companies (D): before the number only.
_SECTION = re.compile(r"(?:^| )[A-D](?= ?$)")
_FILLER = re.compile(
    r"\b(?:immatricul(?:[ée]e?|ation)|inscrite?|inscription)\b(?: au| à la)?|\bsous le\b|"
    r"\b(?:num[ée]ro|greffe|siren|siret)\b(?: d[eu]\b)?|\bn[°o](?=[ .:]|$)|[,;:()]",
    re.I,
)
_DISTRICT = re.compile(r"\d{2,3}|2[AB]", re.I)
_SMALL_WORDS = {"de", "du", "des", "d", "en", "et", "la", "le", "les", "l", "sur", "sous", "aux"}


def parse_register_number(
    raw: str,
    *,
    kind: str | None = None,
    town: str | None = None,
    siren: str | None = None,
) -> RegisterNumber:
    """Return what a printed number says; kind and town fill what it leaves out.

    Refused: a number of another SIREN, a kind or a town that contradicts what is printed.
    """
    line = _FILE_NUMBER.sub(" ", parse_line(raw))
    found = _NUMBER.search(line)
    if found is None:
        raise InvalidIdentifier(
            text("Write the register number as on the company extract: 404 833 048 R.C.S. Paris.")
        )
    number = parse_siren(re.sub(r"\D", "", found.group())[:9])
    if siren is not None and number != siren:
        raise InvalidIdentifier(
            text(
                "This register number is of the SIREN %(siren)s, not of the one given.",
                siren=number,
            )
        )
    before, sections = _SECTION.subn("", line[: found.start()].rstrip())
    printed_kind, rest = _take_kind(f"{before} {line[found.end() :]}")
    printed_kind = printed_kind or (RegisterKind.RCS if sections else None)
    said_kind = _take_kind(parse_line(kind))[0] if kind else None
    chosen = _agreeing_kind(printed_kind, said_kind)
    return RegisterNumber(chosen, _agreeing_town(_town(rest), town, chosen), number)


def _take_kind(line: str) -> tuple[RegisterKind | None, str]:
    for kind, pattern in _KINDS:
        rest, count = re.subn(rf"\b(?:{pattern})", " ", line, flags=re.I)
        if count:
            return kind, rest
    return None, line


def _agreeing_kind(printed: RegisterKind | None, said: RegisterKind | None) -> RegisterKind:
    if printed and said and printed != said:
        raise InvalidIdentifier(
            text(
                "The number is of the register %(printed)s, but %(said)s is given.",
                printed=printed.value,
                said=said.value,
            )
        )
    kind = printed or said
    if kind is None:
        raise InvalidIdentifier(text("Say which register this number is of: RCS, RM or RNE."))
    return kind


def _agreeing_town(printed: str | None, said: str | None, kind: RegisterKind) -> str | None:
    given = _town(parse_line(said)) if said else None
    if printed and given and fold_town(printed) != fold_town(given):
        raise InvalidIdentifier(
            text(
                "The number is of the register of %(printed)s, but %(said)s is given.",
                printed=printed,
                said=given,
            )
        )
    town = printed or given
    if town is None and kind is not RegisterKind.RNE:
        raise InvalidIdentifier(text("Add the town of the register, as in R.C.S. Paris."))
    return town


def _town(rest: str) -> str | None:
    """Return the town's name as a map writes it, or a department's number (crafts)."""
    name = " ".join(_FILLER.sub(" ", rest).strip(" .-/'").split())
    name = re.sub(r"^(?:de|à) |^d['’] ?", "", name, flags=re.I)
    name = re.sub(r"^du ", "Le ", name, flags=re.I)
    name = re.sub(r"^des ", "Les ", name, flags=re.I)
    if not name:
        return None
    if _DISTRICT.fullmatch(name):
        return name.upper()
    if not re.fullmatch(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*(?: CEDEX)?", name, re.I):
        raise InvalidIdentifier(
            text("“%(town)s” is not the name of a town: check the register number.", town=name)
        )
    return _as_on_a_map(name) if name in (name.upper(), name.lower()) else name


def _as_on_a_map(name: str) -> str:
    pieces = re.split(r"([ '’-])", name.lower())
    return "".join(
        piece if index and piece in _SMALL_WORDS else piece.capitalize()
        for index, piece in enumerate(pieces)
    )


def fold_town(town: str) -> str:
    """Return a town's name for comparison: no accents, hyphens as spaces, “St” written out."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(town)).strip()
    return re.sub(r"\bst(e?)\b", r"saint\1", plain)
