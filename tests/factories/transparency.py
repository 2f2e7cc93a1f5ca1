"""Entries of the transparency database for tests: from coded reasons, and from real decisions."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, Reason, Statement
from backoffice.marketplace.transparency.compose import Facts, compose
from backoffice.marketplace.transparency.entry import Entry
from backoffice.marketplace.transparency.model import TransparencyEntry
from backoffice.marketplace.transparency.owe import queue_final_entries
from config.settings import ROOT
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_live_case

REASONS = {one["code"]: one for one in json.loads((ROOT / "config/reasons.json").read_text())}
AT = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)  # the 10th in Paris
TYPED = "Madame Ségolène Vandermeersch l’a reconnu au téléphone."
"""What a moderator may write of a case: nothing of it may reach the database."""


def make_reason(code: str, /, **more: Any) -> Reason:
    """Return a reason of the file, not stored."""
    return Reason(**REASONS[code] | more)


def make_statement(
    measure: str = "suspend_listing", *, recipient_kind: str = "seller", target: str = "",
    **parts: Any,
) -> Statement:  # fmt: skip
    """Return a statement, not stored."""
    said = {"source": "own_initiative", "automated_detection": True, "automated_decision": False}
    return Statement(
        recipient_kind=recipient_kind, recipient_id=1, locale="fr", measure=measure,
        target=target, parts=said | parts, sha256="",
    )  # fmt: skip


def make_body(*codes: str, measure: str = "suspend_listing", **more: Any) -> dict[str, Any]:
    """Return what is sent for a statement on these reasons."""
    reasons = [make_reason(code) for code in codes or ("listing_counterfeit",)]
    entry = compose("sor-1", make_statement(measure), Facts(AT, **more), reasons, AT)
    return entry_json(entry)


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is sent."""
    return entry.model_dump(mode="json", exclude_none=True)


def suspend(
    session: Session, code: str = "listing_counterfeit", *, settled: bool = True, **more: Any
) -> Decision:
    """Suspend one more listing for this reason, by a real decision."""
    data = {**refusal(session, code), "facts": TYPED}
    case: Case = more.pop("case", None) or make_live_case(session)
    return decided(session, case, "suspend", data, settled=settled, **more)


def entry_of(session: Session, decision: Decision) -> TransparencyEntry:
    """Return the entry of a decision's last statement."""
    statement = decision.statements[-1]
    found = select(TransparencyEntry).where(TransparencyEntry.statement_id == statement.id)
    return session.scalars(found).one()


def owe_entries(session: Session, count: int) -> list[TransparencyEntry]:
    """Decide so often, and queue the entries as the schedule does."""
    entries = [entry_of(session, suspend(session)) for _ in range(count)]
    queue_final_entries(session)
    session.flush()
    return entries
