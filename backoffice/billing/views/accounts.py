"""The accounts: what each holds, its lines with a running balance, and the entry behind a line."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from backoffice.billing.account_statement import Statement, read_days, read_least
from backoffice.billing.entry_search import events_behind, find_entries, objects_behind
from backoffice.billing.entry_words import JOURNALS, KINDS, kind_words
from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount
from backoffice.billing.month import trial_balance
from backoffice.billing.seller_balances import has_sellers
from backoffice.billing.views.refunds import blueprint, may_open
from backoffice.billing.views.saving import save
from backoffice.core.case import Case
from backoffice.core.clock import now, paris_day
from backoffice.core.money import Money
from backoffice.core.text import N_, Text
from backoffice.extensions import db
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.staff.guard import requires
from backoffice.web.sheet import AsIs
from config.settings import get_settings

HEADINGS = (
    N_("Day"), N_("Journal"), N_("Number"), N_("Kind"), N_("Order"), N_("Seller"),
    N_("Stripe’s number"), N_("Debit"), N_("Credit"),
)  # fmt: skip


@blueprint.get("/accounts")
@requires("billing:read")
def accounts() -> str:
    """Show what each account holds."""
    month = paris_day(now()).replace(day=1)
    return render_template(
        "billing/accounts.html", accounts=trial_balance(db.session(), month), month=month
    )


@blueprint.get("/accounts/<code>")
@requires("billing:read")
def account(code: str) -> str:
    """Show one page of an account's lines, with the balance after each."""
    session, known = db.session(), account_of(code)
    statement, problems = _statement(code)
    size, cursor = get_settings().page_size, request.args.get("at")
    page = statement.order.page(session, statement.rows(), cursor, size)
    return render_template(
        "billing/account.html", account=known, chosen=statement, page=page, problems=problems,
        rows=_with_balance(statement, page.rows), kinds=KINDS, kind_words=kind_words,
        journals=JOURNALS, has_sellers=has_sellers(session, code),
        opening=statement.balance_before(session, statement.first),
        closing=statement.balance_before(session, date.fromordinal(statement.last.toordinal() + 1)),
        page_url=lambda at: _url(".account", statement, at=at),
        file_url=lambda form: _url(".account_file", statement, form=form),
    )  # fmt: skip


@blueprint.get("/accounts/<code>.<any(csv, xlsx):form>")
@requires("billing:export")
def account_file(code: str, form: str) -> ResponseReturnValue:
    """Send the lines that are shown as a file; who took it is in the audit."""
    account_of(code)
    statement, _problems = _statement(code)
    name = f"{code}-{statement.first}-{statement.last}"
    days = {"first": statement.first.isoformat(), "last": statement.last.isoformat()}
    return save("account", form, name, _file_rows(statement), code=code, **days)


@blueprint.get("/entries")
@requires("billing:read")
def entries() -> ResponseReturnValue:
    """Find entries by what one has at hand; the only one found is shown at once."""
    sought = request.args.get("q", "")
    found = find_entries(db.session(), sought)
    if len(found) == 1:
        return redirect(url_for(".entry", entry_id=found[0].id))
    return render_template(
        "billing/entries.html", found=found, sought=sought, kind_words=kind_words
    )


@blueprint.get("/entries/<uuid:entry_id>")
@requires("billing:read")
def entry(entry_id: UUID) -> str:
    """Show an entry: its lines, its seal, and what of Stripe's it rests on."""
    session = db.session()
    shown = session.get(JournalEntry, entry_id) or abort(404)
    reversal = select(JournalEntry).where(JournalEntry.reverses_id == shown.id)
    seal = select(JournalSeal).where(JournalSeal.entry_id == shown.id)
    return render_template(
        "billing/entry.html", entry=shown, seal=session.scalars(seal).first(),
        reversal=session.scalars(reversal).first(), kind_words=kind_words,
        case=session.get(Case, shown.case_id) if shown.case_id else None,
        objects=objects_behind(session, shown), events=events_behind(session, shown),
        sellers=_sellers_of(shown), pretty=_pretty, may_open=may_open,
    )  # fmt: skip


def _sellers_of(shown: JournalEntry) -> dict[int, Seller]:
    """Return the sellers whose own accounts an entry moves."""
    ids = {one.account.seller_id for one in shown.lines if one.account.seller_id}
    found = db.session().scalars(select(Seller).where(Seller.id.in_(ids)))
    return {one.id: one for one in found}


def account_of(code: str) -> LedgerAccount:
    """Return an account of the chart; else 404."""
    query = select(LedgerAccount).where(
        LedgerAccount.code == code, LedgerAccount.seller_id.is_(None)
    )
    return db.session().scalars(query).first() or abort(404)


def _statement(code: str) -> tuple[Statement, list[Text]]:
    given = request.args
    first, last, problems = read_days(given.get("first", ""), given.get("last", ""))
    seller = by_external_id(db.session(), given.get("seller", "").strip())
    if given.get("seller", "").strip() and seller is None:
        abort(404)
    kind, journal = given.get("kind", ""), given.get("journal", "")
    sought = given.get("q", "").replace("\0", "").strip()[:200]
    least_minor, more = read_least(given.get("least", ""))
    statement = Statement(
        code, first, last, seller, kind if kind in KINDS else "", sought,
        journal if journal in JOURNALS else "", least_minor,
    )  # fmt: skip
    return statement, problems + more


def _url(endpoint: str, chosen: Statement, **more: Any) -> str:
    return url_for(
        endpoint, code=chosen.code, first=chosen.first, last=chosen.last,
        seller=chosen.seller.external_id if chosen.seller else None, kind=chosen.kind or None,
        q=chosen.sought or None, journal=chosen.journal or None,
        least=f"{chosen.least_minor / 100:.2f}" if chosen.least_minor else None, **more,
    )  # fmt: skip


def _with_balance(statement: Statement, rows: list[Any]) -> list[tuple[Any, int | None]]:
    """Pair each line with the balance after it; with none where lines are left out."""
    if not statement.is_whole or not rows:
        return [(row, None) for row in rows]
    balance = statement.balance_before(db.session(), rows[0].booked_on, rows[0].line_id)
    paired = []
    for row in rows:
        balance += row.amount_minor
        paired.append((row, balance))
    return paired


def _file_rows(statement: Statement) -> Iterator[tuple[Any, ...]]:
    yield HEADINGS
    yield from map(_cells, statement.order.every(db.session(), statement.rows()))


def _cells(row: Any) -> tuple[Any, ...]:
    debit, credit = max(row.amount_minor, 0), max(-row.amount_minor, 0)
    return (
        row.booked_on, row.journal, row.seq or _("not yet"), kind_words(row.kind),
        AsIs(row.piece_ref), AsIs(row.external_id or ""), row.source_id,
        Money(debit) if debit else None, Money(credit) if credit else None,
    )  # fmt: skip


def _pretty(payload: Any) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=2, sort_keys=True)
