"""Macros and canned replies: whole or not at all, and the step that fails says why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.presence import draft_of, write_draft
from backoffice.desk.inbox import run_macro
from backoffice.queues.tickets.macros import Failed, problems
from backoffice.queues.tickets.model import Category, TicketMessage
from backoffice.queues.tickets.replies import CannedReply, Macro
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agent(session):
    return make_staff(session, role="support")


def write_macro(session, *steps):
    """Keep a macro of these steps."""
    session.add(Macro(code="essai", label_fr="Essai", label_en="Trial", steps=list(steps),
                      starts_at=now() - timedelta(days=1)))  # fmt: skip
    session.flush()


def do(session, received, agent, code="essai", only_text=False, **posted):
    """Run a macro on a ticket that the agent holds."""
    case = received.case
    if case.holder_id is None:
        claim(session, case, agent.actor)
    return run_macro(session, case, received.ticket, code, actor=agent.actor,
                     version=case.version, only_text=only_text, posted=posted)  # fmt: skip


def said_in(session, ticket):
    rows = select(TicketMessage.body).where(TicketMessage.ticket_id == ticket.id)
    return session.scalars(rows.order_by(TicketMessage.id)).all()


def test_it_sets_the_category_writes_and_sends_in_one_go(session, agent):
    received = make_ticket(session)
    done = do(session, received, agent, "payout_on_its_way")
    assert done.decision.action == "reply"
    assert received.ticket.category == Category.PAYMENT
    assert received.ticket.name in said_in(session, received.ticket)[-1]
    assert agent.name in said_in(session, received.ticket)[-1]
    assert received.case.state == "waiting"


def test_without_a_send_it_writes_below_the_draft(session, agent):
    received = make_ticket(session)
    write_draft(session, received.case.id, "Bonjour,", agent.id)
    write_macro(session, {"step": "insert_reply", "reply": "more_needed"})
    do(session, received, agent)
    body = draft_of(session, received.case.id).body
    assert body.startswith("Bonjour,\n\nBonjour ")
    assert received.case.reference in body
    assert len(said_in(session, received.ticket)) == 1


def test_the_text_alone_changes_nothing_else(session, agent):
    received = make_ticket(session)
    done = do(session, received, agent, "payout_on_its_way", only_text=True)
    assert done.decision is None
    assert received.ticket.category == Category.OTHER
    assert "virement" in draft_of(session, received.case.id).body


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"step": "insert_reply", "reply": "order_late"}, "order"),
        ({"step": "insert_statement"}, "statement"),
        ({"step": "insert_reply", "reply": "retired"}, "was retired on"),
    ],
)
def test_a_step_that_fails_says_so_and_nothing_was_done(session, agent, step, why):
    received = make_ticket(session)
    retire(session, "retired")
    write_macro(session, {"step": "set_category", "category": "refund"}, step)
    with pytest.raises(Failed) as failed:
        do(session, received, agent)
    assert failed.value.said.values["number"] == 2
    assert why in str(failed.value.said.values["why"])
    session.refresh(received.ticket)
    assert received.ticket.category == Category.OTHER
    assert draft_of(session, received.case.id) is None


def retire(session, code):
    """Keep a canned reply that is in force no more."""
    told = {"label_fr": "Ancien", "label_en": "Old", "text_fr": "a", "text_en": "a"}
    began, ended = now() - timedelta(days=9), now() - timedelta(days=1)
    session.add(CannedReply(code=code, category="", starts_at=began, ends_at=ended, **told))
    session.flush()


@pytest.mark.parametrize(
    "steps",
    [
        [],
        "reply",
        [{"step": "dance"}],
        [{"step": "insert_reply"}],
        [{"step": "insert_reply", "reply": "nowhere"}],
        [{"step": "set_category", "category": "licornes"}],
        [{"step": "send", "action": "merge"}],
        [{"step": "send", "action": "reply"}, {"step": "insert_statement"}],
        [{"step": "note", "body": "{password}"}],
        [{"step": "insert_statement", "more": "1"}],
    ],
)
def test_a_macro_that_cannot_run_is_not_kept(session, steps):
    assert problems(session, steps)


def test_every_macro_of_the_first_installation_holds(session):
    for macro in session.scalars(select(Macro)):
        assert problems(session, macro.steps) == [], macro.code
