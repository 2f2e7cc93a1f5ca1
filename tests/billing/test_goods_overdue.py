"""Goods that are not back by their day open their case again, once."""

from datetime import timedelta

import pytest

from backoffice.billing.goods_overdue import FLAG, reopen_overdue
from backoffice.billing.refund import RefundState
from backoffice.billing.refunding import goods_are_back, refunds_of
from backoffice.core.case import State
from backoffice.core.clock import now
from tests.factories.appeal import act
from tests.factories.dispute import make_dispute, refunding
from tests.factories.staff import make_staff

pytestmark = pytest.mark.usefixtures("application")


def refund_after_return(session):
    """Decide that the buyer is refunded once the goods are back, which is never."""
    received = make_dispute(session)
    hugo = make_staff(session, role="support")
    form = refunding(session, received.case, when="after_return")
    act(session, received.case, "refund", hugo.actor, form)
    (refund,) = refunds_of(session, received.dispute.order)
    return received.case, refund, hugo


def test_a_case_whose_goods_are_late_is_its_deciders_again(session):
    case, refund, hugo = refund_after_return(session)
    assert reopen_overdue(session) == 0
    refund.return_by = now() - timedelta(minutes=1)
    assert reopen_overdue(session) == 1
    assert (case.state, case.assignee_id) == (State.OPEN, hugo.id)
    assert FLAG in case.flags
    assert refund.state == RefundState.AWAITING_RETURN
    assert reopen_overdue(session) == 0


def test_goods_that_come_late_still_release_the_refund(session):
    _, refund, _ = refund_after_return(session)
    refund.return_by = now() - timedelta(minutes=1)
    reopen_overdue(session)
    goods_are_back(session, refund.order, now())
    assert refund.state == RefundState.OWED


def test_a_new_decision_takes_the_old_refund_back_and_the_flag_off(session):
    case, refund, hugo = refund_after_return(session)
    refund.return_by = now() - timedelta(minutes=1)
    reopen_overdue(session)
    again = refunding(session, case, "5,00", when="at_once")
    act(session, case, "refund", hugo.actor, again)
    assert refund.state == RefundState.CANCELLED
    assert FLAG not in case.flags
