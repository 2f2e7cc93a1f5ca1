import pytest

from backoffice.core.audit import AuditEntry
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import Refused
from backoffice.staff import accounts, links, passwords, sessions
from backoffice.staff.model import LinkKind
from tests.factories.staff import PASSWORD, make_staff


@pytest.fixture
def admin(session):
    return make_staff(session, role="admin")


@pytest.fixture
def staff(session, admin):
    return make_staff(session, role="moderator")


def create(session, actor, **kw):
    values = {"email": "Ines@Marjolaine.example", "name": "Inès", "roles": ["lead"], "locale": "fr"}
    return accounts.create(session, **(values | kw), actor=actor)


def verbs(session, staff):
    found = session.query(AuditEntry.verb).filter_by(stream=staff.stream).order_by("seq")
    return [verb for (verb,) in found]


class TestCreate:
    def test_nobody_can_sign_in_yet(self, session, admin):
        staff = create(session, admin.actor)
        assert (staff.email, staff.password_hash) == ("ines@marjolaine.example", None)
        assert verbs(session, staff) == ["staff.created"]

    def test_an_address_has_one_account(self, session, admin):
        create(session, admin.actor)
        with pytest.raises(Refused, match="already"):
            create(session, admin.actor, email="INES@marjolaine.example ")

    def test_roles_are_those_of_the_policy(self, session, admin):
        with pytest.raises(ValueError, match="emperor"):
            create(session, admin.actor, roles=["emperor"])


class TestInvite:
    def test_sends_one_mail(self, session, admin):
        staff = create(session, admin.actor)
        accounts.invite(session, staff, admin.actor)
        assert session.query(OutboxMessage.event).all() == [("staff.invited",)]

    @pytest.mark.parametrize("state", [{}, {"password_hash": None, "active": False}])
    def test_only_who_waits_for_one(self, session, admin, state):
        with pytest.raises(Refused):
            accounts.invite(session, make_staff(session, role="lead", **state), admin.actor)


class TestChangeRoles:
    def test_says_before_and_after(self, session, admin, staff):
        accounts.change_roles(session, staff, ["support", "moderator"], admin.actor)
        assert staff.roles == ["moderator", "support"]
        entry = session.query(AuditEntry).filter_by(verb="staff.roles_changed").one()
        assert entry.detail.detail == {
            "before": ["moderator"],
            "after": ["moderator", "support"],
        }

    def test_the_same_ones_change_nothing(self, session, admin, staff):
        accounts.change_roles(session, staff, ["moderator"], admin.actor)
        assert verbs(session, staff) == []

    def test_nobody_changes_her_own(self, session, admin):
        make_staff(session, role="admin")
        with pytest.raises(Refused, match="her own roles"):
            accounts.change_roles(session, admin, ["admin", "lead"], admin.actor)

    def test_the_last_administrator_stays(self, session, admin):
        make_staff(session, role="admin", active=False)
        make_staff(session, role="admin", password_hash=None)
        with pytest.raises(Refused, match="last administrator"):
            accounts.change_roles(session, admin, ["lead"], SYSTEM)

    def test_the_last_administrator_may_have_more(self, session, admin):
        accounts.change_roles(session, admin, ["admin", "lead"], SYSTEM)
        assert admin.roles == ["lead", "admin"]

    def test_the_last_but_one_may_go(self, session, admin):
        other = make_staff(session, role="admin")
        accounts.change_roles(session, other, [], admin.actor)
        assert other.roles == []


class TestDeactivate:
    def test_ends_sessions_and_links(self, session, admin, staff):
        row, _ = sessions.begin(session, staff, ip="", user_agent="")
        link = links.make(session, staff, LinkKind.RESET)
        accounts.deactivate(session, staff, admin.actor)
        session.refresh(link)
        assert not staff.active
        assert row.revoked_at
        assert link.used_at

    def test_twice_is_once(self, session, admin, staff):
        accounts.deactivate(session, staff, admin.actor)
        accounts.deactivate(session, staff, admin.actor)
        assert verbs(session, staff).count("staff.deactivated") == 1

    def test_nobody_closes_her_own_account(self, session, admin):
        make_staff(session, role="admin")
        with pytest.raises(Refused, match="her own account"):
            accounts.deactivate(session, admin, admin.actor)

    def test_the_last_administrator_stays(self, session, admin):
        with pytest.raises(Refused, match="last administrator"):
            accounts.deactivate(session, admin, SYSTEM)

    def test_and_back(self, session, admin, staff):
        accounts.deactivate(session, staff, admin.actor)
        accounts.reactivate(session, staff, admin.actor)
        accounts.reactivate(session, staff, admin.actor)
        assert staff.active
        assert staff.roles == ["moderator"]
        assert verbs(session, staff).count("staff.reactivated") == 1


def test_a_reset_second_factor_ends_the_sessions(session, admin, staff):
    row, _ = sessions.begin(session, staff, ip="", user_agent="")
    accounts.reset_second_factor(session, staff, admin.actor)
    assert staff.totp_secret is None
    assert row.revoked_at


def test_nobody_resets_her_own_second_factor(session, admin):
    with pytest.raises(Refused):
        accounts.reset_second_factor(session, admin, admin.actor)


def test_a_new_password_ends_the_other_sessions_and_the_links(session, staff):
    kept, _ = sessions.begin(session, staff, ip="", user_agent="")
    gone, _ = sessions.begin(session, staff, ip="", user_agent="")
    link = links.make(session, staff, LinkKind.RESET)
    accounts.set_password(session, staff, PASSWORD + " encore", keep=kept.id)
    session.refresh(link)
    assert passwords.matches(staff.password_hash, PASSWORD + " encore")
    assert (kept.revoked_at is None, gone.revoked_at is None) == (True, False)
    assert link.used_at
