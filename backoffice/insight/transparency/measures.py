"""Measures of a year: those taken on our own initiative, and suspensions for misuse."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.decision import Decision, DecisionState, Reason, Statement
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_, Text, text
from backoffice.insight.sections import Row, Section
from backoffice.insight.transparency.year import Year
from backoffice.marketplace.sanction import Sanction, SanctionKind, SubjectKind

HEADS = (
    N_("How many"),
    N_("On the basis of the law"),
    N_("On the basis of our terms"),
    N_("Found with automated means"),
)


def own_measures(session: Session, year: Year) -> Section:
    """Return the measures of the year that no notice and no complaint caused, by kind."""
    is_law = Decision.reasons.any(Reason.ground == "illegal")
    detected = Statement.parts["automated_detection"].as_boolean()
    found = session.execute(
        select(
            Statement.measure,
            func.count(),
            func.count().filter(is_law),
            func.count().filter(~is_law),
            func.count().filter(detected),
        )
        .join(Decision, Decision.id == Statement.decision_id)
        .where(Decision.state == DecisionState.EXECUTED, year.holds(Decision.executed_at))
        .where(Statement.measure != "")
        .where(Statement.parts["source"].as_string() == "own_initiative")
        .group_by(Statement.measure)
        .order_by(Statement.measure)
    )
    labels = _labels()
    rows = [Row(labels.get(code, code), values) for code, *values in found]
    sums = [sum(row.values[n] for row in rows) for n in range(len(HEADS))]  # type: ignore[misc]  # no cell of these is empty
    rows.append(Row(text(N_("All")), sums))
    note = N_("Measures that still stand, each with a statement of reasons; all were decided by "
              "a person.")  # fmt: skip
    return Section("own", N_("Own initiative"), note, N_("Measure"), HEADS, rows)


def _labels() -> dict[str, Text]:
    """Return what the measures are called, by their code."""
    return {
        action.code: text(
            "%(queue)s: %(measure)s", queue=text(queue.title), measure=text(action.label)
        )
        for queue in QUEUES.values()
        for action in queue.actions
        if action.code
    }


def suspensions(session: Session, year: Year) -> Section:
    """Return the suspensions for misuse (DSA art. 23) that began in the year, by what was misused.

    None for complaints is ever imposed: a party contests a decision once.
    """
    found = dict(
        session.execute(
            select(Sanction.subject_kind, func.count())
            .where(Sanction.kind == SanctionKind.SUSPENSION, Sanction.lifted_at.is_(None))
            .where(year.holds(Sanction.starts_at))
            .group_by(Sanction.subject_kind)
        ).all()
    )
    rows = [
        Row(text(N_("Manifestly illegal content")), [found.get(SubjectKind.SELLER, 0)]),
        Row(text(N_("Manifestly unfounded notices")), [found.get(SubjectKind.NOTIFIER, 0)]),
        Row(text(N_("Manifestly unfounded complaints")), [0]),
    ]
    note = N_("Suspensions that were not taken back; each party contests a decision once, so none "
              "is suspended for its complaints.")  # fmt: skip
    return Section(
        "suspensions",
        N_("Suspensions for misuse"),
        note,
        N_("What is counted"),
        (N_("How many"),),
        rows,
    )
