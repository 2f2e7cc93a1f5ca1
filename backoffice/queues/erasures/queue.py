"""The erasures queue: accounts to close, personal data to erase."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.party import Party
from backoffice.core.queue import Column, Letter, Queue
from backoffice.core.text import N_, Text, text
from backoffice.queues.erasures.actions import ACTIONS
from backoffice.queues.erasures.asking import CORRECTABLE
from backoffice.queues.erasures.evidence import evidence
from backoffice.queues.erasures.filters import FILTERS
from backoffice.queues.erasures.foreseen import foreseen
from backoffice.queues.erasures.granting import granted
from backoffice.queues.erasures.identity import PARTY_ACTS
from backoffice.queues.erasures.matter import matter
from backoffice.queues.erasures.model import IDENTITIES, KINDS, Erasure, Identity, Kind
from backoffice.queues.standard import STANDARD


def party(session: Session, erasure: Erasure) -> Party:
    """Return whose account it is."""
    return erasure.party


def describe(session: Session, case: Case, erasure: Erasure) -> dict[str, Any]:
    """Return what the API and the webhooks say of a request."""
    return {
        "id": erasure.id,
        "external_id": erasure.external_id,
        "case": case.reference,
        "kind": erasure.kind,
        "party": erasure.party_kind,
        "stage": erasure.stage,
        "version": case.version,
        "resolution": case.resolution,
    }


def keys(session: Session, erasure: Erasure) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    found = {"external_id": erasure.external_id, "email": erasure.email}
    return [(kind, value) for kind, value in found.items() if value]


def wrote(erasure: Erasure) -> Iterable[tuple[str, str | Text]]:
    """Return what was written with the request, for the party to read."""
    yield N_("Words"), erasure.words


def words(session: Session, erasure: Erasure) -> str:
    """Return the words by which the case is found."""
    return f"{erasure.title} {erasure.name}"


LETTERS = {
    "erasure.executed": Letter(
        "letters/erasure.html",
        N_("Proof of erasure"),
        {"fr": "attestation-d-effacement", "en": "proof-of-erasure"},
        dated_by="executed_at",
    )
}

QUEUE = Queue(
    slug="erasures",
    noun="erasure",
    prefix="DEL",
    title=N_("Account deletions"),
    icon="erase",
    subject=Erasure,
    party=party,
    describe=describe,
    keys=keys,
    words=words,
    case_title=lambda erasure: erasure.title,
    actions=(*ACTIONS, *STANDARD),
    correctable=CORRECTABLE,
    party_acts=PARTY_ACTS,
    wrote=wrote,
    matter=matter,
    filters=FILTERS,
    granted=granted,
    evidence=evidence,
    foresee=foreseen,
    letters=LETTERS,
    columns=(
        Column("title", N_("Account"), lambda case, erasure: erasure.title),
        Column("kind", N_("Request"), lambda case, erasure: text(KINDS[Kind(erasure.kind)]),
               css="c-what"),
        Column("identity", N_("Identity"),
               lambda case, erasure: text(IDENTITIES[Identity(erasure.identity)]), wide=True),
    ),
)  # fmt: skip
