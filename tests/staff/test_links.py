from datetime import timedelta

import pytest

from backoffice.core import secrets
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.staff import links
from backoffice.staff.model import LinkKind, StaffLink
from tests.factories.staff import make_staff


@pytest.fixture
def staff(session):
    return make_staff(session, role="moderator")


def token_of(link):
    return secrets.token(link.kind, link.id)


class TestFind:
    def test_by_its_token(self, session, staff):
        links.make(session, make_staff(session, role="lead"), LinkKind.RESET)
        link = links.make(session, staff, LinkKind.RESET)
        assert links.find(session, LinkKind.RESET, token_of(link)) is link

    def test_not_as_another_kind(self, session, staff):
        link = links.make(session, staff, LinkKind.RESET)
        assert links.find(session, LinkKind.INVITATION, token_of(link)) is None
        forged = secrets.token(LinkKind.INVITATION, link.id)
        assert links.find(session, LinkKind.INVITATION, forged) is None

    @pytest.mark.parametrize("token", ["", "1", "1-", "x-y", "9" * 40 + "-y", "²-y", "1-é", "\0"])
    def test_not_by_nonsense(self, session, staff, token):
        links.make(session, staff, LinkKind.RESET)
        assert links.find(session, LinkKind.RESET, token) is None

    def test_not_by_the_signature_of_another_row(self, session, staff):
        first = links.make(session, staff, LinkKind.RESET)
        second = links.make(session, staff, LinkKind.RESET)
        forged = f"{second.id}-{secrets.sign('reset', first.id)}"
        assert links.find(session, LinkKind.RESET, forged) is None

    def test_not_once_expired(self, session, staff):
        link = links.make(session, staff, LinkKind.RESET)
        link.expires_at = now() - timedelta(seconds=1)
        assert links.find(session, LinkKind.RESET, token_of(link)) is None

    def test_not_of_a_closed_account(self, session, staff):
        link = links.make(session, staff, LinkKind.RESET)
        staff.active = False
        assert links.find(session, LinkKind.RESET, token_of(link)) is None

    def test_a_newer_link_ends_the_older(self, session, staff):
        older = links.make(session, staff, LinkKind.INVITATION)
        newer = links.make(session, staff, LinkKind.INVITATION)
        assert links.find(session, LinkKind.INVITATION, token_of(older)) is None
        assert links.find(session, LinkKind.INVITATION, token_of(newer)) is newer


class TestSend:
    def test_the_mail_names_the_row_and_not_the_token(self, session, staff):
        link = links.send(session, staff, LinkKind.INVITATION)
        mail = session.query(OutboxMessage).one()
        assert (mail.event, mail.to_address) == ("staff.invited", staff.email)
        assert mail.payload["staff_link"] == link.id
        assert token_of(link) not in str(mail.payload)


class TestAskReset:
    def test_an_account_is_sent_one(self, session, staff):
        links.ask_reset(session, staff.email.upper())
        assert session.query(OutboxMessage.event).all() == [("staff.reset",)]

    @pytest.mark.parametrize("times", [links.RESETS_AN_HOUR, links.RESETS_AN_HOUR + 3])
    def test_a_stranger_cannot_flood_a_mailbox(self, session, staff, times):
        for _ in range(times):
            links.ask_reset(session, staff.email)
        assert session.query(StaffLink).count() == links.RESETS_AN_HOUR

    def test_neither_an_unknown_address_nor_a_closed_account(self, session):
        links.ask_reset(session, "personne@ailleurs.example")
        links.ask_reset(session, make_staff(session, role="lead", active=False).email)
        assert session.query(OutboxMessage).count() == 0
