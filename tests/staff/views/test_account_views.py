import re

import pytest

from backoffice.core.audit import AuditEntry
from backoffice.staff import passwords, second_factor
from tests.factories.staff import PASSWORD, code_of, csrf_of, make_staff, sign_in, submit

NEW = "une phrase toute neuve"


@pytest.fixture
def staff(session):
    return make_staff(session, role="moderator")


@pytest.fixture
def row(client, session, staff):
    return sign_in(client, session, staff)


def verbs(session, staff):
    found = session.query(AuditEntry.verb).filter_by(stream=staff.stream).order_by("seq")
    return [verb for (verb,) in found]


@pytest.mark.usefixtures("row")
class TestProfile:
    def test_is_saved_and_audited_once(self, client, session, staff):
        values = {"name": "Inès Carpentier", "locale": "en", "keys_off": ["a", "r"]}
        for _ in range(2):
            assert submit(client, "/account", **values).location == "/account"
        session.refresh(staff)
        assert (staff.name, staff.locale, staff.keys_off) == ("Inès Carpentier", "en", ["a", "r"])
        assert verbs(session, staff).count("staff.profile_changed") == 1

    def test_the_page_speaks_her_language_and_knows_her_keys(self, client, session, staff):
        staff.locale, staff.keys_off = "en", ["a"]
        session.commit()
        page = client.get("/account").get_data(as_text=True)
        assert '<html lang="en"' in page
        assert 'data-keys-off="a"' in page

    @pytest.mark.parametrize(
        "wrong", [{"name": "\0"}, {"name": "x" * 101}, {"locale": "de"}, {"keys_off": "q"}]
    )
    def test_what_is_wrong_is_said(self, client, session, staff, wrong):
        values = {"name": "Inès", "locale": "en"} | wrong
        assert submit(client, "/account", **values).status_code == 422
        session.refresh(staff)
        assert staff.locale == "fr"


class TestPassword:
    def test_ends_the_other_sessions(self, app, client, session, staff, row):
        other = sign_in(app.test_client(), session, staff)
        answer = submit(
            client, "/account/password", on="/account",
            password=PASSWORD, new_password=NEW, new_password_again=NEW,
        )  # fmt: skip
        assert answer.location == "/account"
        for changed in (staff, row, other):
            session.refresh(changed)
        assert passwords.matches(staff.password_hash, NEW)
        assert (row.revoked_at is None, other.revoked_at is None) == (True, False)

    @pytest.mark.parametrize(
        "wrong",
        [{"password": "not this one"}, {"new_password": "court"}, {"new_password_again": "autre"}],
    )
    def test_is_not_changed_otherwise(self, client, session, staff, row, wrong):
        values = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW} | wrong
        answer = submit(client, "/account/password", on="/account", **values)
        assert answer.status_code == 422
        session.refresh(staff)
        assert passwords.matches(staff.password_hash, PASSWORD)

    def test_guessing_it_locks(self, client, staff, row, settings):
        values = {"password": "not this one", "new_password": NEW, "new_password_again": NEW}
        for _ in range(settings.lockout_failures):
            submit(client, "/account/password", on="/account", **values)
        values["password"] = PASSWORD
        answer = submit(client, "/account/password", on="/account", **values)
        assert answer.status_code == 422


class TestSessions:
    def test_one_of_my_own(self, app, client, session, staff, row):
        other = sign_in(app.test_client(), session, staff)
        assert f"/account/sessions/{other.id}/end" in client.get("/account").get_data(as_text=True)
        submit(client, f"/account/sessions/{other.id}/end", on="/account")
        session.refresh(other)
        assert other.revoked_at
        assert client.get("/account").status_code == 200

    def test_not_somebody_elses(self, app, client, session, row):
        other = sign_in(app.test_client(), session, make_staff(session, role="support"))
        answer = submit(client, f"/account/sessions/{other.id}/end", on="/account")
        assert answer.status_code == 404
        session.refresh(other)
        assert other.revoked_at is None

    def test_all_the_others(self, app, client, session, staff, row):
        other = sign_in(app.test_client(), session, staff)
        submit(client, "/account/sessions/end-others", on="/account")
        session.refresh(other)
        assert other.revoked_at
        assert client.get("/account").status_code == 200


