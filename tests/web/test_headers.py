"""Security headers, and how long browsers may keep what."""

import gzip
import re


def test_every_answer_is_hardened(browser_of):
    for address in ("/kit", "/nowhere", "/api/stop/404", "/static/app.css"):
        headers = browser_of.get(address, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_nonce_is_new_each_time(browser_of):
    nonces = {_nonce(browser_of.get("/")) for _ in range(5)}
    assert len(nonces) == 5


def _nonce(answer):
    return re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]


def test_a_view_may_be_stricter(browser_of):
    assert browser_of.get("/own").headers["Referrer-Policy"] == "no-referrer"


def test_only_named_static_files_are_kept(browser_of):
    page = browser_of.get("/kit")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/static/app.css[^"]*)"', page.text)[1]
    assert "immutable" in browser_of.get(address, buffered=True).headers["Cache-Control"]
    assert (
        "immutable" not in browser_of.get("/static/app.css", buffered=True).headers["Cache-Control"]
    )


def test_https_is_asked_for_in_production_only(browser_of):
    assert "Strict-Transport-Security" not in browser_of.get("/").headers


def test_pages_ask_nothing_of_other_hosts(browser_of):
    page = browser_of.get("/kit").text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)


def test_static_files_are_sent_compressed_and_whole(browser_of):
    accepting = {"Accept-Encoding": "gzip, br"}
    small = browser_of.get("/static/app.css", headers=accepting, buffered=True)
    plain = browser_of.get("/static/app.css", buffered=True)
    assert gzip.decompress(small.data) == plain.data
    assert small.content_length == len(small.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.vary
    known = accepting | {"If-None-Match": small.headers["ETag"]}
    again = browser_of.get("/static/app.css", headers=known, buffered=True)
    assert again.status_code == 304
    assert again.data == b""
    assert "Content-Encoding" not in browser_of.get("/kit", headers=accepting).headers
