"""The demo's disputes: one in every state, with evidence of both sides."""

from itertools import cycle

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.files import Attachment
from backoffice.dev.demo_disputes import demo_disputes, disputable
from tests.factories.dispute import make_paid_order
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("app", "files_dir")


def test_demo_has_disputes_in_every_state(session):
    for _ in range(5):
        make_paid_order(session)
    orders = [one for one in disputable(session) if one.external_id.startswith("CMD-")]
    demo_disputes(session, cycle([make_staff(session, role="lead")]), orders)
    session.flush()
    cases = session.scalars(select(Case).where(Case.queue == "disputes").order_by(Case.id)).all()
    assert [one.state for one in cases] == ["closed", "held", "waiting", "open", "open"]
    sent_by = {one.partition(":")[0] for one in session.scalars(select(Attachment.sent_by))}
    assert {"buyer", "seller"} <= sent_by
