"""The turn of a month for many sellers: Stripe's invoices heard, kept, posted, invoiced, told.

Stripe asks for the months; what is ours is one event for each seller, stored by the webhook in a
transaction of its own, and applied by the worker with those that wait beside it. The files of the
invoices are made afterwards.
"""

import os
import resource
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice import create_app
from backoffice.billing.invoice import Invoice
from backoffice.billing.plan import Plan
from backoffice.billing.stripe_events import APPLY_MONTH, keep_event
from backoffice.core.lease import lease
from backoffice.core.outbox import Channel
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from config.settings import get_settings
from jobs.checks import do_work
from tests.bench.data import SELLERS as NEW_SELLERS
from tests.factories.plan_invoice import month_asked

SIZES = tuple(map(int, os.environ.get("BENCH_RENEWALS", "1000,3000,10000").split(",")))
AIM_SECONDS = 300
BEGUN = """
insert into subscription (seller_id, plan_id, starts_at, stripe_id)
select seller.id, plan.id, now() - interval '1 month', 'sub_' || seller.id
from seller join plan on plan.code = seller.plan where external_id like 'bench-%'
"""
KNOWN = """
insert into billing_customer (seller_id, stripe_id, told_version, created_at)
select id, 'cus_' || id, version, now() from seller where external_id like 'bench-%'
"""
ACCOUNTS = """
insert into ledger_account (code, name_fr, name_en, normal_side, seller_id, currency, book)
select code, name_fr, name_en, normal_side, seller.id, currency, book
from ledger_account join seller on external_id like 'bench-%'
where code = '411' and seller_id is null and currency = 'EUR'
"""
PRICED = "update plan set stripe_price = 'price_' || id"
ANALYZED = ("stripe_event", "stripe_object", "plan_invoice", "invoice", "invoice_line", "outbox",
            "journal_entry", "ledger_line", "ledger_account")  # fmt: skip


def fill(url: str, sellers: int) -> None:
    """Make sellers whose plan has run for a month."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(NEW_SELLERS), {"last": sellers})
        connection.execute(text("update seller set status = 'active'"))
        for statement in (BEGUN, KNOWN, ACCOUNTS, PRICED):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def renew(url: str) -> dict[str, Any]:
    """Hear of every seller's month; returns seconds, statements, and memory in MB."""
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    statements = [0]
    with create_app().app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: _count(statements))
        session = db.session()
        with unit_of_work(session):
            plans = {row.code: (row.id, row.price_minor) for row in session.scalars(select(Plan))}
            rows = text("select id, plan from seller where external_id like 'bench-%' order by id")
            sellers = [(row.id, plans[row.plan]) for row in session.execute(rows)]
        at, before = datetime.now(UTC), _peak_mb()
        heard = _seconds(lambda: _hear(session, sellers, at))
        _analyze(url)
        statements[0] = 0
        seconds = _seconds(lambda: _apply(session))
        found = {"heard": heard, "seconds": seconds, "statements": statements[0]}
        with unit_of_work(session):
            made = session.scalar(select(func.count()).select_from(Invoice))
    assert made == len(sellers), f"{made} invoices"
    return found | {"before": before, "peak": _peak_mb()}


def _hear(session: Session, sellers: Sequence[tuple[int, tuple[int, int]]], at: datetime) -> None:
    """Store each event in a transaction of its own, as the webhook does."""
    for seller_id, plan in sellers:
        with unit_of_work(session):
            keep_event(session, month_asked(seller_id, plan, at))
        session.expunge_all()  # as the end of a request does


def _apply(session: Session) -> None:
    """Do what is owed for them, as the worker does, until only their files are to be made."""
    while True:
        with unit_of_work(session):
            rows = lease(session, Channel.BILLING, 1)
        if not rows or rows[0].event != APPLY_MONTH:
            return
        do_work(session, rows)
        session.expunge_all()


def report(databases: Callable[[], Any]) -> list[dict[str, object]]:
    """Measure each size on a database and in a process of its own; what counts is the growth."""
    table: list[dict[str, object]] = []
    for sellers in SIZES:
        with databases() as url:
            fill(url, sellers)
            with get_context("spawn").Pool(1) as pool:
                found = pool.apply(renew, (url,))
        each = found["seconds"] / sellers
        table.append({
            "sellers": f"{sellers:,}", "events stored s": round(found["heard"], 1),
            "applied s": round(found["seconds"], 1),
            "ms each": round(each * 1000, 2), "statements each":
            round(found["statements"] / sellers, 1), "MB before": found["before"],
            "peak MB": found["peak"], "100,000 would take s": round(each * 100_000),
            "aim s": AIM_SECONDS,
        })  # fmt: skip
    return table


def _count(statements: list[int]) -> None:
    statements[0] += 1


def _analyze(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"analyze {', '.join(ANALYZED)}"))


def _seconds(work: Callable[[], None]) -> float:
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
