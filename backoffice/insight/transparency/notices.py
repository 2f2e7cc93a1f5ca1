"""Notices of a year by kind: who sent them, what followed, on which ground, how fast."""

from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState, Reason
from backoffice.core.text import N_, text
from backoffice.insight.sections import Row, Section
from backoffice.insight.transparency.year import Year, as_time
from backoffice.marketplace.notifier import Notifier, NotifierKind
from backoffice.queues.notices.model import KINDS, Notice, NoticeKind

ACTED = ("upheld", "upheld_in_part")
ENDED = (*ACTED, "dismissed")
TOOK_EFFECT = (DecisionState.EXECUTED, DecisionState.SUPERSEDED)
HEADS = (
    N_("Received"),
    N_("Trusted flaggers"),
    N_("Action by law"),
    N_("Action by our terms"),
    N_("No action"),
    N_("Automated"),
    N_("Median time"),
)


def notices(session: Session, year: Year) -> Section:
    """Return the notices received in the year, and the decisions taken in it, by kind."""
    found: dict[str, list[Any]] = {kind: [0, 0, 0, 0, 0, 0, None] for kind in KINDS}
    for kind, received, trusted in session.execute(_received(year)):
        found[kind][0:2] = received, trusted
    for kind, law, terms, nothing in session.execute(_decided(year)):
        found[kind][2:5] = law, terms, nothing
    median, by_kind = _median(year)
    for kind, seconds in session.execute(by_kind):
        found[kind][6] = as_time(seconds)
    rows = [Row(text(KINDS[NoticeKind(kind)]), values) for kind, values in found.items()]
    sums = [sum(values[n] for values in found.values()) for n in range(6)]
    rows.append(Row(text(N_("All")), [*sums, as_time(session.scalar(median))]))
    note = N_("Actions are the decisions of the year that stand; one with several grounds counts "
              "under the law. The time runs from receipt to the first decision.")  # fmt: skip
    return Section("notices", N_("Notices"), note, N_("Kind of notice"), HEADS, rows)


def _received(year: Year) -> Any:
    is_trusted = and_(Notifier.kind == NotifierKind.TRUSTED_FLAGGER, Notice.is_proven)
    return (
        select(Notice.kind, func.count(), func.count().filter(is_trusted))
        .outerjoin(Notifier, Notifier.id == Notice.notifier_id)
        .where(year.holds(Notice.received_at))
        .group_by(Notice.kind)
    )


def _decided(year: Year) -> Any:
    is_law = Decision.reasons.any(Reason.ground == "illegal")
    acted = Decision.resolution.in_(ACTED)
    return (
        _of_notices(
            select(
                Notice.kind,
                func.count().filter(and_(acted, is_law)),
                func.count().filter(and_(acted, ~is_law)),
                func.count().filter(~acted),
            )
        )
        .where(Decision.state == DecisionState.EXECUTED, year.holds(Decision.executed_at))
        .group_by(Notice.kind)
    )


def _of_notices(query: Any) -> Any:
    return (
        query.select_from(Decision)
        .join(Case, Case.id == Decision.case_id)
        .join(Notice, Notice.id == Case.subject_id)
        .where(Case.queue == "notices", Decision.resolution.in_(ENDED))
    )


def _median(year: Year) -> tuple[Select[Any], Select[Any]]:
    """Select the median time from receipt to the first decision taken in the year: of all, and by
    kind.
    """
    first = (
        select(Decision.case_id, func.min(Decision.executed_at).label("at"))
        .where(Decision.state.in_(TOOK_EFFECT), Decision.resolution.in_(ENDED))
        .where(Decision.queue == "notices")
        .group_by(Decision.case_id)
        .subquery("first")
    )
    took = func.extract("epoch", first.c.at - Case.received_at)
    median = func.percentile_cont(0.5).within_group(took)
    overall = (
        select(median)
        .select_from(Notice)
        .join(Case, and_(Case.subject_id == Notice.id, Case.queue == "notices"))
        .join(first, first.c.case_id == Case.id)
        .where(year.holds(first.c.at))
    )
    return overall, overall.with_only_columns(Notice.kind, median).group_by(Notice.kind)
