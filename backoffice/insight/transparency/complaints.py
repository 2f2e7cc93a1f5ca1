"""Complaints of a year: against what, how they ended, how fast, how often one was right."""

from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, Reason
from backoffice.core.text import N_, text
from backoffice.insight.sections import Row, Section
from backoffice.insight.transparency.year import Year, as_time
from backoffice.queues.appeals.model import Appeal

BASES = {
    "law": N_("A measure on the basis of the law"),
    "terms": N_("A measure on the basis of our terms"),
    "notice": N_("What was done about a notice, by who sent it"),
    "other": N_("Another decision"),
}
HEADS = (
    N_("Received"),
    N_("Confirmed"),
    N_("Overturned"),
    N_("Amended"),
    N_("Decisions reversed"),
    N_("Median time"),
)


def complaints(session: Session, year: Year) -> Section:
    """Return the complaints received in the year and the answers given in it, by their basis."""
    found: dict[str, list[Any]] = {basis: [0, 0, 0, 0, 0, None] for basis in BASES}
    basis = _basis()
    received = select(basis, func.count()).join(Decision, Decision.id == Appeal.decision_id)
    for name, number in session.execute(
        received.where(year.holds(Appeal.received_at)).group_by(basis)
    ):
        found[name][0] = number
    for name, *counts, median in session.execute(
        _closed(year).with_only_columns(basis, *_outcomes(), _median())
        .group_by(basis)
    ):  # fmt: skip
        found[name][1:] = *counts, sum(counts[1:]), as_time(median)
    rows = [Row(text(BASES[name]), values) for name, values in found.items()]
    sums = [sum(values[n] for values in found.values()) for n in range(5)]
    median = session.scalar(_closed(year).with_only_columns(_median()))
    rows.append(Row(text(N_("All")), [*sums, as_time(median)]))
    note = N_("Reversed are the decisions that were overturned or amended.")
    return Section("complaints", N_("Complaints"), note, N_("Against"), HEADS, rows)


def _basis() -> Any:
    is_law = Decision.reasons.any(Reason.ground == "illegal")
    return case(
        (Appeal.party_kind == "notifier", "notice"),
        (is_law, "law"),
        (Decision.reasons.any(), "terms"),
        else_="other",
    )


def _closed(year: Year) -> Select[Any]:
    return (
        select(Appeal.id)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Case, and_(Case.subject_id == Appeal.id, Case.queue == "appeals"))
        .where(year.holds(Case.closed_at))
    )


def _outcomes() -> list[Any]:
    outcomes = ("confirmed", "overturned", "amended")
    return [func.count().filter(Case.resolution == one) for one in outcomes]


def _median() -> Any:
    took = func.extract("epoch", Case.closed_at - Case.received_at)
    return func.percentile_cont(0.5).within_group(took)
