"""What the tests of disputes share: people who decide, and money that has left."""

import pytest
from sqlalchemy import select

from backoffice.billing.refund import Refund, RefundState
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage
from tests.factories.appeal import act, pass_undo
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def support(session, app):
    return make_staff(session, role="support").actor


@pytest.fixture
def lead(session, app):
    return make_staff(session, role="lead").actor


@pytest.fixture
def refunds(session):
    """Return a function that tells what a case owes: kind, amount, state, in order."""

    def refunds(case) -> list[tuple[str, int, str]]:
        session.flush()
        rows = select(Refund).where(Refund.case_id == case.id).order_by(Refund.id)
        return [(one.kind, one.amount_minor, one.state) for one in session.scalars(rows)]

    return refunds


@pytest.fixture
def pay(session):
    """Return a function that lets the money of a case's refunds leave for good."""

    def pay(case, state=RefundState.SUCCEEDED) -> None:
        for one in session.scalars(select(Refund).where(Refund.case_id == case.id)):
            if one.state == RefundState.OWED:
                one.state, one.settled_at = state, now()
        rows = select(OutboxMessage).where(OutboxMessage.channel == Channel.BILLING)
        for row in session.scalars(rows.where(OutboxMessage.case_id == case.id)):
            row.taken_at, row.state = row.taken_at or now(), "sent"
        session.flush()

    return pay


@pytest.fixture
def final(session):
    """Return a function that takes an action whose time to undo has passed."""

    def final(case, action, actor, data):
        decision = act(session, case, action, actor, data)
        pass_undo(session, decision)
        return decision

    return final
