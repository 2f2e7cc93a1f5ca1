"""Cases as the tests of the desk want them, and what pages show of them."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from tests.desk.conftest import Desk
from tests.factories.decision import APPROVAL, refusal
from tests.factories.registration import make_registration

__all__ = ["APPROVAL", "refusal"]


def make_cases(session: Session, number: int = 1, **changes: Any) -> list[Case]:
    """Open registrations that are due one hour after the other."""
    cases = [make_registration(session, documents=[], **changes).case for _ in range(number)]
    for hours, case in enumerate(cases):
        case.due_at = now() + timedelta(hours=1 + hours)
    session.flush()
    return cases


def make_case(session: Session, **changes: Any) -> Case:
    """Open one registration without documents."""
    return make_cases(session, 1, **changes)[0]


def claimed_by(session: Session, desk: Desk, **changes: Any) -> Case:
    """Open a registration and let somebody take it."""
    case = make_case(session, **changes)
    assert desk.post(f"/cases/{case.reference}/claim").status_code == 303
    session.refresh(case)
    assert case.holder_id == desk.staff.id
    return case


def act(desk: Desk, case: Case, name: str, **fields: Any):
    """Send an action's form for the version that the case has now."""
    fields.setdefault("version", case.version)
    return desk.post(f"/cases/{case.reference}/{name}", **fields)


def forms(html: str) -> list[str]:
    """The actions whose forms a page shows."""
    return re.findall(r'data-action="([^"]+)"', html)


def rows_owed(session: Session) -> int:
    """How many outbox rows there are."""
    return session.scalar(select(func.count()).select_from(OutboxMessage))
