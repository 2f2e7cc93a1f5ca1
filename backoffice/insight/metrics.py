"""Figures for monitoring, in Prometheus' format; read from the database at each scrape."""

import hmac
from collections.abc import Iterator

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.extensions import db
from backoffice.insight.queues import OPEN, is_late
from backoffice.staff.guard import public
from config.settings import get_settings

blueprint = Blueprint("metrics", __name__)
WAITING = (OutboxState.PENDING, OutboxState.DEAD)


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Answer the figures to who brings the token of its own."""
    expected = f"Bearer {get_settings().metrics_token.get_secret_value()}".encode()
    given = request.headers.get("Authorization", "").encode()
    if len(expected) < len("Bearer ") + 16 or not hmac.compare_digest(expected, given):
        abort(404)
    registry = CollectorRegistry()
    registry.register(Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Figures:
    """Collects: open and late cases by queue, rows of the outbox by channel and state."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every gauge."""
        yield self._cases()
        yield self._outbox()

    def _cases(self) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily("backoffice_cases", "Cases not closed", labels=["queue", "late"])
        query = select(Case.queue, func.count(), func.count().filter(is_late(now())))
        for queue, total, late in db.session.execute(query.where(OPEN).group_by(Case.queue)):
            gauge.add_metric([queue, "no"], total - late)
            gauge.add_metric([queue, "yes"], late)
        return gauge

    def _outbox(self) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily("backoffice_outbox", "Rows not sent", labels=["channel", "state"])
        query = select(OutboxMessage.channel, OutboxMessage.state, func.count())
        query = query.where(OutboxMessage.state.in_(WAITING))
        for channel, state, total in db.session.execute(
            query.group_by(OutboxMessage.channel, OutboxMessage.state)
        ):
            gauge.add_metric([channel, state], total)
        return gauge
