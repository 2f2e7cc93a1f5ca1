"""The end of what was kept: at its day it goes, and with the last of it the pseudonym's key."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now, paris_day
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.erasing.change import by_table, change_rows
from backoffice.marketplace.erasing.model import PseudonymKey, RetainedValue, Retention
from backoffice.marketplace.erasing.pseudonym import destroy_key, known_pseudonym
from backoffice.marketplace.erasing.retention import retention_table
from backoffice.marketplace.erasing.scrub import scrub_texts, unindex
from backoffice.marketplace.erasing.turn import wait_for_turn
from backoffice.marketplace.erasing.values import Values, references_of
from backoffice.marketplace.erasing.whose import Owner

LAST_LETTER = timedelta(days=7)  # in which the rest of an erasure is done, under the same key
AT_ONCE = 200  # classes in one transaction; the next run takes the others


def purge(session: Session, at: datetime | None = None) -> int:
    """Let go of what was kept until yesterday; returns how many classes."""
    at = at or now()
    wait_for_turn(session)
    due = session.scalars(
        select(Retention)
        .where(Retention.purged_at.is_(None), Retention.until < paris_day(at))
        .order_by(Retention.until, Retention.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        _purge(session, row, at)
    _destroy_keys(session, at)
    return len(due)


def _purge(session: Session, row: Retention, at: datetime) -> None:
    party = Party(row.party_kind, row.party_id, "", "", "")
    session.execute(delete(RetainedValue).where(RetainedValue.retention_id == row.id))
    key = known_pseudonym(session, party)
    if row.action == "keep" and key is not None:
        one = next(one for one in retention_table().classes if one.code == row.data_class)
        owner = Owner(party, emails=(), names=())
        named = Values(references=references_of(session, owner))
        for name, changes in by_table(one.changes()).items():
            change_rows(session, owner, name, changes, key.pseudonym)
        scrub_texts(session, owner, named, key.pseudonym, ())
        unindex(session, owner, named, key.pseudonym)
    row.purged_at = at
    record(session, stream=f"party:{party.ref}", verb="party.purged", actor=SYSTEM,
           detail={"class": row.data_class, "items": row.items})  # fmt: skip


def _destroy_keys(session: Session, at: datetime) -> None:
    """Destroy the keys of parties of which nothing is kept, or nothing any more."""
    session.flush()
    is_kept = exists().where(
        Retention.party_kind == PseudonymKey.party_kind,
        Retention.party_id == PseudonymKey.party_id,
        Retention.purged_at.is_(None),
    )
    useless = select(PseudonymKey).where(
        PseudonymKey.key_encrypted.is_not(None),
        PseudonymKey.created_at < at - LAST_LETTER,
        ~is_kept,
    )
    for key in session.scalars(useless):
        destroy_key(key, at)
