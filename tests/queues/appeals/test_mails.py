"""The e-mails of an appeal, rendered from what the appeal owes."""

import pytest
from sqlalchemy import select

from backoffice.core.decision import current_decision
from backoffice.core.outbox import OutboxMessage
from backoffice.notify.render import render
from tests.factories.appeal import OVERTURN, act, amendment, rows_of


@pytest.fixture
def rendered(app):
    """Return a function that renders an owed e-mail in English."""

    def rendered(row):
        with app.app_context():
            return render(row.event, "en", row.payload)

    return rendered


def test_the_receipt_says_by_when_and_leads_to_the_appeal(session, appeal, refused, rendered):
    row = session.scalars(
        select(OutboxMessage).where(OutboxMessage.event == "appeal.received")
    ).one()
    mail = rendered(row)
    assert appeal.reference in mail.subject
    assert refused.case.reference in mail.text
    assert "/p/" in mail.text


@pytest.mark.parametrize("outcome", ["confirm", "overturn", "amend"])
def test_the_outcome_says_why_and_names_the_other_ways(
    session, appeal, refused, lead, rendered, outcome
):
    data = {"confirm": {"facts": "Rien."}, "overturn": OVERTURN, "amend": amendment(session)}
    decision = act(session, appeal, outcome, lead, data[outcome])
    (row,) = (one for one in rows_of(session, decision) if one.to_address)
    mail = rendered(row)
    assert data[outcome]["facts"] in mail.text
    assert refused.case.reference in mail.text
    assert "out-of-court" in mail.text
    assert "Contest free of charge" not in mail.text


def test_the_new_decision_says_that_it_replaces_the_first(session, appeal, refused, lead, rendered):
    act(session, appeal, "overturn", lead, OVERTURN)
    made = current_decision(session, refused.case)
    (row,) = (one for one in rows_of(session, made) if one.to_address)
    assert row.event == "registration.approved"
    assert rendered(row).subject.startswith("New decision")
