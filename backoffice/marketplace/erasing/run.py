"""Erasing a party: all in one transaction, so that a crash leaves all of it or nothing.

The first time it leaves what hangs on the request's own case, which the last letter needs; once the
letter has left it is done again, whole. It finds nothing to do where it was done before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.erasing.change import by_table, change_rows, scrubbed
from backoffice.marketplace.erasing.files import let_go
from backoffice.marketplace.erasing.keeping import keep_class, until_of
from backoffice.marketplace.erasing.pseudonym import pseudonym_of
from backoffice.marketplace.erasing.retention import Change, DataClass, retention_table
from backoffice.marketplace.erasing.scrub import Place, kept_columns, scrub, scrub_texts, unindex
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.turn import wait_for_turn
from backoffice.marketplace.erasing.values import Values, references_of, values_of
from backoffice.marketplace.erasing.whose import Owner


@dataclass(frozen=True)
class Outlook:
    """What becomes of one class of data; `count` is of rows, `until` the last day it is kept."""

    data_class: str
    label: str
    action: str
    basis: str
    count: int
    until: date | None = None


@dataclass(frozen=True)
class Report:
    """What an erasure did: counts, never content (GDPR art. 5(2))."""

    pseudonym: str
    classes: list[Outlook] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        classes = [
            {**asdict(one), "until": one.until.isoformat() if one.until else None}
            for one in self.classes
        ]
        return {"pseudonym": self.pseudonym, "classes": classes}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Report":
        """Read it again."""
        classes = [
            Outlook(**{**one, "until": date.fromisoformat(one["until"]) if one["until"] else None})
            for one in said["classes"]
        ]
        return cls(said["pseudonym"], classes)


def lock_party(session: Session, party: Party) -> None:
    """Lock the party's row: an order that comes in meanwhile waits, or came first."""
    wait_for_turn(session)
    name = "ticket" if party.kind == "person" else party.kind
    rows = table(name)
    session.execute(select(rows.c.id).where(rows.c.id == party.id).with_for_update())


def erase(
    session: Session, party: Party, *, at: datetime, left_out: Collection[str] = (),
    keep_case_id: int | None = None,
) -> Report:  # fmt: skip
    """Erase what is known of a party, but what the law has us keep and the classes left out.

    `keep_case_id` is of the request's own case, which is for the second time.
    """
    lock_party(session, party)
    session.flush()
    key = pseudonym_of(session, party)
    values = values_of(session, party, key.pseudonym)
    owner = Owner(party, emails=values.emails, names=values.names, but_case=keep_case_id)
    classes = [one for one in retention_table().of(party.kind) if one.code not in left_out]
    kept = {one.code: keep_class(session, owner, one, at) for one in classes if one.is_kept}
    held = {code for code, row in kept.items() if row is not None}
    if not held & {"references", "purchases"}:
        values.references |= references_of(session, owner)
    counts = _change(session, owner, classes, held, values, key.pseudonym)
    untouched = _columns(one for one in retention_table().of(party.kind) if one.code in left_out)
    scrub_texts(session, owner, values, key.pseudonym, kept_columns(held) | untouched)
    unindex(session, owner, values, key.pseudonym)
    _close_links(session, owner, at)
    session.expire_all()
    report = Report(key.pseudonym, [
        Outlook(one.code, one.label, one.action, one.basis,
                row.items if (row := kept.get(one.code)) else counts[one.code],
                row.until if row else None)
        for one in classes
    ])  # fmt: skip
    said = {"pseudonym": key.pseudonym, "classes": [one.code for one in classes]}
    record(session, stream=f"party:{party.ref}", verb="party.erased", actor=SYSTEM, detail=said)
    return report


def foresee(session: Session, party: Party, *, at: datetime) -> list[Outlook]:
    """Return what an erasure would do now; nothing is written."""
    owner = Owner(party, emails=[party.email], names=[party.name])
    found = []
    for one in retention_table().of(party.kind):
        count = sum(
            session.scalar(
                select(func.count()).select_from(table(name)).where(owner.rows(name))
            ) or 0
            for name in one.columns
        )  # fmt: skip
        if count:
            until = until_of(session, owner, one, at)
            found.append(Outlook(one.code, one.label, one.action, one.basis, count, until))
    return found


def _change(
    session: Session, owner: Owner, classes: list[DataClass], held: set[str], values: Values,
    pseudonym: str,
) -> dict[str, int]:  # fmt: skip
    """Change the party's own rows; returns how many, by class."""
    changes = [
        (one.code, change)
        for one in classes
        if not (one.action == "keep" and one.code in held)
        for change in one.changes()
    ]
    of_table = {change.table: code for code, change in changes}
    counts: dict[str, int] = defaultdict(int)
    files = frozenset(change.table for _, change in changes if change.how == "file")
    for name, count in let_go(session, owner, files).items():
        counts[of_table[name]] += count
    for name, found in by_table(change for _, change in changes).items():
        columns = [table(name).c[one.column] for one in scrubbed(found)]
        counts[of_table[name]] += scrub(
            session, table(name), columns, pseudonym, Place(values.at_home, owner.rows(name))
        )
        counts[of_table[name]] += change_rows(session, owner, name, found, pseudonym)
    return counts


def _columns(classes: Iterable[DataClass]) -> set[str]:
    changes: Iterable[Change] = (change for one in classes for change in one.changes())
    return {f"{one.table}.{one.column}" for one in changes}


def _close_links(session: Session, owner: Owner, at: datetime) -> None:
    """Revoke the party's links: there is nothing left behind them."""
    links = table("portal_link")
    session.execute(
        update(links)
        .where(and_(owner.rows(links.name), links.c.revoked_at.is_(None)))
        .values(revoked_at=at)
    )
