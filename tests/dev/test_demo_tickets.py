"""The demo's tickets: every state, threads, one merged, some rated, some late."""

from collections import Counter
from itertools import cycle

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.dev.demo_tickets import demo_tickets
from backoffice.dev.demo_words import STORIES
from backoffice.queues.tickets.model import Ticket, TicketMessage
from tests.factories.dispute import make_paid_order
from tests.factories.staff import make_staff


@pytest.mark.usefixtures("app")
def test_demo_has_tickets_in_every_state(session):
    make_paid_order(session)
    demo_tickets(session, cycle([make_staff(session, role="support")]))
    session.flush()
    cases = session.scalars(select(Case).where(Case.queue == "tickets")).all()
    assert len(cases) == len(STORIES)
    assert Counter(one.resolution or one.state for one in cases) == {
        "open": 15, "waiting": 4, "solved": 5, "merged": 1
    }  # fmt: skip
    late = [one for one in cases if one.state == "open" and one.due_at < now()]
    assert 0 < len(late) < 10
    assert session.scalars(select(Ticket).where(Ticket.rating.is_not(None))).all()
    messages = session.scalars(select(TicketMessage)).all()
    assert any(one.is_automatic for one in messages)
    assert max(one.at for one in messages) <= now()
    held = {one.case_id for one in session.scalars(select(OutboxMessage))}
    assert held.isdisjoint(one.id for one in cases if one.resolution)
