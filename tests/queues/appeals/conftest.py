"""What the tests of appeals share: people, a refusal that is final, the appeal against it."""

import pytest

from backoffice.core.integration import Integration, WebhookEndpoint
from backoffice.core.secrets import encrypt
from tests.factories.appeal import appeal_against, refused_by
from tests.factories.staff import make_staff


@pytest.fixture
def moderator(session):
    return make_staff(session, role="moderator").actor


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


@pytest.fixture
def refused(session, moderator):
    """A registration that was refused for good."""
    return refused_by(session, moderator)


@pytest.fixture
def appeal(session, refused):
    """The appeal against that refusal."""
    return appeal_against(session, refused)


@pytest.fixture
def endpoint(session):
    """An endpoint that learns every outcome."""
    shop = Integration(name="shop")
    session.add(shop)
    session.flush()
    hooks, secret = "https://shop.example/hooks", encrypt("whsec_x")
    session.add(WebhookEndpoint(integration_id=shop.id, url=hooks, secret_encrypted=secret))
    session.flush()
