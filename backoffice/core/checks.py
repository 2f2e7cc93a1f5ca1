"""What a machine can say before a person looks; a check never decides."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.core.base import Base, Identified, Personal, marked
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.text import Text


class Outcome(StrEnum):
    """What a check found, worst first."""

    FAIL = "fail"
    WARN = "warn"
    UNAVAILABLE = "unavailable"
    PASS = "pass"  # noqa: S105 (an outcome)


WORST_FIRST = tuple(Outcome)


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


class CheckResult(Identified, Base):
    """The newest result of one check, or of a part of it, on one case, with its proof."""

    __tablename__ = "check_result"
    __table_args__ = (
        UniqueConstraint("case_id", "name", "part"),
        CheckConstraint("outcome in ('fail', 'warn', 'unavailable', 'pass')", name="outcome"),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    part: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    label: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    outcome: Mapped[str] = mapped_column(info=marked(Personal.NONE))
    headline: Mapped[dict[str, Any]] = mapped_column(JSONB, info=marked(Personal.PARTY))
    proof: Mapped[list[Any]] = mapped_column(JSONB, default=list, info=marked(Personal.PARTY))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=marked(Personal.PARTY))
    source: Mapped[str] = mapped_column(default="", info=marked(Personal.NONE))
    evidence: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=marked(Personal.PARTY)
    )
    at: Mapped[datetime] = mapped_column(default=now)
    retry_at: Mapped[datetime | None]


def store(session: Session, case: Case, check: Check, findings: Sequence[Finding]) -> None:
    """Keep what a check found in place of what it found before."""
    rows = session.scalars(
        select(CheckResult).where(CheckResult.case_id == case.id, CheckResult.name == check.name)
    )
    before = {row.part: row for row in rows}
    for finding in findings:
        row = before.pop(finding.part, None)
        row = row or CheckResult(case_id=case.id, name=check.name)
        for name, value in result_values(check, finding).items():
            setattr(row, name, value)
        session.add(row)
    for gone in before.values():
        session.delete(gone)
    session.flush()


def result_values(check: Check, finding: Finding) -> dict[str, Any]:
    """Return the columns that hold a finding."""
    return {
        "part": finding.part,
        "label": finding.label or check.label,
        "outcome": finding.outcome,
        "headline": finding.headline.to_json(),
        "proof": [line.to_json() for line in finding.proof],
        "facts": finding.facts,
        "source": finding.source,
        "evidence": finding.evidence,
        "at": now(),
        "retry_at": finding.retry_at,
    }


def results_of(session: Session, case: Case) -> list[CheckResult]:
    """Return a case's results, worst first."""
    rows = session.scalars(select(CheckResult).where(CheckResult.case_id == case.id)).all()
    return sorted(rows, key=lambda row: (WORST_FIRST.index(Outcome(row.outcome)), row.id))


def summarise(session: Session, case: Case) -> None:
    """Write on the case how its checks ended, so that lists name the worst one."""
    rows = results_of(session, case)
    for name, value in summary_of([(row.outcome, row.headline) for row in rows]).items():
        setattr(case, name, value)


def summary_of(results: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return a case's columns that sum its results up; given (outcome, headline), worst first."""
    outcome, headline = results[0] if results else (None, None)
    return {
        "check_counts": dict(Counter(outcome for outcome, _ in results)),
        "check_worst": outcome,
        "check_headline": headline if outcome != Outcome.PASS else None,
    }
