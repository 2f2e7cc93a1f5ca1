from datetime import timedelta

import pytest

from backoffice.core.audit import AuditEntry
from backoffice.core.refusal import Refused
from backoffice.staff import passwords, sign_in
from backoffice.staff.model import SignInAttempt
from tests.factories.staff import PASSWORD, code_of, make_staff


@pytest.fixture
def staff(session):
    make_staff(session, role="support")
    return make_staff(session, role="moderator")


def fail(session, email, times=1):
    for _ in range(times):
        with pytest.raises(Refused):
            sign_in.check_password(session, email, "not this one")


def age(session, **by):
    """Make the attempts so far older."""
    for attempt in session.query(SignInAttempt):
        attempt.at -= timedelta(**by)


class TestCheckPassword:
    def test_the_right_one(self, session, staff):
        assert sign_in.check_password(session, staff.email, PASSWORD) is staff

    def test_the_address_is_read_as_people_type_it(self, session, staff):
        assert sign_in.check_password(session, f" {staff.email.upper()} ", PASSWORD) is staff

    @pytest.mark.parametrize("state", [{"active": False}, {"password_hash": None}])
    def test_closed_and_invited_accounts_are_as_unknown(self, session, state):
        staff = make_staff(session, role="support", **state)
        with pytest.raises(Refused) as known:
            sign_in.check_password(session, staff.email, PASSWORD)
        with pytest.raises(Refused) as unknown:
            sign_in.check_password(session, "personne@ailleurs.example", PASSWORD)
        assert known.value.said == unknown.value.said

    def test_an_unknown_address_costs_one_hash_too(self, session, monkeypatch):
        hashes = []
        matches = passwords.matches
        monkeypatch.setattr(
            passwords, "matches", lambda kept, typed: hashes.append(kept) or matches(kept, typed)
        )
        fail(session, "personne@ailleurs.example")
        assert hashes == [None]

    def test_an_old_hash_is_renewed(self, session, monkeypatch):
        old = passwords.PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        staff = make_staff(session, role="support", password_hash=old)
        sign_in.check_password(session, staff.email, PASSWORD)
        assert staff.password_hash != old
        assert passwords.matches(staff.password_hash, PASSWORD)


class TestLockOut:
    def test_after_five_failures_the_right_password_is_refused(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures)
        with pytest.raises(sign_in.LockedOut) as locked:
            sign_in.check_password(session, staff.email, PASSWORD)
        assert locked.value.said.values == {"minutes": settings.lockout_minutes}

    def test_four_failures_do_not_lock(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures - 1)
        assert sign_in.check_password(session, staff.email, PASSWORD)

    def test_unknown_addresses_lock_alike(self, session, settings):
        fail(session, "personne@ailleurs.example", settings.lockout_failures)
        with pytest.raises(sign_in.LockedOut):
            sign_in.check_password(session, "personne@ailleurs.example", PASSWORD)

    def test_another_account_is_not_locked(self, session, staff, settings):
        other = make_staff(session, role="support")
        fail(session, staff.email, settings.lockout_failures)
        assert sign_in.check_password(session, other.email, PASSWORD)

    def test_wrong_codes_count(self, session, staff, settings):
        for _ in range(settings.lockout_failures):
            with pytest.raises(Refused):
                sign_in.check_code(session, staff, "000000")
        with pytest.raises(sign_in.LockedOut):
            sign_in.check_code(session, staff, code_of())

    def test_the_right_password_alone_does_not_forgive(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures - 1)
        sign_in.check_password(session, staff.email, PASSWORD)
        fail(session, staff.email)
        with pytest.raises(sign_in.LockedOut):
            sign_in.check_password(session, staff.email, PASSWORD)

    def test_a_complete_sign_in_does(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures - 1)
        sign_in.note_success(session, staff)
        fail(session, staff.email, settings.lockout_failures - 1)
        assert sign_in.check_password(session, staff.email, PASSWORD)

    def test_it_ends_by_itself(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures)
        age(session, minutes=settings.lockout_minutes)
        assert sign_in.check_password(session, staff.email, PASSWORD)

    def test_it_is_audited_once(self, session, staff, settings):
        fail(session, staff.email, settings.lockout_failures + 2)
        verbs = session.query(AuditEntry.verb).filter_by(stream=staff.stream).all()
        assert verbs == [("staff.locked_out",)]

    def test_old_attempts_are_forgotten(self, session, staff):
        fail(session, staff.email)
        age(session, days=2)
        fail(session, "personne@ailleurs.example")
        assert session.query(SignInAttempt).count() == 1

    def test_no_address_is_kept(self, session):
        fail(session, "personne@ailleurs.example")
        assert "@" not in session.query(SignInAttempt.email_fingerprint).scalar()
