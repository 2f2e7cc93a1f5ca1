import re

import pytest
from click.testing import CliRunner

from backoffice.staff import links
from backoffice.staff.commands import staff as command
from backoffice.staff.model import LinkKind, Staff
from tests.factories.staff import make_staff


@pytest.fixture
def run(app):
    def run(*args):
        with app.app_context():
            return CliRunner().invoke(command, args)

    return run


class TestCreate:
    def test_prints_a_link_that_works(self, run, session):
        answer = run("create", "--email", "Ines@marjolaine.example", "--name", "Inès",
                     "--role", "admin", "--role", "lead")  # fmt: skip
        assert answer.exit_code == 0
        token = re.search(r"/invitation/(\S+)", answer.output)[1]
        link = links.find(session, LinkKind.INVITATION, token)
        assert (link.staff.email, link.staff.roles) == (
            "ines@marjolaine.example",
            ["lead", "admin"],
        )

    @pytest.mark.parametrize(
        "args", [("--role", "emperor"), ("--locale", "de"), ("--email", "personne@x.example")]
    )
    def test_refuses_aloud(self, run, session, args):
        make_staff(session, email="personne@x.example")
        session.commit()
        answer = run("create", "--email", "a@b.example", "--name", "A", *args)
        assert answer.exit_code
        assert session.query(Staff).count() == 1


class TestResetTotp:
    def test_forgets_the_second_factor(self, run, session):
        person = make_staff(session, role="admin")
        session.commit()
        assert run("reset-totp", person.email.upper()).exit_code == 0
        session.refresh(person)
        assert person.totp_secret is None

    def test_names_an_unknown_address(self, run):
        answer = run("reset-totp", "personne@ailleurs.example")
        assert answer.exit_code == 1
        assert "personne@ailleurs.example" in answer.output


def test_list_prints_everybody(run, session):
    make_staff(session, roles=("lead", "finance"), name="Maud", email="maud@x.example")
    make_staff(session, name="Luc", email="luc@x.example", password_hash=None, totp_secret=None)
    make_staff(session, name="Zoé", email="zoe@x.example", active=False)
    session.commit()
    assert run("list").output.splitlines() == [
        "invited\t-\tluc@x.example\tLuc\t-",
        "active\t2fa\tmaud@x.example\tMaud\tlead,finance",
        "closed\t2fa\tzoe@x.example\tZoé\t-",
    ]
