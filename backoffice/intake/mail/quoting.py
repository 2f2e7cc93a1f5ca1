"""An answer told apart from the mail that it answers, as mail programs quote it."""

import re
from itertools import groupby
from typing import NamedTuple

ATTRIBUTION = re.compile(
    r"^(?=.*[\d@])(?:Le|On|Am|El|Il|Op)\b.{4,300}?"  # with a date or an address
    r"(?:a écrit|wrote|schrieb|escribió|ha scritto|schreef)\b[^:]{0,80}:$",
    re.S,
)
ATTRIBUTION_LINES_MAX = 4  # programs fold it
RULE = re.compile(
    r"^[-_ ]{2,}\s*(?:Original Message|Message d.origine|Message original|Message initial"
    r"|Forwarded message|Message transféré|Reply message)\b.*$",
    re.I,
)
SENDER = re.compile(r"^\**\s*(?:De|From|Von|Da)\s*:\**\s*\S")
SENT = re.compile(r"^\**\s*(?:Envoyé|Sent|Date|Gesendet|Inviato)[^:]{0,12}:")
HEADING_LINES_MAX = 5  # within which an Outlook heading names its date


class Split(NamedTuple):
    """What was written, and what it quotes."""

    body: str
    quoted: str


def split(words: str) -> Split:
    """Tell the answer from the quotation; where either would be lost, all of it is the answer."""
    lines = words.split("\n")
    above, below = lines, []
    if (at := _quotation_begins(lines)) is not None:
        above, below = lines[:at], lines[at:]
        if _is_marked(below):
            above, below = _with_answer_beneath(above, below)
    elif _blocks(lines) == 1:
        above = [line for line in lines if not line.startswith(">")]
        below = [line for line in lines if line.startswith(">")]
    body, quoted = "\n".join(above).strip(), "\n".join(below).strip()
    return Split(body, quoted) if body else Split(words.strip(), "")


def _quotation_begins(lines: list[str]) -> int | None:
    """Return the line that announces the quotation."""
    for at, line in enumerate(lines):
        if line[:2] in ("Le", "On", "Am", "El", "Il", "Op"):
            folded = (lines[at : at + count] for count in range(1, ATTRIBUTION_LINES_MAX + 1))
            if any(ATTRIBUTION.match(" ".join(one).strip()) for one in folded):
                return at
        if RULE.match(line):
            return at
        heading = lines[at + 1 : at + HEADING_LINES_MAX]
        if SENDER.match(line) and any(SENT.match(one) for one in heading):
            is_ruled = at > 0 and re.fullmatch(r"[_-]{10,}", lines[at - 1].strip())
            return at - 1 if is_ruled else at
    return None


def _is_marked(lines: list[str]) -> bool:
    return any(line.startswith(">") for line in lines[: ATTRIBUTION_LINES_MAX + 2])


def _with_answer_beneath(above: list[str], below: list[str]) -> tuple[list[str], list[str]]:
    """Bring up an answer written under its quotation; between several ones all of it is kept."""
    last = max(at for at, line in enumerate(below) if line.startswith(">"))
    if _blocks(below) > 1 and any(line.strip() for line in _between(below)):
        return [*above, *below], []
    return [*above, *below[last + 1 :]], below[: last + 1]


def _between(lines: list[str]) -> list[str]:
    """Return the lines from the first marked one to the last that bear no mark."""
    marked = [at for at, line in enumerate(lines) if line.startswith(">")]
    inside = lines[marked[0] : marked[-1]]
    return [line for line in inside if not line.startswith(">")]


def _blocks(lines: list[str]) -> int:
    """Count the runs of marked lines; an empty line ends none."""
    written = (line for line in lines if line.strip())
    return sum(is_marked for is_marked, _ in groupby(written, lambda one: one.startswith(">")))
