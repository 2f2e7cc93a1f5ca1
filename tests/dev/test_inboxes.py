"""The inboxes of a development installation: mails caught, webhooks received."""

import smtplib

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from backoffice import create_app
from backoffice.core.outbox import OutboxMessage
from backoffice.dev import mail
from backoffice.dev.environment import free_port
from backoffice.extensions import db
from backoffice.notify.message import compose
from backoffice.notify.webhook import body_of, headers_of
from backoffice.queues.tickets.thread import messages_of
from config.settings import Settings, get_settings
from tests.factories.outbox import make_endpoint, make_mail, make_webhook
from tests.factories.ticket import make_ticket


@pytest.fixture
def development(connection, settings: Settings, tmp_path, monkeypatch) -> Flask:
    """The application as developers have it, with folders of this test alone."""
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("FILES_DIR", str(tmp_path / "files"))
    get_settings.cache_clear()
    app = create_app(get_settings())
    with app.app_context():
        db.engines[None] = connection
        yield app
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def browser(development):
    """A browser on that application."""
    return development.test_client()


@pytest.fixture
def catch(development):
    """Return a function that sends an e-mail row through the catcher."""
    mail.folder().mkdir(parents=True)
    catcher = Controller(mail.Catcher(), hostname="127.0.0.1", port=free_port())
    catcher.start()

    def send(row) -> None:
        letter = compose(row)
        with smtplib.SMTP("127.0.0.1", catcher.port) as smtp:
            smtp.sendmail(letter.sender, letter.recipient, letter.data)

    yield send
    catcher.stop()


def test_an_empty_inbox_says_so(browser):
    assert b"Aucun" in browser.get("/dev/mail").data
    assert browser.get("/dev/mail.json").json == []
    assert browser.get("/dev/webhooks.json").json == []


def test_a_mail_can_be_read_and_its_links_followed(session, browser, catch):
    catch(make_mail(session, to="camille@exemple.fr"))
    catch(make_mail(session, "registration.approved", to="autre@exemple.fr"))
    newest, refusal = browser.get("/dev/mail.json").json
    assert newest["to"] == "Camille Moreau <autre@exemple.fr>"
    assert refusal["subject"] == "Votre inscription n’est pas approuvée · REG-2026-000017"
    (link,) = refusal["links"]
    assert "/p/12-" in link
    page = browser.get(f"/dev/mail/{refusal['name']}").get_data(as_text=True)
    assert f'href="{link}"' in page
    assert "sandbox" in page
    assert "Auto-Submitted" in page
    assert refusal["subject"] in browser.get("/dev/mail").get_data(as_text=True)
    only = browser.get("/dev/mail.json?to=camille@").json
    assert [one["name"] for one in only] == [refusal["name"]]


def test_a_mail_of_a_ticket_can_be_answered(session, browser, catch, development):
    development.config["WTF_CSRF_ENABLED"] = False
    received = make_ticket(session)
    owed = select(OutboxMessage).where(OutboxMessage.event == "ticket.received")
    catch(session.scalars(owed.where(OutboxMessage.channel == "mail")).one())
    (one,) = browser.get("/dev/mail.json").json
    page = browser.get(f"/dev/mail/{one['name']}").get_data(as_text=True)
    assert f'action="/dev/mail/{one["name"]}/answer"' in page
    for _ in range(2):
        sent = browser.post(f"/dev/mail/{one['name']}/answer", data={"body": "Toujours rien."})
        assert sent.status_code == 303
    answers = messages_of(session, received.ticket)[1:]
    assert [one.body for one in answers] == ["Toujours rien."] * 2
    assert all(one.quoted and not one.author_email for one in answers)


def test_the_html_part_may_do_nothing(session, browser, catch):
    catch(make_mail(session))
    (one,) = browser.get("/dev/mail.json").json
    answer = browser.get(f"/dev/mail/{one['name']}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "Bonjour Camille Moreau" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["..%2F..%2Fenv", "1-zz", "1-ab", "-", "%2Fetc%2Fpasswd"])
def test_only_mails_are_shown(browser, catch, name):
    assert browser.get(f"/dev/mail/{name}").status_code == 404


def test_a_webhook_with_the_right_signature_is_taken(session, browser):
    row = make_webhook(session, endpoint := make_endpoint(session, "http://127.0.0.1/"))
    session.commit()
    body = body_of(row)
    headers = headers_of(row, endpoint, body)
    assert browser.post("/dev/webhooks/receive", data=body, headers=headers).status_code == 204
    (got,) = browser.get("/dev/webhooks.json").json
    assert (got["id"], got["verified"], got["data"]) == (f"msg_{row.uid}", True, row.payload)
    assert str(row.uid) in browser.get("/dev/webhooks").get_data(as_text=True)


def test_a_webhook_that_was_altered_is_refused(session, browser):
    row = make_webhook(session, endpoint := make_endpoint(session, "http://127.0.0.1/"))
    session.commit()
    headers = headers_of(row, endpoint, body_of(row))
    for sent in ({"headers": headers}, {}, {"headers": {**headers, "webhook-signature": "v1,é"}}):
        assert browser.post("/dev/webhooks/receive", data="{}", **sent).status_code == 400
    assert [one["verified"] for one in browser.get("/dev/webhooks.json").json] == [False] * 3
    assert browser.get("/dev/webhooks").status_code == 200


def test_elsewhere_there_is_no_inbox(client):
    for path in ("/dev/mail", "/dev/mail.json", "/dev/webhooks"):
        assert client.get(path).status_code == 404
    assert client.post("/dev/webhooks/receive").status_code in {400, 404}
