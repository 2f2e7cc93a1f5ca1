"""What the page of a case about an account shows: where its seller stands."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.marketplace.sanction import SubjectKind, measures_of, said_of, standing
from backoffice.queues.registrations.account import ACCOUNT
from backoffice.queues.registrations.model import Registration


def evidence(session: Session, case: Case, registration: Registration) -> dict[str, Any]:
    """Return what stands and stood against the seller, where its account is examined."""
    if case.kind != ACCOUNT:
        return {}
    seller_id = registration.seller_id
    known = standing(session, SubjectKind.SELLER, seller_id, now())
    measures = measures_of(session, SubjectKind.SELLER, seller_id)
    return {"standing": said_of(known), "measures": measures}
