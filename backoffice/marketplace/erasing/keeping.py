"""Keeping what the law asks for: out of the tables, encrypted, until its day."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from backoffice.core.clock import paris_day
from backoffice.core.party import Party
from backoffice.core.secrets import decrypt, encrypt
from backoffice.marketplace.erasing.model import RetainedValue, Retention
from backoffice.marketplace.erasing.retention import DataClass, Since, retention_table
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.values import ERASED
from backoffice.marketplace.erasing.whose import Owner

CONTRACT_MINOR = 12_000  # from which a consumer's contract is kept (C. conso. D213-1)


class Value(NamedTuple):
    """What stands in one column of one row."""

    table: str
    row: int
    column: str
    value: Any


def since_of(session: Session, owner: Owner, since: Since, at: datetime) -> date | None:
    """Return the day from which a length counts for this party; None where there is none."""
    orders = table("shop_order")
    match since:
        case Since.ERASED:
            return paris_day(at)
        case Since.FISCAL_YEAR:
            last = session.scalar(
                select(func.max(orders.c.ordered_at)).where(owner.rows(orders.name))
            )
            days = [paris_day(last) if last else None, _last_booked(session, owner)]
            years = [day.year for day in days if day is not None]
            return date(max(years), 12, 31) if years else None
        case Since.CONTRACT:
            large = and_(owner.rows(orders.name), orders.c.total_minor >= CONTRACT_MINOR)
            last = session.scalar(select(func.max(orders.c.ordered_at)).where(large))
            return paris_day(last) if last else None
        case Since.DECISION:
            rows = table("statement")
            last = session.scalar(select(func.max(rows.c.at)).where(owner.rows(rows.name)))
            return paris_day(last) if last else None


def _last_booked(session: Session, owner: Owner) -> date | None:
    """Return the day of the last entry of a seller's accounts: a plan is paid without any order."""
    if owner.party.kind != "seller":
        return None
    accounts, lines, entries = map(table, ("ledger_account", "ledger_line", "journal_entry"))
    return session.scalar(
        select(func.max(entries.c.booked_on))
        .join(lines, lines.c.entry_id == entries.c.id)
        .join(accounts, accounts.c.id == lines.c.account_id)
        .where(accounts.c.seller_id == owner.party.id)
    )


def until_of(session: Session, owner: Owner, one: DataClass, at: datetime) -> date | None:
    """Return the last day that a class is kept; None where nothing of it is, or no longer."""
    if one.since is None or one.length is None:
        return None
    first = since_of(session, owner, one.since, at)
    last = one.length.after(first) if first else None
    return last if last and last >= paris_day(at) else None


def keep_class(session: Session, owner: Owner, one: DataClass, at: datetime) -> Retention | None:
    """Keep a class until its day, values that are to be put apart with it; once is enough."""
    until = until_of(session, owner, one, at)
    if until is None:
        return None
    known = session.scalars(
        select(Retention).where(
            Retention.party_kind == owner.party.kind,
            Retention.party_id == owner.party.id,
            Retention.data_class == one.code,
            Retention.purged_at.is_(None),
        )
    ).first()
    values = _values(session, owner, one)
    if known is not None and one.action == "restrict":
        values = _new(session, known, values)
        if not values:
            return known
    if known is None and not values:
        return None
    assert one.since is not None  # noqa: S101 (a class that is kept says from when)
    since = since_of(session, owner, one.since, at) or paris_day(at)
    row = known or Retention(
        party_kind=owner.party.kind, party_id=owner.party.id, data_class=one.code,
        action=one.action, since=since, until=until,
    )  # fmt: skip
    row.until = max(row.until, until)
    session.add(row)
    session.flush()
    if one.action == "restrict":
        session.add_all(
            RetainedValue(
                retention_id=row.id, table_name=name, row_id=str(number), column_name=column,
                value_encrypted=encrypt(_packed(value)),
            )
            for name, number, column, value in values
        )  # fmt: skip
    row.items = len(values) + (row.items or 0 if one.action == "restrict" else 0)
    return row


