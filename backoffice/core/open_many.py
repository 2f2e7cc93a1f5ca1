"""Opening many cases at once: row for row what `open_case` makes, checks already run.

Columns and details come from the functions that `open_case` uses, so the two cannot drift.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from backoffice.core import search
from backoffice.core.audit import record_first
from backoffice.core.case import Case, CaseEvent, CaseKey, QueueStay
from backoffice.core.checks import (
    RANK,
    Check,
    CheckEvidence,
    CheckReport,
    Finding,
    evidence_values,
    result_json,
    summary_of,
)
from backoffice.core.clock import now
from backoffice.core.copy import Json, copy_rows, next_ids, to_json, vectors_of
from backoffice.core.deadline import due_for
from backoffice.core.open import case_values, event_of, new_references, opening, stay_of
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.queue import Queue


class Examined(NamedTuple):
    """A subject that has a number but no case yet, and what each check found of it."""

    subject: Any
    found: Sequence[tuple[Check, Finding]] = ()


class Opened(NamedTuple):
    """A case that was opened: its number and its reference."""

    id: int
    reference: str


def open_cases(
    session: Session, queue: Queue, examined: Sequence[Examined], *, actor: Actor, channel: str,
    kind: str = "", received_at: datetime | None = None,
) -> list[Opened]:  # fmt: skip
    """Open a case about each subject, in order; the caller's transaction makes all last."""
    if not examined:
        return []
    received_at = received_at or now()
    due = due_for(session, queue.slug, kind, received_at)
    ids = next_ids(session, Case, len(examined))
    names = new_references(session, queue, len(examined))
    cases = [
        {"id": id_, **case_values(queue, one.subject, name, due, kind, channel, received_at)}
        | _summary(one.found)
        for id_, name, one in zip(ids, names, examined, strict=True)
    ]
    texts = [" ".join(search.words(queue.words(session, one.subject))) for one in examined]
    for case, vector in zip(cases, vectors_of(session, texts), strict=True):
        case["words"] = vector
    _copy(session, Case, cases)
    _copy(session, QueueStay, [stay_of(one["id"], queue.slug, due.due_at) for one in cases])
    _copy_keys(session, queue, cases, examined)
    _copy(session, CaseEvent, [event_of(id_, actor, "opened") for id_ in ids])
    details = {f"case:{one['id']}": opening(one["reference"], channel) for one in cases}
    record_first(session, verb=f"{queue.noun}.opened", actor=actor, details=details)
    _copy_results(session, cases, examined)
    return [Opened(one["id"], one["reference"]) for one in cases]


def _copy_keys(
    session: Session, queue: Queue, cases: list[dict[str, Any]], examined: Sequence[Examined]
) -> None:
    rows = [
        (case["id"], kind, value)
        for case, one in zip(cases, examined, strict=True)
        for kind, value in search.stored_keys(case["reference"], queue.keys(session, one.subject))
    ]
    copy_rows(session, CaseKey, ("case_id", "kind", "value"), rows)


def _copy_results(
    session: Session, cases: list[dict[str, Any]], examined: Sequence[Examined]
) -> None:
    """Keep what the checks found, and say on each timeline that they ran."""
    looked_at = [(case, one) for case, one in zip(cases, examined, strict=True) if one.found]
    write = _Writer()
    reports = [(case["id"], write.report(one.found)) for case, one in looked_at]
    copy_rows(session, CheckReport, ("case_id", "results"), reports)
    answers = [
        values
        for case, one in looked_at
        for check, finding in one.found
        if finding.evidence is not None
        for values in evidence_values(case["id"], check, [finding])
    ]
    _copy(session, CheckEvidence, answers)
    done = [
        event_of(case["id"], SYSTEM, "checks_done") | {"values": case["check_counts"]}
        for case, _ in looked_at
    ]
    _copy(session, CaseEvent, done)


class _Writer:
    """Writes reports as JSON text; what checks say of most subjects alike is written once."""

    def __init__(self) -> None:
        self._at = now().isoformat()
        self._known: dict[tuple[str, int], str] = {}  # by check and the finding's identity

    def report(self, found: Sequence[tuple[Check, Finding]]) -> Json:
        """Return the text of a report."""
        return Json(f"[{','.join(map(self._result, found))}]")

    def _result(self, found: tuple[Check, Finding]) -> str:
        check, finding = found
        key = (check.name, id(finding))
        if key not in self._known:
            self._known[key] = to_json(result_json(check, finding, self._at)) or ""
        return self._known[key]


def _summary(found: Sequence[tuple[Check, Finding]]) -> dict[str, Any]:
    if not found:
        return summary_of((), None, None)
    _, worst = min(found, key=lambda one: RANK[one[1].outcome])
    outcomes = [finding.outcome for _, finding in found]
    summary = summary_of(outcomes, worst.outcome, worst.headline.to_json())
    return summary | {"check_counts": Json(to_json(summary["check_counts"]))}


def _copy(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Add rows that are given as columns by name, all of them in one order."""
    if rows:
        copy_rows(session, model, list(rows[0]), [list(row.values()) for row in rows])
