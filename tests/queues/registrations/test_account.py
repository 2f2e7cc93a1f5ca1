"""Decisions on a seller's account: what they change, what they need, what they say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.case import State
from backoffice.core.checks import results_of
from backoffice.core.clock import now, paris_day
from backoffice.core.decide import decide
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.queue import QUEUES, subject_of
from backoffice.core.refusal import Invalid, NotPossible
from backoffice.marketplace.sanction import Sanction, SanctionKind
from backoffice.marketplace.seller import SellerStatus
from backoffice.marketplace.transparency.model import TransparencyEntry
from backoffice.queues.registrations.receive import newest_attempt
from tests.factories.case import act, posted
from tests.factories.registration import make_account_case
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(session):
    return [make_staff(session, role="lead").actor for _ in range(2)]


def action(name):
    return QUEUES["registrations"].action(name)


def decided(session, case, name, people):
    """Propose, and let the second person confirm what waits for one."""
    decision = act(session, case, action(name), people[0])
    if case.state == State.HELD:
        decide(session, case.reference, "confirm_hold", actor=people[1], data={},
               version=case.version)  # fmt: skip
    return decision


def told(session, decision):
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.decision_id == decision.id))
    return [(row.channel, row.event) for row in rows]


def test_a_suspension_waits_for_a_second_person_and_is_told(session, people):
    case = make_account_case(session)
    seller = subject_of(session, case).seller
    decision = act(session, case, action("suspend"), people[0])
    assert (case.state, seller.status) == (State.HELD, SellerStatus.ACTIVE)
    decide(session, case.reference, "confirm_hold", actor=people[1], data={}, version=case.version)
    assert (case.resolution, seller.status) == ("suspended", SellerStatus.SUSPENDED)
    assert (Channel.MAIL, "registration.suspended") in told(session, decision)
    (statement,) = decision.statements
    assert (statement.measure, statement.target) == ("suspend_seller", f"seller:{seller.id}")
    assert session.scalars(select(TransparencyEntry)).one().statement is statement


def test_a_suspension_needs_a_warning_that_stands(session, people):
    case = make_account_case(session)
    for warning in session.scalars(select(Sanction)):
        warning.lifted_at = now()
    with pytest.raises(Invalid):
        act(session, case, action("suspend"), people[0])


def test_a_reinstated_seller_may_sell_before_the_day(session, people):
    case = make_account_case(session, SellerStatus.SUSPENDED)
    seller = subject_of(session, case).seller
    decision = decided(session, case, "reinstate", people)
    assert seller.status == SellerStatus.ACTIVE
    assert (Channel.MAIL, "registration.reinstated") in told(session, decision)
    rows = session.scalars(select(Sanction).where(Sanction.kind == SanctionKind.SUSPENSION)).all()
    assert [row.ended_at is not None for row in rows] == [True]


@pytest.mark.parametrize(("days", "is_refused"), [(29, True), (30, False), (60, False)])
def test_an_account_ends_after_its_whole_notice(session, people, days, is_refused):
    case = make_account_case(session)
    case.holder_id, case.lease_until = people[0].id, now() + timedelta(minutes=10)
    data = posted(session, case, action("terminate"), people[0])
    data |= {"exception": "", "decisions": [], "notice_days": days}
    if is_refused:
        with pytest.raises(Invalid):
            decide(session, case.reference, "terminate", actor=people[0], data=data,
                   version=case.version)  # fmt: skip
        return
    decide(session, case.reference, "terminate", actor=people[0], data=data, version=case.version)
    decide(session, case.reference, "confirm_hold", actor=people[1], data={}, version=case.version)
    row = session.scalars(select(Sanction).where(Sanction.kind == "termination")).one()
    assert paris_day(row.effective_at) >= paris_day(now()) + timedelta(days=days)
    assert subject_of(session, case).seller.status == SellerStatus.ACTIVE


def test_what_is_for_registrations_is_not_for_accounts(session, people):
    case = make_account_case(session)
    case.holder_id, case.lease_until = people[0].id, now() + timedelta(minutes=10)
    with pytest.raises(NotPossible):
        decide(session, case.reference, "approve", actor=people[0], data={}, version=case.version)


def test_it_is_not_checked_and_the_registration_keeps_its_own_status(session, people):
    case = make_account_case(session)
    work = select(OutboxMessage).where(OutboxMessage.case_id == case.id)
    assert [row.event for row in session.scalars(work) if row.event == "checks.run"] == []
    assert results_of(session, case) == []
    attempt = newest_attempt(session, subject_of(session, case).seller)
    assert (attempt.case.kind, attempt.case.resolution) == ("", "approved")
