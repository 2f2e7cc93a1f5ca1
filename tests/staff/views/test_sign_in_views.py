from datetime import timedelta

import pytest

from backoffice import create_app
from backoffice.core.clock import now
from backoffice.staff import second_factor
from backoffice.staff.model import SignInAttempt, StaffSession
from tests.factories.staff import (
    PASSWORD,
    code_of,
    csrf_of,
    make_staff,
    sign_in,
    sign_in_by_forms,
    submit,
)


@pytest.fixture
def staff(session):
    make_staff(session, role="lead")
    staff = make_staff(session, role="moderator")
    session.commit()
    return staff


def is_signed_in(client):
    return client.get("/account").status_code == 200


class TestSigningIn:
    def test_password_then_code_leads_where_she_was_going(self, client, staff):
        first = submit(
            client, "/login", on="/login?next=/account", email=staff.email, password=PASSWORD,
            next="/account?tab=1",
        )  # fmt: skip
        assert (first.status_code, first.location) == (302, "/login")
        assert not is_signed_in(client)
        assert 'name="code"' in client.get("/login").get_data(as_text=True)
        second = submit(client, "/login", code=code_of())
        assert (second.status_code, second.location) == (302, "/account?tab=1")
        assert is_signed_in(client)

    def test_a_recovery_code_does_once(self, app, client, session, staff):
        code = second_factor.new_recovery_codes(session, staff)[0]
        session.commit()
        for browser, expected in ((client, True), (app.test_client(), False)):
            submit(browser, "/login", email=staff.email, password=PASSWORD)
            submit(browser, "/login", code=code)
            assert is_signed_in(browser) is expected

    def test_a_replayed_code_is_refused(self, app, client, staff):
        sign_in_by_forms(client, staff)
        other = app.test_client()
        submit(other, "/login", email=staff.email, password=PASSWORD)
        answer = submit(other, "/login", code=code_of())
        assert answer.status_code == 422
        assert not is_signed_in(other)

    def test_a_wrong_code_asks_again(self, client, session, staff):
        submit(client, "/login", email=staff.email, password=PASSWORD)
        answer = submit(client, "/login", code="000000")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.get_data(as_text=True)
        assert session.query(SignInAttempt.succeeded).all() == [(False,)]

    def test_no_code_at_all(self, client, staff):
        submit(client, "/login", email=staff.email, password=PASSWORD)
        assert submit(client, "/login", code=" ").status_code == 422

    def test_a_code_without_a_password_before_it(self, client, staff):
        answer = submit(client, "/login", code=code_of())
        assert (answer.status_code, answer.location) == (302, "/login")
        assert not is_signed_in(client)

    def test_a_wrong_password_and_an_unknown_address_answer_alike(self, app, staff):
        pages = []
        for email in (staff.email, "personne@ailleurs.example"):
            answer = submit(app.test_client(), "/login", email=email, password="not this one")
            assert answer.status_code == 422
            page = answer.get_data(as_text=True).replace(email, "…")
            pages.append(page[page.index("<main") :].split("csrf_token")[0])
        assert pages[0] == pages[1]

    def test_the_address_stays_and_the_password_does_not(self, client, staff):
        page = submit(client, "/login", email=staff.email, password="zzqqxx").get_data(as_text=True)
        assert staff.email in page
        assert "zzqqxx" not in page

    def test_a_lock_out_says_how_long(self, client, staff, settings):
        for _ in range(settings.lockout_failures):
            submit(client, "/login", email=staff.email, password="not this one")
        answer = submit(client, "/login", email=staff.email, password=PASSWORD)
        assert answer.status_code == 429
        assert str(settings.lockout_minutes) in answer.get_data(as_text=True)

    @pytest.mark.parametrize("password", ["x" * 1000, "\0", "🔑" * 50])
    def test_strange_passwords_are_simply_wrong(self, client, staff, password):
        answer = submit(client, "/login", email=staff.email, password=password)
        assert answer.status_code == 422

    @pytest.mark.parametrize("email", ["a\0b@c.example", "x" * 300, "'; drop table staff", "💥"])
    def test_strange_addresses_are_simply_wrong(self, client, email):
        assert submit(client, "/login", email=email, password=PASSWORD).status_code == 422

    def test_somebody_else_may_sign_in_instead(self, client, staff):
        submit(client, "/login", email=staff.email, password=PASSWORD)
        submit(client, "/login/restart", on="/login")
        assert 'name="password"' in client.get("/login").get_data(as_text=True)

    def test_who_is_signed_in_is_sent_on(self, client, session, staff):
        sign_in(client, session, staff)
        assert client.get("/login?next=/account").location == "/account"


