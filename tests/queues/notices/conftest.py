"""What the tests of decided notices share: two sellers reported at once, the decision, people."""

import pytest

from tests.factories.outbox import make_endpoint
from tests.factories.staff import make_staff
from tests.factories.upheld import make_reported, uphold_all


@pytest.fixture
def moderator(session):
    return make_staff(session, role="moderator").actor


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


@pytest.fixture
def reported(session, app):
    """Two listings of Anna and one of Boris, reported together; programs listen."""
    make_endpoint(session, "https://shop.example/hooks")
    return make_reported(session)


@pytest.fixture
def decision(session, reported, moderator, lead):
    """All of it is upheld, and everybody was told."""
    return uphold_all(session, reported, moderator, lead)
