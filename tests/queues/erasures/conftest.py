"""What the tests of deletion requests share: people who decide, links, final decisions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.decision import Reason
from backoffice.core.link import PortalLink
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from backoffice.core.secrets import token
from tests.factories.appeal import act, pass_undo
from tests.factories.staff import make_staff, submit
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def support(session, app):
    return make_staff(session, role="support").actor


@pytest.fixture
def lead(session, app):
    return make_staff(session, role="lead").actor


@pytest.fixture
def path_of(session):
    """Return a function that gives the address in the first e-mail of a case to its party."""

    def path(case) -> str:
        links = select(PortalLink.id).where(PortalLink.case_id == case.id).order_by(PortalLink.id)
        return f"/p/{token('p', session.scalars(links).first())}"

    return path


@pytest.fixture
def press(client, path_of):
    """Return a function that opens a case's link and presses one of its buttons."""

    def press(case, act: str, **fields):
        return submit(client, path_of(case), on="/login", do=act, **fields)

    return press


@pytest.fixture
def mails(session):
    """Return a function that tells which e-mails a case owes: event, address, state, in order."""

    def mails(case) -> list[tuple[str, str, str]]:
        session.flush()
        rows = select(OutboxMessage).where(
            OutboxMessage.case_id == case.id, OutboxMessage.channel == Channel.MAIL
        )
        found = session.scalars(rows.order_by(OutboxMessage.id))
        return [(one.event, one.to_address, one.state) for one in found]

    return mails


@pytest.fixture
def deliver(session):
    """Return a function that lets every e-mail of a case leave."""

    def deliver(case) -> None:
        rows = select(OutboxMessage).where(
            OutboxMessage.case_id == case.id, OutboxMessage.state == OutboxState.PENDING
        )
        for one in session.scalars(rows.where(OutboxMessage.channel == Channel.MAIL)):
            one.state, one.taken_at, one.sent_at = OutboxState.SENT, now(), now()
        session.flush()

    return deliver


@pytest.fixture
def final(session, deliver):
    """Return a function that takes an action for good: its time to undo passed, its letter left."""

    def final(case, action, actor, data=None):
        decision = act(session, case, action, actor, data)
        pass_undo(session, decision)
        deliver(case)
        return decision

    return final


@pytest.fixture
def reasoned(session):
    """Return a function that gives what a reasoned decision's form says."""

    def reasoned(code: str, **more):
        reason = session.scalars(select(Reason).where(Reason.code == code)).one()
        return {"reasons": [reason.id], "facts": "Un procès est en cours.", **more}

    return reasoned


@pytest.fixture
def yesterday():
    return now() - timedelta(days=1)
