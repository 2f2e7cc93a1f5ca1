"""What the tests of the machine share: a registration case, and people to act on it."""

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.decision import Reason
from backoffice.queues.registrations.traceability import ITEMS
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff


@pytest.fixture
def make_case(session, app):
    """Return a function that opens one more registration case."""

    return lambda: make_registration(session).case


@pytest.fixture
def case(make_case) -> Case:
    """One open registration case; another one stands beside it, so that a loose query shows."""
    make_case()
    return make_case()


@pytest.fixture
def moderator(session):
    """A moderator."""
    return make_staff(session, role="moderator").actor


@pytest.fixture
def lead(session):
    """A lead."""
    return make_staff(session, role="lead").actor


@pytest.fixture
def refusal_data(session) -> dict[str, object]:
    """What the form of a refusal says."""
    reason = session.scalars(select(Reason).where(Reason.code == "company_closed")).one()
    return {"reasons": [reason.id], "facts": "La société est radiée depuis mars."}


@pytest.fixture
def approval_data() -> dict[str, str]:
    """What the form of an approval says when no check ran."""
    return {f"trace_{i}": "verified" for i in ITEMS} | {f"why_{i}": "Vu." for i in ITEMS}


@pytest.fixture
def act(session):
    """Return a function that claims a case if needed and takes an action on it."""

    def act(case: Case, action: str, actor, data=None, **more):
        if case.state in ("open", "waiting") and case.holder_id is None:
            claim(session, case, actor)
        version = more.pop("version", case.version)
        return decide(
            session, case.reference, action, actor=actor, data=data or {}, version=version, **more
        )

    return act
