"""`python -m jobs.schedule`: what runs by itself, and how often.

Each run is a row (name, period) written in the transaction of the run's own work: two schedulers do
it once, and a run that was killed is done again. Long work is owed to the outbox from here.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice import create_app
from backoffice.core.clock import now
from backoffice.core.schedule import begin_run
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from jobs.process import repeat, set_up_log

log = logging.getLogger(__name__)

ROUND_SECONDS = 1.0
AFTER_A_FAULT_SECONDS = 60


class Periodic(NamedTuple):
    """A function of a session, named by its dotted path, and how often it runs."""

    name: str
    every: timedelta
    path: str


SCHEDULE = (
    Periodic("expire-waits", timedelta(minutes=1), "backoffice.core.waiting.expire_waits"),
    Periodic(
        "tell-submissions",
        timedelta(minutes=1),
        "backoffice.queues.listings.digest.tell_submissions",
    ),
    Periodic(
        "declare-statements",
        timedelta(minutes=1),
        "backoffice.marketplace.transparency.owe.queue_final_entries",
    ),
    Periodic(
        "apply-terminations",
        timedelta(minutes=1),
        "backoffice.marketplace.sanction.due.apply_due_terminations",
    ),
    Periodic(
        "end-suspensions",
        timedelta(minutes=1),
        "backoffice.marketplace.sanction.due.end_due_suspensions",
    ),
    Periodic(
        "remind-sellers",
        timedelta(minutes=5),
        "backoffice.marketplace.order_watch.remind.remind",
    ),
    Periodic(
        "sweep-stripe-events",
        timedelta(minutes=1),
        "backoffice.billing.stripe_events.sweep_events",
    ),
    Periodic(
        "begin-subscriptions",
        timedelta(hours=1),
        "backoffice.billing.subscription_sync.owe_missing",
    ),
    Periodic("dun", timedelta(minutes=5), "backoffice.billing.dunning.dun"),
    Periodic("end-unpaid", timedelta(minutes=5), "backoffice.billing.dunning.restore_paid"),
    Periodic("sweep-balance", timedelta(hours=1), "backoffice.billing.balance_txns.owe_sweep"),
    Periodic("sum-days", timedelta(minutes=5), "backoffice.billing.ledger_day.sum_days"),
    Periodic("seal-entries", timedelta(minutes=1), "backoffice.billing.seal.seal_entries"),
    Periodic(
        "reopen-overdue", timedelta(hours=1), "backoffice.billing.goods_overdue.reopen_overdue"
    ),
    Periodic(
        "commission-invoices",
        timedelta(days=1),
        "backoffice.billing.commission_statement.owe_commission_invoices",
    ),
    Periodic(
        "execute-erasures",
        timedelta(minutes=1),
        "backoffice.queues.erasures.executing.owe_next_steps",
    ),
    Periodic("purge-retained", timedelta(hours=1), "backoffice.marketplace.erasing.purge.purge"),
    Periodic(
        "purge-invoices",
        timedelta(hours=1),
        "backoffice.billing.invoice_retention.purge_invoices",
    ),
    Periodic("read-mailbox", timedelta(minutes=1), "jobs.mailbox.owe_reading"),
    Periodic("forget-presence", timedelta(days=1), "backoffice.core.presence.forget_presence"),
    Periodic("forget-runs", timedelta(days=1), "backoffice.core.schedule.forget_runs"),
    Periodic("forget-keys", timedelta(hours=1), "backoffice.intake.idempotency.forget_old_keys"),
)


class Scheduler:
    """Runs what is due; remembers only what needs not be asked again."""

    def __init__(self, schedule: tuple[Periodic, ...] = SCHEDULE) -> None:
        self._schedule = schedule
        self._done: dict[str, datetime] = {}
        self._not_before: dict[str, float] = {}

    def round(self) -> None:
        """Run what is due and was not run by anybody; a fault in one job leaves the others."""
        for job in self._schedule:
            period = period_of(job.every, now())
            is_resting = time.monotonic() < self._not_before.get(job.name, 0)
            if self._done.get(job.name) == period or is_resting:
                continue
            try:
                run(job, period)
                self._done[job.name] = period
            except Exception:
                log.exception("%s failed; trying again in %s s", job.name, AFTER_A_FAULT_SECONDS)
                self._not_before[job.name] = time.monotonic() + AFTER_A_FAULT_SECONDS


def run(job: Periodic, period: datetime) -> None:
    """Do one run, unless it was done already."""
    with unit_of_work(db.session()) as session:
        if begin_run(session, job.name, period):
            resolve(job.path)(session)


def resolve(path: str) -> Callable[[Session], object]:
    """Return the function at a dotted path."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def period_of(every: timedelta, at: datetime) -> datetime:
    """Return when the period that holds this moment began, counted from 1970."""
    start = datetime.fromtimestamp(0, UTC)
    return at - (at - start) % every


def main() -> None:
    """Run the schedule until told to stop."""
    set_up_log()
    with create_app().app_context():
        repeat(Scheduler().round, ROUND_SECONDS)


if __name__ == "__main__":
    main()
