"""Which language a page speaks, and the theme."""

import pytest


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/kit", {}, "fr"),
        ("/kit", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("/kit", {"Accept-Language": "de"}, "fr"),
        ("/kit", {"Accept-Language": "en", "Cookie": "lang=fr"}, "fr"),
        ("/kit?lang=en", {"Cookie": "lang=fr"}, "en"),
        ("/kit?lang=xx", {}, "fr"),
    ],
)
def test_language(small_app, address, headers, language):
    client = small_app.test_client(use_cookies=False)
    assert f'<html lang="{language}">' in client.get(address, headers=headers).text


def test_a_language_asked_for_is_remembered(browser_of):
    browser_of.get("/public?lang=en")
    assert '<html lang="en">' in browser_of.get("/public").text


def test_a_theme_is_remembered_until_the_system_decides(browser_of, small_app, monkeypatch):
    monkeypatch.setitem(small_app.config, "WTF_CSRF_ENABLED", False)
    answer = browser_of.post("/theme", data={"theme": "dark", "next": "/kit"})
    assert answer.location == "/kit"
    assert 'data-bs-theme="dark"' in browser_of.get("/kit").text
    browser_of.post("/theme", data={"theme": "system", "next": "//evil.example"})
    assert "data-bs-theme" not in browser_of.get("/kit").text
    assert browser_of.post("/theme", data={"theme": "pink"}).status_code == 422
