"""How often decisions are overturned on appeal: by queue, by reason, by who decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionReason, Reason
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_, text
from backoffice.insight.queues import OVERTURNED
from backoffice.insight.sections import Row, Section
from backoffice.queues.appeals.model import Appeal
from backoffice.staff.model import Staff

HEADS = (N_("Contested"), N_("Overturned or amended"), N_("Share"))
JUDGED = ("confirmed", *OVERTURNED)
NOTE = N_("Appeals that were decided in the period; the decision contested is counted once each.")


def overturned(session: Session, since: datetime) -> Sequence[Section]:
    """Return the three tables over the appeals decided since then."""
    label = Reason.label_en if str(get_locale()) == "en" else Reason.label_fr
    by_reason = (
        _judged(label, since)
        .join(DecisionReason, DecisionReason.decision_id == Decision.id)
        .join(Reason, Reason.id == DecisionReason.reason_id)
    )
    by_decider = _judged(Staff.name, since).join(Staff, Staff.id == Decision.actor_id)
    by_queue = [
        Row(text(QUEUES[slug].title) if slug in QUEUES else slug, values)
        for slug, values in _rows(session, _judged(Decision.queue, since))
    ]
    return (
        Section("queues", N_("By queue"), NOTE, N_("Queue"), HEADS, by_queue),
        _section(session, "reasons", N_("By reason"), N_("Reason"), by_reason),
        _section(session, "deciders", N_("By who decided"), N_("Person"), by_decider),
    )


def _section(session: Session, name: str, title: str, first: str, query: Select[Any]) -> Section:
    rows = [Row(label, values) for label, values in _rows(session, query)]
    return Section(name, title, NOTE, first, HEADS, rows)


def _judged(by: Any, since: datetime) -> Select[Any]:
    return (
        select(by, func.count(), func.count().filter(Case.resolution.in_(OVERTURNED)))
        .select_from(Appeal)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Case, and_(Case.subject_id == Appeal.id, Case.queue == "appeals"))
        .where(Case.closed_at >= since, Case.resolution.in_(JUDGED))
        .group_by(by)
        .order_by(func.count().desc(), by)
    )


def _rows(session: Session, query: Select[Any]) -> list[tuple[Any, list[Any]]]:
    return [
        (label, [contested, reversed_, reversed_ / contested])
        for label, contested, reversed_ in session.execute(query)
    ]