class TestRecoveryCodes:
    def test_are_renewed_and_shown_once(self, client, session, staff, row):
        old = second_factor.new_recovery_codes(session, staff)
        session.commit()
        answer = submit(client, "/account/recovery-codes", on="/account", password=PASSWORD)
        shown = re.findall(r"<code>([^<]+)</code>", answer.get_data(as_text=True))
        assert len(shown) == second_factor.RECOVERY_CODES
        assert second_factor.accept(session, staff, shown[0])
        assert not second_factor.accept(session, staff, old[0])
        assert shown[1] not in client.get("/account").get_data(as_text=True)

    def test_need_the_password(self, client, session, staff, row):
        answer = submit(client, "/account/recovery-codes", on="/account", password="no")
        assert answer.status_code == 422
        assert second_factor.recovery_codes_left(session, staff) == 0

    def test_are_for_those_with_a_second_factor(self, client, session):
        sign_in(client, session, make_staff(session, role="support", totp_secret=None))
        answer = submit(client, "/account/recovery-codes", on="/account", password=PASSWORD)
        assert answer.status_code == 404


def shown_secret(page):
    return re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)[1].replace(" ", "")


class TestEnrolment:
    @pytest.fixture
    def lead(self, client, session):
        lead = make_staff(session, role="lead", totp_secret=None)
        sign_in(client, session, lead)
        return lead

    def test_is_forced_on_some_roles(self, client, lead):
        for path in ("/account", "/admin/staff"):
            assert client.get(path).location.startswith("/account/second-factor?next=/")
        assert submit(client, "/logout", on="/account/second-factor").location == "/login"

    def test_nothing_else_can_be_done_before(self, client, session, lead):
        answer = submit(client, "/account", on="/account/second-factor", name="x", locale="en")
        assert answer.location.startswith("/account/second-factor")
        session.refresh(lead)
        assert lead.name != "x"

    def test_the_first_code_ends_it_and_renews_the_session(self, client, session, lead):
        page = client.get("/account/second-factor?next=/account").get_data(as_text=True)
        before = client.get_cookie("session").value
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = client.post(
            "/account/second-factor?next=/account",
            data={"csrf_token": token, "code": code_of(shown_secret(page))},
        )
        body = answer.get_data(as_text=True)
        assert len(re.findall(r"<code>", body)) == second_factor.RECOVERY_CODES
        assert 'href="/account"' in body
        assert client.get_cookie("session").value != before
        assert client.get("/account").status_code == 200
        assert verbs(session, lead) == [
            "staff.second_factor_enrolled",
            "staff.recovery_codes_renewed",
        ]

    def test_a_wrong_code_shows_the_same_secret_again(self, client, session, lead):
        page = client.get("/account/second-factor").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = client.post("/account/second-factor", data={"csrf_token": token, "code": "1"})
        assert answer.status_code == 422
        assert shown_secret(answer.get_data(as_text=True)) == shown_secret(page)
        session.refresh(lead)
        assert lead.totp_secret is None

    @pytest.mark.parametrize(("password", "status"), [("", 422), ("no", 422), (PASSWORD, 200)])
    def test_another_telephone_needs_the_password(
        self, client, session, staff, row, password, status
    ):
        before = staff.totp_secret
        page = client.get("/account/second-factor").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        data = {"csrf_token": token, "password": password, "code": code_of(shown_secret(page))}
        assert client.post("/account/second-factor", data=data).status_code == status
        session.refresh(staff)
        assert (staff.totp_secret != before) == (status == 200)

    def test_a_code_for_a_secret_never_shown_shows_one(self, client, session, lead):
        data = {"csrf_token": csrf_of(client, "/account/second-factor"), "code": "123456"}
        with client.session_transaction() as cookie:
            del cookie["enrolling"]
        answer = client.post("/account/second-factor", data=data)
        assert shown_secret(answer.get_data(as_text=True))
        session.refresh(lead)
        assert lead.totp_secret is None

    def test_is_not_forced_on_a_moderator(self, client, session):
        sign_in(client, session, make_staff(session, role="moderator", totp_secret=None))
        assert client.get("/account").status_code == 200
