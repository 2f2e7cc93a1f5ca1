"""Errors: pages for people, problem+json for programs, nothing typed lost."""

import logging
import re

import pytest

TYPED = {"body": "Two long sentences. They were typed with care.", "password": "not to be shown"}


@pytest.fixture
def client(small_app, monkeypatch):
    monkeypatch.setitem(small_app.config, "PROPAGATE_EXCEPTIONS", False)
    return small_app.test_client()


@pytest.fixture
def trusting(client, small_app, monkeypatch):
    monkeypatch.setitem(small_app.config, "WTF_CSRF_ENABLED", False)
    return client


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 422, 429, 503])
def test_people_get_a_page(client, status):
    answer = client.get(f"/stop/{status}?lang=en")
    assert answer.status_code == status
    assert "Marjolaine</title>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_one_may_not_open_is_as_if_absent(client):
    answer, absent = client.get("/stop/403"), client.get("/nowhere")
    assert answer.status_code == 404
    assert _without_tokens(answer.text) == _without_tokens(absent.text)


def _without_tokens(page):
    page = re.sub(r'(content|value)="[^"]*"', "", page)
    return re.sub(r'data-until="[^"]*"', "", page)


def test_a_stranger_gets_the_public_page(client):
    assert 'class="side"' in client.get("/nowhere").text
    assert 'class="side"' not in client.get("/nowhere", headers={"X-Nobody": "1"}).text


def test_a_failure_has_a_reference_that_the_log_knows(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/fail?lang=en")
    assert answer.status_code == 500
    reference = re.search(r"Reference ([0-9A-F]{4}-[0-9A-F]{2})", answer.text)
    assert reference
    assert any(reference[1] in record.message for record in caplog.records)
    assert "ZeroDivisionError" not in answer.text


def test_a_failure_page_asks_nobody_who_is_signed_in(client, small_app, monkeypatch):
    def broken(_):
        raise ConnectionError

    monkeypatch.setattr(small_app.login_manager, "_request_callback", broken)
    assert client.get("/fail").status_code == 500


def test_programs_get_problems(client):
    answer = client.get("/api/stop/409")
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == 409
    assert set(answer.get_json()) == {"type", "title", "status", "detail"}
    failed = client.get("/api/fail").get_json()
    assert failed["status"] == 500
    assert re.search(r"Reference [0-9A-F]{4}-[0-9A-F]{2}", failed["detail"])


def test_programs_are_told_that_they_may_not(client):
    assert client.get("/api/stop/403").status_code == 403


def test_allowed_methods_are_said(client):
    assert "POST" in client.get("/undo").headers["Allow"]


def test_a_form_without_token_gets_its_text_back(client):
    answer = client.post("/undo?lang=en", data=TYPED)
    assert answer.status_code == 400
    assert "This page is too old" in answer.text
    assert "CSRF" not in answer.text
    assert TYPED["body"] in answer.text
    assert TYPED["password"] not in answer.text


def test_a_strangers_form_is_not_shown_back(client):
    answer = client.post("/undo", data=TYPED, headers={"X-Nobody": "1"})
    assert answer.status_code == 400
    assert TYPED["body"] not in answer.text


@pytest.mark.parametrize("address", ["/stop/409", "/fail"])
def test_text_survives_a_conflict_and_a_failure(trusting, address):
    assert TYPED["body"] in trusting.post(address, data=TYPED).text


def test_an_accepted_form_is_named_for_the_browser(trusting):
    answer = trusting.post("/undo", data=TYPED)
    assert "done=/undo" in answer.headers["Set-Cookie"]
    assert "done=" not in trusting.post("/stop/409").headers.get("Set-Cookie", "")
