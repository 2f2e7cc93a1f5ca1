"""Whom the checks look at, and the parts of a finding that they share."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from backoffice.core.checks import Outcome
from backoffice.core.text import Text, text
from backoffice.marketplace.outside import Evidence
from backoffice.marketplace.profile import ProfileColumns

EVIDENCE_BYTES_MAX = 256 * 1024


class Trader(NamedTuple):
    """A profile as it is declared, whose it is, and the kinds of document that go with it."""

    profile: ProfileColumns
    seller_id: int
    documents: Collection[str]
    missing: Outcome = Outcome.FAIL  # what a document that did not come is


def beside(said: str, *fields: str, verifies: Iterable[str] = ()) -> dict[str, Any]:
    """Return the facts of a finding: what to say beside fields, which items a pass proves."""
    return {
        "fields": {name: text(said).to_json() for name in fields},
        "verifies": list(verifies),
    }


def kept(answers: Iterable[Evidence]) -> bytes:
    """Return raw answers as one file: of each its address, status, time, digest, then its bytes.

    An answer that is larger than any of a register's is cut; the digest is of the whole.
    """
    return b"\n\n".join(_record(answer) for answer in answers)


def _record(answer: Evidence) -> bytes:
    head = (
        f"Address: {answer.url}\nStatus: {answer.status}\n"
        f"Time: {answer.fetched_at.isoformat()}\nSHA-256: {answer.sha256}\n"
        f"Bytes: {len(answer.body)}\n\n"
    )
    return head.encode() + answer.body[:EVIDENCE_BYTES_MAX]


def digests(answers: Iterable[Evidence]) -> tuple[Text, ...]:
    """Return the line of proof of each raw answer."""
    return tuple(text("SHA-256 of the answer: %(digest)s", digest=one.sha256) for one in answers)
