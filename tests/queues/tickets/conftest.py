"""What the tests of tickets share: people who answer, and those who write."""

import pytest

from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.queues.tickets.replying import receive_message
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def support(session, app):
    return make_staff(session, role="support").actor


@pytest.fixture
def take(session, support):
    """Return a function that takes an action on a case, as somebody who holds it."""

    def take(case, action, actor=support, version=None, **data):
        if case.state in ("open", "waiting") and not case.is_held_by(actor.id):
            claim(session, case, actor)
        return decide(session, case.reference, action, actor=actor, data=data,
                      version=version or case.version)  # fmt: skip

    return take


@pytest.fixture
def answered(session):
    """Return a function by which the requester writes again."""

    def answered(ticket, case, body="Et la suite ?", **more):
        said = {"party_name": ticket.name, "channel": "portal", **more}
        return receive_message(session, ticket, case, body=body, **said)

    return answered
