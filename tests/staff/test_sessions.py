from datetime import timedelta

import pytest

from backoffice.core.audit import AuditEntry
from backoffice.core.permissions import SYSTEM
from backoffice.staff import sessions
from backoffice.staff.model import StaffSession
from tests.factories.staff import USER_AGENT, make_staff


@pytest.fixture
def staff(session):
    return make_staff(session, role="moderator")


def begin(session, staff):
    return sessions.begin(session, staff, ip="192.0.2.7", user_agent=USER_AGENT)


class TestFind:
    def test_by_its_token(self, session, staff):
        begin(session, make_staff(session, role="lead"))
        row, token = begin(session, staff)
        assert sessions.find(session, token) is row
        assert token not in row.token_digest

    @pytest.mark.parametrize("token", ["", "0" * 43, "\0", "é"])
    def test_not_by_another(self, session, staff, token):
        begin(session, staff)
        assert sessions.find(session, token) is None

    def test_not_when_left_idle(self, session, staff, settings):
        row, token = begin(session, staff)
        row.last_seen_at -= timedelta(minutes=settings.session_idle_minutes)
        assert sessions.find(session, token) is None

    def test_not_when_too_old_however_busy(self, session, staff, settings):
        row, token = begin(session, staff)
        row.created_at -= timedelta(hours=settings.session_hours)
        assert sessions.find(session, token) is None

    def test_just_before_either_end_it_lives(self, session, staff, settings):
        row, token = begin(session, staff)
        row.created_at -= timedelta(hours=settings.session_hours, seconds=-60)
        row.last_seen_at -= timedelta(minutes=settings.session_idle_minutes, seconds=-60)
        assert sessions.find(session, token) is row

    def test_not_when_ended(self, session, staff):
        row, token = begin(session, staff)
        sessions.end(row)
        assert sessions.find(session, token) is None

    def test_not_when_the_account_is_closed(self, session, staff):
        _, token = begin(session, staff)
        staff.active = False
        assert sessions.find(session, token) is None


class TestTouch:
    def test_notes_presence(self, session, staff):
        row, _ = begin(session, staff)
        session.flush()
        row.last_seen_at -= sessions.TOUCH_EVERY
        before = row.last_seen_at
        sessions.touch(row)
        assert row.last_seen_at > before

    def test_writes_nothing_within_half_a_minute(self, session, staff):
        row, _ = begin(session, staff)
        session.flush()
        sessions.touch(row)
        assert row not in session.dirty


class TestEndAll:
    def test_all_but_one_of_one_person(self, session, staff):
        kept, _ = begin(session, staff)
        gone, _ = begin(session, staff)
        others, _ = begin(session, make_staff(session, role="lead"))
        assert sessions.end_all(session, staff, SYSTEM, but=kept.id) == 1
        assert (kept.revoked_at, others.revoked_at) == (None, None)
        assert gone.revoked_at is not None

    def test_nothing_to_end_is_not_audited(self, session, staff):
        assert sessions.end_all(session, staff, SYSTEM) == 0
        assert session.query(AuditEntry).filter_by(stream=staff.stream).count() == 0


def test_beginning_one_forgets_those_of_a_month_ago(session, staff):
    row, _ = begin(session, staff)
    session.flush()
    row.last_seen_at -= sessions.KEPT_FOR + timedelta(seconds=1)
    begin(session, staff)
    assert session.query(StaffSession).filter_by(staff_id=staff.id).count() == 1


def test_a_browser_that_sends_a_book_is_cut_short(session, staff):
    row, _ = sessions.begin(session, staff, ip="", user_agent="a\0" * 10_000)
    session.flush()
    assert len(row.user_agent) == sessions.USER_AGENT_MAX
