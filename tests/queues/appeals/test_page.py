"""The page of an appeal in the desk: its evidence, and the first queue's form inside its own."""

import pytest

from backoffice.core.claim import claim
from backoffice.staff.model import Staff
from tests.factories.appeal import OVERTURN, appeal_against, refused_by
from tests.factories.staff import make_staff, sign_in, submit


@pytest.fixture
def judge(session, client, lead):
    """A lead who took no part, signed in."""
    sign_in(client, session, session.get_one(Staff, lead.id))
    return lead


def test_it_shows_the_appeal_and_what_it_contests(client, appeal, refused, judge):
    shown = client.get(f"/cases/{appeal.reference}?lang=en").text
    reason = refused.reasons[0]
    for words in ("La gérante est ma mère.", refused.case.reference, refused.facts, reason.rule):
        assert words in shown
    assert "Everybody who may judge" not in shown


def test_errors_of_the_inner_form_are_shown_and_what_was_typed_kept(
    client, session, appeal, refused, judge
):
    claim(session, appeal, judge)
    session.flush()
    page = f"/cases/{appeal.reference}"
    data = {**OVERTURN, "approve-trace_phone": "", "version": appeal.version}
    answer = submit(client, f"{page}/overturn", on=page, **data)
    assert answer.status_code == 422
    assert 'aria-describedby="overturn-approve-trace_phone-error"' in answer.text
    assert OVERTURN["facts"] in answer.text
    assert answer.text.count("Pièces relues.") >= 8
    session.expire_all()
    assert refused.case.resolution == "rejected"


def test_it_is_overturned_from_the_page(client, session, appeal, refused, judge):
    claim(session, appeal, judge)
    session.flush()
    page = f"/cases/{appeal.reference}"
    answer = submit(client, f"{page}/overturn", on=page, version=appeal.version, **OVERTURN)
    assert answer.status_code == 303
    session.expire_all()
    assert (appeal.resolution, refused.case.resolution) == ("overturned", "approved")


def test_it_says_why_it_waits_when_only_those_who_decided_are_left(client, session, app):
    only = make_staff(session, role="lead")
    for other in session.query(Staff).filter(Staff.id != only.id):
        other.active = False
    appeal = appeal_against(session, refused_by(session, only.actor))
    sign_in(client, session, only)
    shown = client.get(f"/cases/{appeal.reference}?lang=en").text
    assert "the case waits for another lead" in shown
    assert 'data-action="overturn"' not in shown