class TestNext:
    @pytest.mark.parametrize(
        "outside", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:0"]
    )
    def test_leads_to_our_own_pages_only(self, client, session, staff, outside):
        staff.totp_secret = None
        session.commit()
        answer = submit(client, "/login", email=staff.email, password=PASSWORD, next=outside)
        assert answer.location == "/"

    def test_a_page_asked_for_is_opened_after_signing_in(self, client):
        assert client.get("/account?a=1&b=2").location == "/login?next=/account?a%3D1%26b%3D2"

    def test_a_form_sent_too_late_is_not_and_what_was_typed_comes_back(self, client):
        answer = client.post(
            "/account",
            data={"csrf_token": csrf_of(client), "name": "three typed words"},
            headers={"Referer": "http://localhost/account?tab=1"},
        )
        page = answer.get_data(as_text=True)
        assert answer.status_code == 401
        assert 'href="/login?next=/account?tab%3D1"' in page
        assert "three typed words" in page

    def test_a_script_is_told_and_not_led_astray(self, client):
        answer = client.get("/account", headers={"Sec-Fetch-Dest": "empty"})
        assert answer.status_code == 401


class TestTheCookie:
    def test_is_new_at_sign_in(self, client, staff):
        client.get("/login")
        before = client.get_cookie("session").value
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
        sign_in_by_forms(client, staff)
        assert client.get_cookie("session").value != before
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert "pending" not in cookie

    def test_scripts_and_other_sites_do_not_get_it(self, client, staff):
        answer = submit(client, "/login", email=staff.email, password=PASSWORD)
        flags = next(
            header for header in answer.headers.getlist("Set-Cookie") if header[:8] == "session="
        )
        assert "HttpOnly" in flags
        assert "SameSite=Lax" in flags

    def test_only_travels_encrypted_in_production(self, settings):
        app = create_app(settings.model_copy(update={"environment": "production"}))
        assert app.config["SESSION_COOKIE_SECURE"] is True

    def test_holds_nothing_of_value_after_signing_out(self, client, session, staff):
        row = sign_in(client, session, staff)
        stolen = client.get_cookie("session").value
        submit(client, "/logout", on="/account")
        session.refresh(row)
        assert row.revoked_at
        client.set_cookie("session", stolen)
        assert not is_signed_in(client)


class TestASession:
    @pytest.mark.parametrize("column", ["created_at", "last_seen_at"])
    def test_ends_by_itself(self, client, session, staff, settings, column):
        row = sign_in(client, session, staff)
        assert is_signed_in(client)
        setattr(row, column, row.created_at - timedelta(hours=settings.session_hours))
        session.commit()
        assert client.get("/account").location.startswith("/login?next=")

    def test_a_page_opened_counts_as_presence(self, client, session, staff):
        row = sign_in(client, session, staff)
        row.last_seen_at -= timedelta(minutes=10)
        session.commit()
        client.get("/account")
        session.refresh(row)
        assert now() - row.last_seen_at < timedelta(minutes=1)

    def test_of_a_closed_account_ends_at_once(self, client, session, staff):
        sign_in(client, session, staff)
        staff.active = False
        session.commit()
        assert client.get("/account").status_code == 302


@pytest.mark.parametrize("path", ["/login", "/logout", "/reset", "/account", "/login/restart"])
def test_every_form_needs_its_token(client, session, staff, path):
    sign_in(client, session, staff)
    answer = client.post(path, data={"email": staff.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert session.query(StaffSession).filter(StaffSession.revoked_at.is_not(None)).count() == 0
