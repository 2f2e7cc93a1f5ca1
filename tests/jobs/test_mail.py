"""E-mails through a server that behaves and one that does not."""

import time
from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.outbox import Channel
from jobs.drain import drain
from tests.factories.outbox import make_mail
from tests.fakes.smtp import ACCEPTED, HANG_UP, Mailbox, OnePassword, mail_server

PAST = timedelta(hours=1)


@pytest.fixture
def box() -> Mailbox:
    """What the mail server took."""
    return Mailbox()


@pytest.fixture
def server(app, box, change_settings):
    """A mail server, named in the settings."""
    with mail_server(box) as url:
        change_settings(smtp_url=url)
        yield url


def settled(session, *rows):
    """Return the states of rows as the database has them now."""
    for row in rows:
        session.refresh(row)
    return [row.state for row in rows]


def test_mails_leave_once_over_one_connection(session, server, box):
    rows = [make_mail(session) for _ in range(5)]
    drain(Channel.MAIL)
    assert settled(session, *rows) == ["sent"] * 5
    assert [mail["To"].addresses[0].addr_spec for mail in box.mails] == [r.to_address for r in rows]
    assert len(box.connections) == 1
    drain(Channel.MAIL)
    assert len(box.mails) == 5


def test_what_is_kept_opens_nothing_and_what_left_does(session, server, box):
    row = make_mail(session)
    drain(Channel.MAIL)
    session.refresh(row)
    assert "/p/12-" in box.mails[0].get_body(("plain",)).get_content()
    assert "/p/•••" in row.sent_copy["text"]
    assert "/p/12-" not in str(row.sent_copy)


def test_a_recipient_refused_for_good_is_dead_at_once(session, server, box):
    box.on_rcpt = lambda address: "550 5.1.1 no such user" if "nobody" in address else ACCEPTED
    lost, kept = make_mail(session, to="nobody@exemple.fr"), make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, lost, kept) == ["dead", "sent"]
    assert lost.last_error == "550 5.1.1 no such user"


def test_a_mail_refused_for_good_is_dead_at_once(session, server, box):
    box.on_data = lambda address: "554 5.7.1 looks like spam"
    row = make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, row) == ["dead"]


@pytest.mark.parametrize("on", ["on_rcpt", "on_data"])
def test_a_refusal_for_now_waits(session, server, box, on):
    setattr(box, on, lambda address: "451 4.7.1 greylisted")
    row = make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, row) == ["pending"]
    assert (row.attempts, row.last_error) == (1, "451 4.7.1 greylisted")
    assert timedelta(seconds=20) < row.available_at - now() < timedelta(seconds=31)


def test_an_ill_formed_address_holds_nobody_up(session, server, box):
    broken, kept = make_mail(session, to="not an address"), make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, broken, kept) == ["dead", "sent"]


def test_a_mail_that_cannot_be_composed_holds_nobody_up(session, server, box):
    broken, kept = make_mail(session, event="no.such_event"), make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, broken, kept) == ["pending", "sent"]
    assert "cannot be composed" in broken.last_error


def test_a_broken_connection_is_opened_again(session, server, box):
    answers = iter([ACCEPTED, HANG_UP])
    box.on_rcpt = lambda address: next(answers, ACCEPTED)
    rows = [make_mail(session) for _ in range(3)]
    drain(Channel.MAIL)
    assert settled(session, *rows) == ["sent"] * 3
    assert len(box.connections) == 2


def test_in_doubt_a_mail_is_repeated_under_the_same_id(session, server, box):
    answers = iter([HANG_UP])
    box.on_data = lambda address: next(answers, ACCEPTED)
    row = make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, row) == ["sent"]
    assert box.ids == [f"<{row.uid}@marjolaine.example>"] * 2


def test_a_mail_on_which_connections_break_waits_and_the_others_leave(session, server, box):
    box.on_rcpt = lambda address: HANG_UP if "poison" in address else ACCEPTED
    poison = make_mail(session, to="poison@exemple.fr", available_at=now() - PAST)
    rows = [make_mail(session) for _ in range(3)]
    drain(Channel.MAIL)
    assert settled(session, poison, *rows) == ["pending", "sent", "sent", "sent"]
    assert poison.attempts == 1
    assert [row.attempts for row in rows] == [1, 1, 1]


def test_a_server_that_is_going_away_is_no_fault_of_the_mail(session, server, box):
    answers = iter(["421 4.3.2 shutting down"])
    box.on_rcpt = lambda address: next(answers, ACCEPTED)
    row = make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, row) == ["sent"]


def test_without_a_server_mails_wait_and_no_attempt_is_counted(session, app, change_settings, box):
    change_settings(smtp_url="smtp://127.0.0.1:1")
    rows = [make_mail(session) for _ in range(2)]
    drain(Channel.MAIL)
    assert settled(session, *rows) == ["pending"] * 2
    assert [row.attempts for row in rows] == [0, 0]
    assert "mail server" in rows[0].last_error
    assert rows[0].available_at > now()


def test_what_cannot_leave_within_the_lease_is_given_back(session, server, box, change_settings):
    change_settings(outbox_lease_seconds=1)
    box.on_data = lambda address: time.sleep(0.8) or ACCEPTED
    rows = [make_mail(session) for _ in range(2)]
    drain(Channel.MAIL)
    assert settled(session, *rows) == ["sent", "pending"]
    assert (rows[1].attempts, rows[1].leased_until) == (0, None)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_given(session, app, box, change_settings):
    checked = OnePassword("editeur", "p@ss/word")
    with mail_server(box, authenticator=checked, auth_require_tls=False, auth_required=True) as url:
        row = make_mail(session)
        change_settings(smtp_url=url.replace("//", "//editeur:p%40ss%2Fword@"))
        drain(Channel.MAIL)
        assert settled(session, row) == ["sent"]
        for wrong, error in (("autre:mot", "SMTPAuthenticationError"), ("a:%C3%A9", "Unicode")):
            waiting = make_mail(session)
            change_settings(smtp_url=url.replace("//", f"//{wrong}@"))
            drain(Channel.MAIL)
            assert settled(session, waiting) == ["pending"]
            assert error in waiting.last_error


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_is_spoken_to_in_private(session, app, box, change_settings, certificate, scheme):
    tls = {"ssl_context": certificate} if scheme == "smtps" else {"tls_context": certificate}
    with mail_server(box, **tls) as url:
        row = make_mail(session)
        change_settings(smtp_url=url.replace("smtp", scheme).replace("127.0.0.1", "localhost"))
        drain(Channel.MAIL)
        assert settled(session, row) == ["sent"]


def test_a_server_of_another_name_is_told_nothing(session, app, box, change_settings, certificate):
    with mail_server(box, ssl_context=certificate) as url:
        row = make_mail(session)
        change_settings(smtp_url=url.replace("smtp", "smtps"))
        drain(Channel.MAIL)
        assert settled(session, row) == ["pending"]
        assert "certificate" in row.last_error


def test_encryption_that_was_asked_for_is_never_left_out(session, server, change_settings, box):
    change_settings(smtp_url=server.replace("smtp://", "smtp+starttls://"))
    row = make_mail(session)
    drain(Channel.MAIL)
    assert settled(session, row) == ["pending"]
    assert box.mails == []
