"""What a machine can say before a person looks; a check never decides."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import JSON, ForeignKey, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.text import Text


class Outcome(StrEnum):
    """What a check found, worst first."""

    FAIL = "fail"
    WARN = "warn"
    UNAVAILABLE = "unavailable"
    PASS = "pass"  # noqa: S105 (an outcome)


RANK: dict[str, int] = {outcome: rank for rank, outcome in enumerate(Outcome)}
"""Of each outcome, the worst being 0."""


@dataclass(frozen=True)
class Finding:
    """What a check found: outcome, one sentence, its proof, and the raw answer kept.

    `facts` may hold `verifies`, the items of the subject that a pass proves, and `fields`, what to
    say beside fields of the subject. A check that finds several things names each as a `part`.
    """

    outcome: Outcome
    headline: Text
    proof: tuple[Text, ...] = ()
    source: str = ""
    evidence: bytes | None = None
    retry_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    part: str = ""
    label: str = ""  # of the part


@dataclass(frozen=True)
class Check:
    """One named check of a queue; one question asked outside may answer several things."""

    name: str
    label: str
    run: Callable[[Session, Case, Any], Finding | Sequence[Finding]]

    def findings(self, session: Session, case: Case, subject: Any) -> list[Finding]:
        """Run the check and return what it found, be it one thing or several."""
        found = self.run(session, case, subject)
        return [found] if isinstance(found, Finding) else list(found)


class CheckResult(NamedTuple):
    """The newest result of one check, or of a part of it, on one case, with its proof."""

    name: str
    label: str
    outcome: str
    headline: dict[str, Any]
    at: datetime
    part: str = ""
    source: str = ""
    proof: Sequence[dict[str, Any]] = ()
    facts: Mapping[str, Any] = {}
    retry_at: datetime | None = None

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "CheckResult":
        """Read what `result_json` wrote."""
        times = {name: datetime.fromisoformat(kept[name]) for name in TIMES if name in kept}
        return cls(**kept | times)


TIMES = ("at", "retry_at")


class CheckReport(Base):
    """The results of a case's checks, all in one row: cases come in by the hundred thousand."""

    __tablename__ = "check_report"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    # Never looked into by a statement: as text it costs half.
    results: Mapped[list[Any]] = mapped_column(JSON, default=list, info=marked(Personal.PARTY))


class CheckEvidence(Base):
    """The raw answer from outside that a result rests on."""

    __tablename__ = "check_evidence"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    part: Mapped[str] = mapped_column(primary_key=True, info=marked(Personal.NONE))
    body: Mapped[bytes] = mapped_column(LargeBinary, info=marked(Personal.PARTY))


def store(session: Session, case: Case, check: Check, findings: Sequence[Finding]) -> None:
    """Keep what a check found in place of what it found before; the case must be locked."""
    report = session.get(CheckReport, case.id, populate_existing=True)
    if report is None:
        report = CheckReport(case_id=case.id, results=[])
        session.add(report)
    by_check: dict[str, list[dict[str, Any]]] = {}
    for kept in report.results:
        by_check.setdefault(kept["name"], []).append(kept)
    at = now().isoformat()
    by_check[check.name] = [result_json(check, one, at) for one in findings]
    report.results = [*chain.from_iterable(by_check.values())]
    session.execute(
        delete(CheckEvidence).where(
            CheckEvidence.case_id == case.id, CheckEvidence.name == check.name
        )
    )
    session.add_all(CheckEvidence(**one) for one in evidence_values(case.id, check, findings))
    session.flush()


def result_json(check: Check, finding: Finding, at: str) -> dict[str, Any]:
    """Return the form in which a report keeps a finding: what is empty is left out."""
    kept: dict[str, Any] = {
        "name": check.name,
        "label": finding.label or check.label,
        "outcome": finding.outcome,
        "headline": finding.headline.to_json(),
        "at": at,
    }
    if finding.part:
        kept["part"] = finding.part
    if finding.source:
        kept["source"] = finding.source
    if finding.proof:
        kept["proof"] = [line.to_json() for line in finding.proof]
    if finding.facts:
        kept["facts"] = finding.facts
    if finding.retry_at:
        kept["retry_at"] = finding.retry_at.isoformat()
    return kept


def evidence_values(
    case_id: int, check: Check, findings: Iterable[Finding]
) -> list[dict[str, Any]]:
    """Return the columns of the raw answers that findings rest on."""
    return [
        {"case_id": case_id, "name": check.name, "part": one.part, "body": one.evidence}
        for one in findings
        if one.evidence is not None
    ]


def results_of(session: Session, case: Case) -> list[CheckResult]:
    """Return a case's results, worst first."""
    kept = session.scalar(select(CheckReport.results).where(CheckReport.case_id == case.id))
    results = [CheckResult.from_json(one) for one in kept or ()]
    return sorted(results, key=lambda one: RANK[one.outcome])


def summarise(session: Session, case: Case) -> None:
    """Write on the case how its checks ended, so that lists name the worst one."""
    rows = results_of(session, case)
    worst = (rows[0].outcome, rows[0].headline) if rows else (None, None)
    for name, value in summary_of([row.outcome for row in rows], *worst).items():
        setattr(case, name, value)


def summary_of(
    outcomes: Iterable[str], worst: str | None, headline: dict[str, Any] | None
) -> dict[str, Any]:
    """Return a case's columns that sum its results up: how many of each, and the worst."""
    return {
        "check_counts": dict(Counter(outcomes)),
        "check_worst": worst,
        "check_headline": headline if worst != Outcome.PASS else None,
    }
