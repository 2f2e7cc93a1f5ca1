"""What happens to sanctions by the clock: an account ends at its date, a suspension at its own."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.lock import lock
from backoffice.core.outbox import put_mail, put_webhook
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.sanction.lifting import give_back
from backoffice.marketplace.sanction.model import Sanction, SanctionKind, SubjectKind
from backoffice.marketplace.seller import Seller, SellerStatus, set_status

AT_ONCE = 200  # sanctions in one transaction; the next run takes the others


def apply_due_terminations(session: Session) -> int:
    """End the accounts whose notice has passed; return how many."""
    at = now()
    due = _locked(
        session,
        Sanction.kind == SanctionKind.TERMINATION,
        Sanction.applied_at.is_(None),
        Sanction.effective_at <= at,
    )
    for sanction in due:
        seller = lock(session, session.get_one(Seller, sanction.subject_id))
        is_new = seller.status != SellerStatus.TERMINATED
        sanction.before = set_status(seller, SellerStatus.TERMINATED, at=at)
        sanction.applied_at = at
        _note(session, sanction, "terminated")
        if is_new:
            _tell(session, sanction, seller)
    return len(due)


def end_due_suspensions(session: Session) -> int:
    """End the suspensions whose date has passed; return how many.

    The subject goes back to what it was before, unless something newer changed that.
    """
    at = now()
    due = _locked(
        session,
        Sanction.kind == SanctionKind.SUSPENSION,
        Sanction.ended_at.is_(None),
        Sanction.ends_at <= at,
    )
    for sanction in due:
        sanction.ended_at = at
        has_changed = give_back(session, sanction)
        _note(session, sanction, "ended")
        if sanction.subject_kind == SubjectKind.SELLER and has_changed:
            seller = session.get_one(Seller, sanction.subject_id)
            if seller.status == SellerStatus.ACTIVE:
                _tell(session, sanction, seller)
    return len(due)


def _locked(session: Session, *conditions: ColumnElement[bool]) -> list[Sanction]:
    """Return the sanctions that are due and that no other scheduler has in hand, locked."""
    rows = (
        select(Sanction)
        .where(Sanction.lifted_at.is_(None), *conditions)
        .order_by(Sanction.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(rows))


def _note(session: Session, sanction: Sanction, verb: str) -> None:
    stream = f"{sanction.subject_kind}:{sanction.subject_id}"
    if sanction.case_id:
        stream = session.get_one(Case, sanction.case_id).stream
    record(session, stream=stream, verb=f"sanction.{verb}", actor=SYSTEM,
           detail={"sanction": sanction.id, "kind": sanction.kind})  # fmt: skip


def _tell(session: Session, sanction: Sanction, seller: Seller) -> None:
    """Owe the seller the e-mail, and the marketplace the webhook."""
    is_end = sanction.kind == SanctionKind.TERMINATION
    case = session.get_one(Case, sanction.case_id) if sanction.case_id else None
    mail = put_mail(
        session,
        event="seller.terminated" if is_end else "seller.reinstated",
        to=seller.contact_email,
        locale=seller.locale,
        context={
            "recipient": seller.representative,
            "title": seller.display_name,
            "reference": case.reference if case else "",
            "decided_at": sanction.starts_at.isoformat(),
        },
        case_id=sanction.case_id,
    )
    data = {"external_id": seller.external_id, "version": seller.version, "status": seller.status}
    put_webhook(session, event=mail.event, data=data, case_id=sanction.case_id)