def _new(session: Session, row: Retention, values: list[Value]) -> list[Value]:
    """Return the values of places of which nothing is kept yet; the others were scrubbed since."""
    places = {
        tuple(one)
        for one in session.execute(
            select(RetainedValue.table_name, RetainedValue.row_id, RetainedValue.column_name)
            .where(RetainedValue.retention_id == row.id)
        )
    }  # fmt: skip
    return [
        one for one in values
        if isinstance(one.value, str) or (one.table, str(one.row), one.column) not in places
    ]  # fmt: skip


def _values(session: Session, owner: Owner, one: DataClass) -> list[Value]:
    """Return what the class holds at present: table, row, column, value; nothing erased before."""
    found = []
    for name, ways in one.columns.items():
        rows = table(name)
        columns = [rows.c[column] for names in ways.values() for column in names]
        for number, *values in session.execute(select(rows.c.id, *columns).where(owner.rows(name))):
            found += [
                Value(name, number, column.name, value)
                for column, value in zip(columns, values, strict=True)
                if value not in (None, "") and not _is_erased(value)
            ]
    return found


def _is_erased(value: Any) -> bool:
    return isinstance(value, str) and (ERASED in value or _looks_pseudonymous(value))


def _looks_pseudonymous(value: str) -> bool:
    kind, _, rest = value.partition("-")
    name = rest.partition("-")[0]
    is_ours = kind in ("seller", "buyer", "notifier", "person")
    return is_ours and len(name) == 10 and name.isalnum() and name == name.lower()


def _packed(value: Any) -> str:
    if isinstance(value, bytes):
        return json.dumps({"base64": b64encode(value).decode()})
    return json.dumps(value, ensure_ascii=False, default=str)


class Retained(NamedTuple):
    """A class that is kept of a party, until when, and what it says by column."""

    data_class: str
    label: str
    basis: str
    action: str
    until: date
    values: dict[str, Any]


def retained_of(session: Session, party: Party) -> list[Retained]:
    """Return what is still kept of an erased party, for those who may see it."""
    rows = session.scalars(
        select(Retention)
        .where(Retention.party_kind == party.kind, Retention.party_id == party.id)
        .where(Retention.purged_at.is_(None))
        .order_by(Retention.until, Retention.id)
    ).all()
    if not rows:  # of most parties
        return []
    by_code = {one.code: one for one in retention_table().of(party.kind)}
    values = session.scalars(
        select(RetainedValue)
        .where(RetainedValue.retention_id.in_([row.id for row in rows]))
        .where(RetainedValue.table_name == party.kind)
        .order_by(RetainedValue.id)
    ).all()
    return [
        Retained(
            row.data_class, by_code[row.data_class].label, by_code[row.data_class].basis,
            row.action, row.until,
            {one.column_name: json.loads(decrypt(one.value_encrypted))
             for one in values if one.retention_id == row.id},
        )
        for row in rows
    ]  # fmt: skip


def retained_parties(session: Session, kind: str, ids: Sequence[int]) -> set[int]:
    """Return those of these parties of whom something is still kept."""
    rows = select(Retention.party_id).where(
        Retention.party_kind == kind, Retention.party_id.in_(ids), Retention.purged_at.is_(None)
    )
    return set(session.scalars(rows))


def kept_legal_names(session: Session) -> dict[int, str]:
    """Return the legal names that the accounts keep of erased sellers (C. com. L123-22), by id."""
    rows = session.execute(
        select(Retention.party_id, RetainedValue.value_encrypted)
        .join(Retention, Retention.id == RetainedValue.retention_id)
        .where(
            Retention.data_class == "accounting", Retention.party_kind == "seller",
            Retention.purged_at.is_(None), RetainedValue.table_name == "seller",
            RetainedValue.column_name == "legal_name",
        )
        .order_by(RetainedValue.id)
    )  # fmt: skip
    return {seller_id: json.loads(decrypt(value)) for seller_id, value in rows}
