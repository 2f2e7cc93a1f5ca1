"""The mailbox: nothing lost, nothing twice, whatever its server does."""

from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case
from backoffice.core.lease import lease
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.intake.inbound import InboundMail
from backoffice.queues.tickets.model import Ticket, TicketMessage
from jobs import imap, mailbox
from jobs.checks import do_work
from jobs.imap import folder_name
from jobs.mailbox import owe_reading, read_mailbox
from tests.fakes.imap import PASSWORD, USER, Box, imap_server
from tests.intake.mail.letters import eml, letter

MEGABYTES_30 = 30 * 1024 * 1024


@pytest.fixture(autouse=True)
def _files(files_dir):
    """A folder for files."""


@pytest.fixture
def box(change_settings):
    """An account on a server of this test, which our settings name."""
    account = Box()
    with imap_server(account) as port:
        name = f"{USER}:{quote(PASSWORD)}@127.0.0.1:{port}"
        change_settings(imap_url=f"imap://{name}/INBOX", imap_done_folder="Traités")
        yield account


def count(session, model=Ticket) -> int:
    """Count rows."""
    return session.scalar(select(func.count()).select_from(model))


DONE = folder_name("Traités").strip('"')


def test_messages_are_taken_and_put_away(app, session, box):
    box.put(eml("plain"), eml("iso_2022_jp"), eml("mailing_list"))
    read_mailbox(session)
    assert (count(session), count(session, InboundMail)) == (2, 3)
    assert box.folders["INBOX"] == []
    assert DONE == "Trait&AOk-s"
    assert [one.flags for one in box.folders[DONE]] == [{r"\Seen"}] * 3


def test_over_tls(app, session, change_settings, certificate):
    account = Box()
    account.put(eml("plain"))
    with imap_server(account, certificate) as port:
        change_settings(imap_url=f"imaps://{USER}:{quote(PASSWORD)}@localhost:{port}")
        read_mailbox(session)
    assert count(session) == 1


def test_a_server_that_cannot_move_keeps_them_read(app, session, box):
    box.capabilities = "IMAP4rev1"
    box.put(eml("plain"))
    read_mailbox(session)
    read_mailbox(session)
    assert (count(session), box.unread, len(box.folders["INBOX"])) == (1, [], 1)


@pytest.mark.parametrize(
    "command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH 1 (RFC", "UID FETCH 1 (BODY",
                "UID FETCH 2", "UID STORE", "UID MOVE", "LOGOUT"],
)  # fmt: skip
def test_a_connection_that_breaks_loses_nothing(app, session, box, command):
    box.put(eml("plain"), eml("outlook_html"))
    box.hangs_up_on = command
    read_mailbox(session)
    read_mailbox(session)
    assert (count(session), count(session, TicketMessage), box.unread) == (2, 2, [])


def test_the_same_message_twice_is_one(app, session, box):
    box.put(eml("plain"), b"Received: again\n" + eml("plain"))
    read_mailbox(session)
    assert (count(session), box.unread) == (1, [])


def test_a_refused_password_is_told_without_it(app, session, box, caplog):
    box.put(eml("plain"))
    box.refuses_login = True
    read_mailbox(session)
    assert "refuses the name or the password" in caplog.text
    assert PASSWORD not in caplog.text
    assert (count(session), len(box.unread)) == (0, 1)


def test_a_server_that_is_down_is_asked_again(app, session, change_settings, caplog):
    change_settings(imap_url="imap://support:s3cret@127.0.0.1:1/INBOX")
    read_mailbox(session)
    assert "the mailbox cannot be read" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_slow_server_is_not_waited_for(app, session, box, monkeypatch, caplog):
    monkeypatch.setattr(imap, "TIMEOUT_SECONDS", 0.1)
    box.put(eml("plain"))
    box.answers_after_seconds = 0.3
    read_mailbox(session)
    assert "the mailbox cannot be read" in caplog.text
    box.answers_after_seconds = 0
    read_mailbox(session)
    assert (count(session), box.unread) == (1, [])


def test_a_mail_of_30_megabytes_stays_with_its_beginning_taken(app, session, box):
    box.put(letter("Voici la vidéo.") + b"\r\n" + b"x" * MEGABYTES_30, eml("plain"))
    read_mailbox(session)
    large, _ = session.scalars(select(TicketMessage).order_by(TicketMessage.id)).all()
    assert large.body.startswith("Voici la vidéo.")
    assert "30" in large.body
    (kept,) = box.folders["INBOX"]
    assert kept.flags == {r"\Seen"}
    fetched = [one for one in box.commands if one.startswith("UID FETCH 1 (BODY")]
    assert fetched == ["UID FETCH 1 (BODY.PEEK[]<0.262144>)"]


def test_a_fault_of_ours_leaves_the_message_unread(app, session, box, monkeypatch, caplog):
    box.put(eml("plain"), eml("outlook_html"))
    taken = mailbox.take_mail

    def faulty(session, raw, **more):
        """Fail for one of the two."""
        if raw.endswith(b"Camille\r\n"):
            raise ZeroDivisionError
        return taken(session, raw, **more)

    monkeypatch.setattr(mailbox, "take_mail", faulty)
    read_mailbox(session)
    assert (count(session), [one.uid for one in box.unread]) == (1, [1])
    assert "message 1 of the mailbox cannot be taken" in caplog.text
    monkeypatch.undo()


def test_a_reading_is_owed_once(app, session, box):
    box.put(eml("plain"))
    owe_reading(session)
    owe_reading(session)
    (row,) = lease(session, Channel.CHECKS, 10)
    owe_reading(session)
    do_work(session, [row])
    session.refresh(row)
    assert (row.state, count(session)) == ("sent", 1)
    box.put(eml("outlook_html"))
    owe_reading(session)
    assert (row.state, row.channel) == ("pending", Channel.CHECKS)
    do_work(session, lease(session, Channel.CHECKS, 10))
    assert (count(session), count(session, Case)) == (2, 2)


def test_without_a_mailbox_nothing_is_owed(session):
    owe_reading(session)
    assert count(session, OutboxMessage) == 0


def test_names_of_folders():
    assert folder_name('A & "B"') == r'"A &- \"B\""'
    assert folder_name("日本語") == '"&ZeVnLIqe-"'
