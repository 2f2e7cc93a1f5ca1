"""The documents: whether they came and can be read; what they say is for a person to judge."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.clock import now
from backoffice.core.files import Attachment, PagesState
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.trader_checks.trader import Trader

LABELS = {
    "kbis": N_("Company extract"),
    "identity": N_("Identity document"),
    "bank_proof": N_("Bank proof"),
}
PROVES = {
    "first_name": "identity",
    "last_name": "identity",
    "birth_date": "identity",
    "iban": "bank_proof",
}
"""Which document shows a field that no register shows."""

READ_AGAIN = timedelta(minutes=1)  # drawing the pages of a document takes some seconds


def documents_for(fields: Iterable[str]) -> frozenset[str]:
    """Return the kinds of document that a change of these fields should come with."""
    return frozenset(PROVES[name] for name in fields if name in PROVES)


def read_documents(session: Session, case: Case, trader: Trader) -> list[Finding]:
    """Say of each kind whether its newest document can be read."""
    rows = select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    newest = {row.kind: row for row in session.scalars(rows)}
    return [
        _finding(kind, newest.get(kind), trader.missing)
        for kind in LABELS
        if kind in trader.documents or kind in newest
    ]


def _finding(kind: str, document: Attachment | None, missing: Outcome) -> Finding:
    def found(outcome: Outcome, *lines: Text) -> Finding:
        headline, *proof = lines
        retry_at = now() + READ_AGAIN if outcome == Outcome.UNAVAILABLE else None
        return Finding(
            outcome, headline, tuple(proof), retry_at=retry_at, part=kind, label=LABELS[kind]
        )

    if document is None:
        return found(missing, text("The document was not sent."))
    if document.problem:
        return found(Outcome.FAIL, Text(**document.problem))
    if document.pages_state == PagesState.PENDING:
        return found(Outcome.UNAVAILABLE, text("The pages are being drawn."))
    if document.warnings:
        return found(Outcome.WARN, *(Text(**warning) for warning in document.warnings))
    return found(
        Outcome.PASS, text("Sent and readable, pages: %(count)s", count=document.page_count)
    )
