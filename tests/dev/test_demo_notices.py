"""The demo's notices: one of almost every kind, in every state, and what they leave behind."""

from collections import Counter
from itertools import cycle

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.dev.demo_cases import past_registrations
from backoffice.dev.demo_listings import past_listings, present_listings
from backoffice.dev.demo_notices import past_notices, present_notices
from backoffice.dev.demo_products import HARDWARE
from backoffice.marketplace.sanction import standing
from backoffice.marketplace.seller import by_external_id
from backoffice.queues.notices.model import Notice
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def cases(app, session, files_dir):
    """The demo's notices, filled in."""
    with app.app_context():
        reviewers = cycle([make_staff(session, role="moderator") for _ in range(2)])
        past_registrations(session, reviewers)
        past_listings(session, reviewers)
        past_notices(session, reviewers)
        present_listings(session)
        present_notices(session, reviewers)
        session.flush()
        yield session.scalars(select(Case).where(Case.queue == "notices")).all()


def test_demo_has_notices_of_almost_every_kind_in_every_state(session, cases):
    states = Counter(case.state for case in cases)
    assert states == {"open": 8, "waiting": 1, "held": 1, "closed": 4}
    assert Counter(case.resolution for case in cases if case.resolution) == {
        "upheld": 2, "dismissed": 2,
    }  # fmt: skip
    kinds = set(session.scalars(select(Notice.kind)))
    assert len(kinds) == 10
    assert sum("answered" in case.flags for case in cases) == 1
    assert sum(case.kind == "urgent" for case in cases) == 1
    _leaves_a_seller_with_a_record(session)
    _tells_nothing_of_the_past(session, cases)


def _leaves_a_seller_with_a_record(session):
    known = standing(session, "seller", by_external_id(session, HARDWARE).id, now())
    assert (known.warnings, known.strikes) == (1, 1)


def _tells_nothing_of_the_past(session, cases):
    past = [case.id for case in cases if case.state == "closed"]
    rows = select(OutboxMessage).where(OutboxMessage.case_id.in_(past))
    assert session.scalars(rows).all() == []
    mails = select(OutboxMessage.event).where(OutboxMessage.channel == Channel.MAIL)
    events = Counter(session.scalars(mails.where(OutboxMessage.event.startswith("notice"))))
    assert events == {"notice.received": 10, "notice.seller_asked": 2}
