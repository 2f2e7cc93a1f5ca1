"""Mails of ours that came back: the case is told that its party cannot be reached."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.case import Case
from backoffice.core.open import note_event
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import queue_of
from backoffice.intake.mail.robots import Bounce

FLAG = "undeliverable"


def note_bounce(session: Session, bounce: Bounce) -> Case | None:
    """Mark the case of the mail that came back; None where it is no mail of a case of ours.

    The number of a mail is known to its reader alone; the address that failed must be hers.
    """
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.uid == bounce.original)).first()
    if row is None or row.case_id is None:
        return None
    failed, sent_to = bounce.recipient.lower(), (row.to_address or "").lower()
    if failed not in ("", sent_to):
        return None
    case = session.get_one(Case, row.case_id, with_for_update=True, populate_existing=True)
    case.flag(FLAG)
    values = {"address": row.to_address, "status": bounce.status}
    note_event(session, case, SYSTEM, FLAG, values=values, internal=True)
    record(session, stream=case.stream, verb=f"{queue_of(case).noun}.{FLAG}", actor=SYSTEM,
           detail={"row": row.id, **values})  # fmt: skip
    return case
