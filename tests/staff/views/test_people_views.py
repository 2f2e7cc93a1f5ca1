import pytest

from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import ROLES
from backoffice.staff.model import Staff
from tests.factories.staff import make_staff, sign_in, submit

ACTIONS = ("roles", "invite", "deactivate", "reactivate", "reset-second-factor", "end-sessions")


@pytest.fixture
def admin(client, session):
    admin = make_staff(session, role="admin")
    sign_in(client, session, admin)
    return admin


@pytest.fixture
def staff(session, admin):
    staff = make_staff(session, role="moderator")
    session.commit()
    return staff


def act(client, staff, action, **fields):
    return submit(client, f"/admin/staff/{staff.id}/{action}", on="/account", **fields)


class TestWhoMayOpenThem:
    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
    def test_to_others_they_do_not_exist(self, client, session, role):
        staff = make_staff(session, role=role)
        sign_in(client, session, staff)
        for path in ("/admin/staff", "/admin/staff/invite", f"/admin/staff/{staff.id}"):
            assert client.get(path).status_code == 404
        for action in ACTIONS:
            assert act(client, staff, action).status_code == 404

    def test_strangers_are_asked_to_sign_in(self, client):
        assert client.get("/admin/staff").location == "/login?next=/admin/staff"

    def test_nobody_by_that_number(self, client, admin):
        assert client.get("/admin/staff/999999").status_code == 404
        assert submit(client, "/admin/staff/999999/roles", on="/account").status_code == 404


class TestTheList:
    def test_shows_everybody(self, client, session, staff):
        closed = make_staff(session, role="support", active=False)
        invited = make_staff(session, role="lead", password_hash=None)
        session.commit()
        page = client.get("/admin/staff").get_data(as_text=True)
        for person in (staff, closed, invited):
            assert person.email in page


class TestInvite:
    def test_makes_an_account_and_owes_a_mail(self, client, session, admin):
        answer = submit(
            client, "/admin/staff/invite", name="Inès", email="Ines@Marjolaine.example",
            locale="en", roles=["lead", "finance"],
        )  # fmt: skip
        staff = session.query(Staff).filter_by(email="ines@marjolaine.example").one()
        assert answer.location == f"/admin/staff/{staff.id}"
        assert staff.roles == ["finance", "lead"]
        mail = session.query(OutboxMessage).one()
        assert (mail.event, mail.to_address, mail.locale) == ("staff.invited", staff.email, "en")

    @pytest.mark.parametrize(
        "wrong",
        [{"email": "ines"}, {"email": "a\0@b.example c"}, {"name": " "}, {"roles": "emperor"}],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_kept(self, client, session, admin, wrong):
        values = {"name": "Inès", "email": "ines@marjolaine.example", "locale": "fr"} | wrong
        answer = submit(client, "/admin/staff/invite", **values)
        assert answer.status_code == 422
        assert session.query(OutboxMessage).count() == 0

    def test_an_address_taken(self, client, staff):
        values = {"name": "Inès", "email": staff.email, "locale": "fr"}
        answer = submit(client, "/admin/staff/invite", **values)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.get_data(as_text=True)


class TestActions:
    def test_roles(self, client, session, staff):
        act(client, staff, "roles", roles=["support"])
        session.refresh(staff)
        assert staff.roles == ["support"]

    def test_a_role_that_is_none(self, client, session, staff):
        assert act(client, staff, "roles", roles=["emperor"]).status_code == 422
        session.refresh(staff)
        assert staff.roles == ["moderator"]

    def test_not_ones_own_roles(self, client, session, admin, staff):
        act(client, admin, "roles", roles=["admin", "lead"])
        session.refresh(admin)
        assert admin.roles == ["admin"]
        assert 'role="alert"' in client.get("/account").get_data(as_text=True)

    def test_close_and_open(self, client, session, staff):
        for action, active in (("deactivate", False), ("reactivate", True)):
            assert act(client, staff, action).location == f"/admin/staff/{staff.id}"
            session.refresh(staff)
            assert staff.active is active

    def test_reset_the_second_factor(self, client, session, staff):
        act(client, staff, "reset-second-factor")
        session.refresh(staff)
        assert staff.totp_secret is None

    def test_end_the_sessions(self, app, client, session, staff):
        row = sign_in(app.test_client(), session, staff)
        act(client, staff, "end-sessions")
        session.refresh(row)
        assert row.revoked_at

    def test_invite_again(self, client, session, staff):
        staff.password_hash = None
        session.commit()
        act(client, staff, "invite")
        assert session.query(OutboxMessage.event).all() == [("staff.invited",)]

    def test_only_what_may_be_done_is_offered(self, client, session, admin, staff):
        own = client.get(f"/admin/staff/{admin.id}").get_data(as_text=True)
        assert not any(f"/admin/staff/{admin.id}/{action}" in own for action in ACTIONS)
        theirs = client.get(f"/admin/staff/{staff.id}").get_data(as_text=True)
        offered = {action for action in ACTIONS if f"/{staff.id}/{action}" in theirs}
        assert offered == {"roles", "deactivate", "reset-second-factor", "end-sessions"}
