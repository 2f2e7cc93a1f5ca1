"""Numbers of rights, read by their shape: which register they are of, how it writes them.

INPI numbers French marks, designs and patents, EUIPO the Union's marks and designs, WIPO
international ones, EPO European patents, eAmbrosia geographical indications. Shapes alone are
checked: whether the right exists is for a person to see in the register.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidInput, parse_line

LENGTH_MAX = 60
HERE = frozenset({"FR", "EM", "EU"})  # designations that hold in France; EM and EU are one
SEPARATORS = re.compile(r"[\s.,/·]+|(?<=[A-Z])-(?=\d)")
PREFIXES = re.compile(r"^(?:N[°º]|NO(?=\d)|NR(?=\d)|#)")


class RightKind(StrEnum):
    """What kind of right is invoked."""

    TRADEMARK = "trademark"
    COPYRIGHT = "copyright"
    DESIGN = "design"
    PATENT = "patent"
    GEOGRAPHICAL_INDICATION = "geographical_indication"


class Register(StrEnum):
    """Who keeps the register."""

    INPI = "INPI"
    EUIPO = "EUIPO"
    WIPO = "WIPO"
    EPO = "EPO"
    EAMBROSIA = "eAmbrosia"


class RightNumber(NamedTuple):
    """A number as its register writes it; the note says what the shape alone cannot tell."""

    canonical: str
    register: str
    note: Text | None = None


class Shape(NamedTuple):
    """How numbers of one kind of right look in one register, and how it writes them there."""

    kind: RightKind
    register: Register
    pattern: re.Pattern[str]
    canonical: str  # filled from the pattern's groups
    example: str
    note: Text | None = None
    width: int = 0  # completed with zeros to so many digits


_MARK, _DESIGN, _PATENT = RightKind.TRADEMARK, RightKind.DESIGN, RightKind.PATENT
_DESIGNATE = text("An international mark holds here only where it designates France or the Union.")
_HAGUE = text("An international design holds here only where it designates France or the Union.")
_APPLICATION = text("This is a published application (A): a granted patent ends in B or C.")
_SHORT = text("Completed with zeros to the nine digits of EUIPO: check that it is the right mark.")
_WHOLE = text("Without the four digits after the dash this names every design of the filing.")


_INPI, _EUIPO, _WIPO, _EPO = Register.INPI, Register.EUIPO, Register.WIPO, Register.EPO
_GI, _EAMBROSIA = RightKind.GEOGRAPHICAL_INDICATION, Register.EAMBROSIA
# Spaces, dots and slashes are gone, letters are capitals. 50 and 70 in the long forms are kinds of
# right in WIPO's standard ST.13, as TMview and DesignView show it.
SHAPES = tuple(
    Shape(kind, register, re.compile(pattern), *rest)
    for kind, register, pattern, *rest in (
        # Seven digits, since 1999 after the year's two; in the nineties the year and six.
        (_MARK, _INPI, r"(?:FR)?(?:\d\d)?([1345]\d{6})[A-Z]?", r"\1", "4123456"),
        (_MARK, _INPI, r"(?:FR)?(9\d{7})", r"\1", "4123456"),
        (_MARK, _INPI, r"FR500{5,6}([1345]\d{6}|9\d{7})", r"\1", "4123456"),
        (_MARK, _EUIPO, r"(?:EUTM|CTM|EM|EU)?(0[01]\d{7})", r"\1", "018123456"),
        (_MARK, _EUIPO, r"EM500000(0[01]\d{7})", r"\1", "018123456"),
        (_MARK, _EUIPO, r"(?:EUTM|CTM|EM|EU)?(1\d{7}|[1-9]\d{3,6})", r"\1", "018123456", _SHORT, 9),
        (_MARK, _WIPO, r"(?:IR|WO|WIPO)?([1-9]\d{3,6}[A-Z]?)", r"\1", "532401A", _DESIGNATE),
        (_MARK, _WIPO, r"WO500{3,}([1-9]\d{3,6}[A-Z]?)", r"\1", "532401A", _DESIGNATE),
        (_DESIGN, _INPI, r"(?:FR)?((?:19|20)\d{6}|(?:9\d|0\d|1[01])\d{4})(-\d{1,4})?", r"\1\2",
         "20201234-001"),
        (_DESIGN, _EUIPO, r"(?:RCD|EM|EU)?(0\d{8})-?(\d{4})", r"\1-\2", "008123456-0001"),
        (_DESIGN, _EUIPO, r"EM700000(0\d{8})-?(\d{4})", r"\1-\2", "008123456-0001"),
        (_DESIGN, _EUIPO, r"(?:RCD|EM|EU)?(0\d{8})", r"\1", "008123456-0001", _WHOLE),
        (_DESIGN, _WIPO, r"(?:WO)?DM?(\d{5,6})(-\d{1,3})?", r"DM/\1\2", "DM/123456", _HAGUE),
        (_PATENT, _INPI, r"(?:FR)?([23]\d{6})(?:B\d)?", r"FR\1", "FR3012345"),
        (_PATENT, _INPI, r"(?:FR)?([23]\d{6})A\d", r"FR\1", "FR3012345", _APPLICATION),
        (_PATENT, _EPO, r"(?:EP)?([0-4]\d{6})(?:[BC]\d)?", r"EP\1", "EP1234567"),
        (_PATENT, _EPO, r"(?:EP)?([0-4]\d{6})A\d", r"EP\1", "EP1234567", _APPLICATION),
        (_GI, _EAMBROSIA, r"(PDO|PGI|GI|TSG)-?([A-Z]{2})-?([A-Z]?\d{4,5})", r"\1-\2-\3",
         "PGI-FR-02115"),
        (_GI, _EAMBROSIA, r"(EUGI\d{11})", r"\1", "PGI-FR-02115"),
        (_GI, _INPI, r"(?:INPI|IG)?-?(\d{4})", r"INPI-\1", "INPI-1601"),
    )
)  # fmt: skip

KINDS = {
    RightKind.TRADEMARK: N_("Trademark"),
    RightKind.COPYRIGHT: N_("Copyright"),
    RightKind.DESIGN: N_("Design"),
    RightKind.PATENT: N_("Patent"),
    RightKind.GEOGRAPHICAL_INDICATION: N_("Geographical indication"),
}
REGISTERS = {
    kind: tuple(dict.fromkeys(shape.register for shape in SHAPES if shape.kind == kind))
    for kind in RightKind
}
"""The registers that keep each kind of right; none for copyright."""

# Rights that exist, and have no effect in France.
_ELSEWHERE = (
    (r"(?:UK|GB)0{0,2}9\d{8}", N_(
        "UK009… is the British copy of a Union mark: it holds neither in France nor in the Union. "
        "Give the Union mark itself, without UK009."
    )),
    (r"(?:UK|GB)\d{6,}.*", N_(
        "This is a British right: it does not hold in France. Give one of France, of the European "
        "Union, or an international one that designates them."
    )),
    (r"US.*\d{6,}.*", N_(
        "This is a right of the United States: it does not hold in France. Give one of France, of "
        "the European Union, or an international one that designates them."
    )),
    (r"(?:WO|PCT).*20\d\d.*\d{5,}.*", N_(
        "This is an international application, not a patent: give the number of the French or "
        "European patent that came of it."
    )),
)  # fmt: skip


def parse_right_number(register: str, kind: str, raw: str) -> RightNumber:
    """Return a number as its register writes it; raises InvalidInput with what to change."""
    if kind == RightKind.COPYRIGHT:
        if raw.strip():
            raise InvalidInput(
                text("Copyright has no number: leave this empty and name the work instead.")
            )
        return RightNumber("", "")
    if register not in REGISTERS[RightKind(kind)]:
        known = ", ".join(REGISTERS[RightKind(kind)])
        raise InvalidInput(text("Choose the register of this right: %(known)s.", known=known))
    number, designated = _split(parse_line(raw, LENGTH_MAX).upper())
    if designated and not designated & HERE:
        raise InvalidInput(_no_effect(designated))
    found = [one for shape in SHAPES if (one := _read(shape, number))]
    for shape, read in found:
        if (shape.kind, shape.register) == (kind, register):
            note = None if designated and shape.register == _WIPO else shape.note
            return RightNumber(read, register, note)
    raise InvalidInput(_what_else(register, kind, number, [shape for shape, _ in found]))


def check_territories(register: str, territories: Sequence[str]) -> None:
    """Refuse an international right that designates neither France nor the Union."""
    if register == _WIPO and territories and not HERE & {one.upper() for one in territories}:
        raise InvalidInput(_no_effect(territories))


def _no_effect(designated: Iterable[str]) -> Text:
    return text(
        "An international right holds here only where it designates France (FR) or the Union (EM): "
        "this one names %(designated)s.",
        designated=", ".join(sorted(designated)),
    )


def _split(line: str) -> tuple[str, set[str]]:
    """Take the designations that may follow an international number (“1234567 FR, EM”) off."""
    parts = re.fullmatch(r"(.*\d[A-Z]?)[\s(:/-]+((?:[A-Z]{2}[\s,;/)]*)+)", line)
    number, said = (parts[1], parts[2]) if parts else (line, "")
    return PREFIXES.sub("", SEPARATORS.sub("", number)), set(re.findall(r"[A-Z]{2}", said))


def _read(shape: Shape, number: str) -> tuple[Shape, str] | None:
    matched = shape.pattern.fullmatch(number)
    if matched is None:
        return None
    return shape, matched.expand(shape.canonical).zfill(shape.width)


def _what_else(register: str, kind: str, number: str, others: list[Shape]) -> Text:
    """Say what a number that does not fit is instead, or how one that fits looks."""
    for pattern, said in _ELSEWHERE:
        if re.fullmatch(pattern, number):
            return text(said)
    elsewhere = dict.fromkeys(one.register for one in others if one.kind == kind)
    if elsewhere:
        return text(
            "This is not a number of %(register)s but has the shape of %(others)s: choose that "
            "register, or correct the number.",
            register=register,
            others=", ".join(elsewhere),
        )
    if others:
        return text(
            "This has the shape of another kind of right (%(kind)s, %(register)s): choose that, or "
            "correct the number.",
            kind=text(KINDS[others[0].kind]),
            register=others[0].register,
        )
    example = next(one.example for one in SHAPES if (one.kind, one.register) == (kind, register))
    return text(
        "This is not a number as %(register)s writes it: write it as %(example)s.",
        register=register,
        example=example,
    )
