"""Work asked for in a transaction: run a case's checks, draw pages, ask Stripe…"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.billing.balance_txns import HEAR, SWEEP
from backoffice.billing.chargeback import PREPARE
from backoffice.billing.commission_statement import INVOICE_COMMISSIONS, invoice_commissions
from backoffice.billing.giving_up import GIVE_UP, give_up
from backoffice.billing.invoice_files import render_invoice
from backoffice.billing.invoicing import RENDER
from backoffice.billing.payout import LIST
from backoffice.billing.refund_outcome import FEE
from backoffice.billing.refund_sending import prepare_chargeback, send_fee, send_refund
from backoffice.billing.refunding import SEND
from backoffice.billing.stripe_events import APPLY, APPLY_MONTH
from backoffice.billing.subscribing import SYNC
from backoffice.billing.subscription_sync import DELETE, delete_customer, sync_subscription
from backoffice.core.case import Case, State
from backoffice.core.checks import Check, Finding, Outcome, store, summarise
from backoffice.core.clock import now
from backoffice.core.document import make_page_images
from backoffice.core.lease import mark_failed, mark_sent
from backoffice.core.open import ask_checks, note_event
from backoffice.core.outbox import Channel, OutboxMessage, put_work
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.text import text
from backoffice.core.work import unit_of_work
from backoffice.desk.bulk import run_bulk
from backoffice.extensions import db
from backoffice.marketplace.erasing.files import FORGET, forget_files
from backoffice.marketplace.pictures import FETCH
from backoffice.queues.erasures.executing import EXECUTE, go_on
from backoffice.queues.erasures.papers import FORGET_IDENTITY, forget_papers
from jobs.billing import apply_month, apply_stripe_event, hear_of_move, list_payout, sweep_balance
from jobs.imports import go_on_with_import
from jobs.mailbox import READ, read_mailbox
from jobs.pictures import fetch_pictures

log = logging.getLogger(__name__)

AFTER_A_FAULT = timedelta(hours=1)  # ours: somebody must mend it first


def do_work(session: Session, rows: Sequence[OutboxMessage]) -> None:
    """Do what leased rows ask for; each piece may be done twice and changes nothing twice."""
    for row in rows:
        try:
            WORK[row.event](session, **row.payload)
        except Exception as error:
            log.exception("%s of row %s failed", row.event, row.id)
            with unit_of_work(session):
                retry_at = getattr(error, "retry_at", None)
                mark_failed(session, row, repr(error), retry_at=retry_at)
        else:
            with unit_of_work(session):
                mark_sent(session, row, None)


def run_checks(session: Session, case_id: int, names: Sequence[str] = ()) -> None:
    """Run a case's checks (or those named), each in a short transaction of its own.

    A check that fails to run is `unavailable`; those are asked again later. What was found of a
    case that changed meanwhile is dropped and asked anew. The version stays: a check decides
    nothing.
    """
    with unit_of_work(session):
        case = session.get(Case, case_id, populate_existing=True)
        if case is None or case.state == State.CLOSED:
            return
        checks = [one for one in queue_of(case).checks if not names or one.name in names]
    found: dict[str, list[Finding]] = {}
    for check in checks:
        with unit_of_work(session):
            session.expire_all()
            case = session.get_one(Case, case_id)
            version = case.version
            found[check.name] = _findings(session, case, check)
            case = _lock(session, case_id)
            if case.version != version and case.state != State.CLOSED:
                ask_checks(session, queue_of(case), case)
                return
            store(session, case, check, found[check.name])
    with unit_of_work(session):
        _conclude(session, _lock(session, case_id), found, is_retry=bool(names))


def _lock(session: Session, case_id: int) -> Case:
    return session.get_one(Case, case_id, with_for_update=True, populate_existing=True)


def _findings(session: Session, case: Case, check: Check) -> list[Finding]:
    try:
        with session.begin_nested():
            return check.findings(session, case, subject_of(session, case))
    except Exception:
        log.exception("check %s of case %s cannot run", check.name, case.id)
        fault = Finding(
            Outcome.UNAVAILABLE,
            text("The check could not run: the fault is ours and was reported."),
            retry_at=now() + AFTER_A_FAULT,
        )
        return [fault]


def _conclude(
    session: Session, case: Case, found: dict[str, list[Finding]], *, is_retry: bool
) -> None:
    """Write down how the checks ended, and owe another run of each that had no answer."""
    summarise(session, case)
    waiting = {
        name: max(one.retry_at for one in findings if one.retry_at)
        for name, findings in found.items()
        if any(one.outcome == Outcome.UNAVAILABLE and one.retry_at for one in findings)
    }
    for name, retry_at in waiting.items():
        again = {"case_id": case.id, "names": [name]}
        put_work(session, Channel.CHECKS, "checks.run", again, case_id=case.id,
                 available_at=retry_at)  # fmt: skip
    if found and not (is_retry and len(waiting) == len(found)):
        note_event(session, case, SYSTEM, "checks_done", values=case.check_counts)


def draw_pages(session: Session, attachment_id: int) -> None:
    """Make the page images of a document."""
    with unit_of_work(session):
        make_page_images(session, attachment_id)


def forget_identity(session: Session, case_id: int) -> None:
    """Delete the identity documents of a case, which have served."""
    with unit_of_work(session):
        forget_papers(session, case_id)


def go_on_with_erasure(session: Session, erasure_id: int) -> None:
    """Take the next step of a deletion request that was granted."""
    with unit_of_work(session):
        go_on(session, erasure_id)


def go_on_with_bulk(session: Session, bulk: str) -> None:
    """Decide, or take back, some more cases of a bulk run; each in a transaction of its own."""
    run_bulk(db.session.session_factory, UUID(bulk))


WORK: dict[str, Callable[..., None]] = {
    "checks.run": run_checks,
    "pages.render": draw_pages,
    "bulk.run": go_on_with_bulk,
    FETCH: fetch_pictures,
    FORGET_IDENTITY: forget_identity,
    EXECUTE: go_on_with_erasure,
    "import.run": go_on_with_import,
    APPLY: apply_stripe_event,
    APPLY_MONTH: apply_month,
    SWEEP: sweep_balance,
    HEAR: hear_of_move,
    LIST: list_payout,
    SEND: send_refund,
    FEE: send_fee,
    PREPARE: prepare_chargeback,
    SYNC: sync_subscription,
    DELETE: delete_customer,
    GIVE_UP: give_up,
    RENDER: render_invoice,
    INVOICE_COMMISSIONS: invoice_commissions,
    FORGET: forget_files,
    READ: read_mailbox,
}
