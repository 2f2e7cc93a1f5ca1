"""The demo's deletion requests: in several stages, one delayed by what is in the way."""

from itertools import cycle

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.dev.demo_erasures import demo_erasures
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.model import Erasure
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.mark.usefixtures("app", "files_dir")
def test_demo_has_deletion_requests_in_several_stages(session):
    make_seller(session, status="active")
    make_dispute(session)
    for _ in range(4):
        make_paid_order(session)
    demo_erasures(session, cycle([make_staff(session, role="lead")]))
    session.flush()
    erasures = session.scalars(select(Erasure).order_by(Erasure.id)).all()
    stages = [one.stage for one in erasures]
    assert stages == ["scheduled", "refused", "withdrawn", "received", "received", "received"]
    assert {one.identity for one in erasures} == {"asked", "verified"}
    assert blockers_of(session, erasures[0])
    cases = session.scalars(select(Case).where(Case.queue == "erasures")).all()
    assert all(one.closed_at for one in cases if one.resolution)
