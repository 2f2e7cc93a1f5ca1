"""How the outcomes of checks are shown: a tone, an icon, a word; in a list, worst first."""

from typing import NamedTuple

from backoffice.core.checks import Outcome
from backoffice.core.text import N_


class Look(NamedTuple):
    """The tone (`.is-…`), the icon and the word of an outcome."""

    tone: str
    icon: str
    words: str


OUTCOMES = {
    Outcome.FAIL: Look("bad", "fail", N_("Failed")),
    Outcome.WARN: Look("warn", "alert", N_("To verify")),
    Outcome.UNAVAILABLE: Look("wait", "off", N_("Unavailable")),
    Outcome.PASS: Look("ok", "pass", N_("Passed")),
}
