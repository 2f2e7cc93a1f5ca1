"""Where a redirect may lead."""

import pytest

from backoffice.web.safe import safe_next


@pytest.mark.parametrize("url", ["/", "/queues/listings?state=open#x", "/p/é"])
def test_our_pages_are_kept(url):
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        " //evil.example",
        "http:evil.example",
    ],
)
def test_others_are_not(url):
    assert safe_next(url, "/home") == "/home"
