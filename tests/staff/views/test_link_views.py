import pytest

from backoffice.core import secrets
from backoffice.core.outbox import OutboxMessage
from backoffice.staff import links, passwords
from backoffice.staff.model import LinkKind
from tests.factories.staff import PASSWORD, make_staff, sign_in, submit

NEW = "une phrase toute neuve"
PAIR = {"new_password": NEW, "new_password_again": NEW}


@pytest.fixture
def staff(session):
    staff = make_staff(session, role="moderator", password_hash=None, totp_secret=None)
    session.commit()
    return staff


@pytest.fixture
def path(session, staff):
    link = links.make(session, staff, LinkKind.INVITATION)
    session.commit()
    return f"/invitation/{secrets.token('invitation', link.id)}"


class TestInvitation:
    def test_sets_the_password_once(self, client, session, staff, path):
        assert submit(client, path, **PAIR).location == "/login"
        session.refresh(staff)
        assert passwords.matches(staff.password_hash, NEW)
        again = submit(client, path, on="/login", **dict.fromkeys(PAIR, NEW + "!"))
        assert again.status_code == 410
        session.refresh(staff)
        assert passwords.matches(staff.password_hash, NEW)

    def test_opening_it_changes_nothing(self, client, path):
        for _ in range(3):
            assert client.get(path).status_code == 200
        assert submit(client, path, **PAIR).status_code == 302

    def test_a_refused_password_leaves_the_link_usable(self, client, path):
        short = submit(client, path, new_password="court", new_password_again="court")
        assert short.status_code == 422
        assert "12" in short.get_data(as_text=True)
        differ = submit(client, path, new_password=NEW, new_password_again=NEW + "?")
        assert differ.status_code == 422
        assert submit(client, path, **PAIR).status_code == 302

    @pytest.mark.parametrize("token", ["1-x", "x", "9" * 400])
    def test_a_token_that_is_none(self, client, token):
        assert client.get(f"/invitation/{token}").status_code == 410
        answer = submit(client, f"/invitation/{token}", on="/login", **PAIR)
        assert answer.status_code == 410

    def test_its_address_is_told_to_nobody(self, client, path):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "strict-origin"
        assert headers["Cache-Control"] == "no-store"


class TestReset:
    def test_known_and_unknown_addresses_answer_alike(self, client, session, staff):
        pages = []
        for email in (staff.email, "personne@ailleurs.example"):
            answer = submit(client, "/reset", email=email)
            assert answer.status_code == 200
            page = answer.get_data(as_text=True)
            pages.append(page[page.index("<main") : page.index("</main")])
        assert pages[0] == pages[1]
        assert session.query(OutboxMessage.to_address).all() == [(staff.email,)]

    def test_ends_the_sessions_and_asks_to_sign_in(self, app, client, session):
        staff = make_staff(session, role="moderator")
        row = sign_in(client, session, staff)
        link = links.make(session, staff, LinkKind.RESET)
        session.commit()
        other = app.test_client()
        answer = submit(other, f"/reset/{secrets.token('reset', link.id)}", **PAIR)
        assert answer.location == "/login"
        session.refresh(row)
        assert row.revoked_at
        signed_in = submit(other, "/login", email=staff.email, password=PASSWORD)
        assert signed_in.status_code == 422

    @pytest.mark.parametrize("email", ["", "a\0b", "x" * 300])
    def test_what_is_no_address(self, client, email):
        assert submit(client, "/reset", email=email).status_code in {200, 422}
