"""Legal forms of companies: INSEE's codes, their labels, and the words people use for them."""

import json
from pathlib import Path

from backoffice.core.search import words
from backoffice.core.text import text
from backoffice.core.typed_text import parse_line
from backoffice.marketplace.identifiers import InvalidIdentifier

LABELS: dict[str, str] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)["labels"]

# What a form or an extract says instead of the code: the code without further detail.
_WORDS = {
    "ei": "1000",
    "eirl": "1000",
    "entreprise individuelle": "1000",
    "entrepreneur individuel": "1000",
    "auto entrepreneur": "1000",
    "micro entrepreneur": "1000",
    "micro entreprise": "1000",
    "snc": "5202",
    "societe en nom collectif": "5202",
    "scs": "5306",
    "sca": "5308",
    "selarl": "5485",
    "eurl": "5498",
    "sarl unipersonnelle": "5498",
    "sarl": "5499",
    "societe a responsabilite limitee": "5499",
    "sa": "5599",
    "societe anonyme": "5599",
    "sas": "5710",
    "societe par actions simplifiee": "5710",
    "sasu": "5720",
    "sas unipersonnelle": "5720",
    "selas": "5785",
    "se": "5800",
    "societe europeenne": "5800",
    "gie": "6220",
    "sci": "6540",
    "association": "9220",
}


def parse_legal_form(raw: str) -> str:
    """Return the code of a legal form given as INSEE's four digits or in the usual words."""
    line = parse_line(raw)
    said = " ".join(words(line.replace(".", "")))
    code = _WORDS.get(said, said)
    if code not in LABELS:
        raise InvalidIdentifier(
            text("Give the legal form as its four-digit INSEE code, or in short: SAS, SARL…")
        )
    return code


def legal_form_label(code: str) -> str:
    """Return the French label of a code, or the code itself where it is unknown."""
    return LABELS.get(code, code)


def same_legal_form(declared: str, registered: str) -> bool:
    """Tell whether two codes name one kind of company.

    The first two digits are the kind (54 SARL, 57 SAS); 55 and 56 are both the SA, with a board
    or a directorate. The rest is detail that a seller need not know.
    """
    return _kind(declared) == _kind(registered)


def _kind(code: str) -> str:
    return "55" if code[:2] == "56" else code[:2]
