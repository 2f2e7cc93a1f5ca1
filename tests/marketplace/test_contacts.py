"""Telephone numbers, e-mail and web addresses."""

import pytest

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.contacts import (
    is_disposable,
    parse_email,
    parse_phone,
    parse_website,
)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("01 44 55 66 77", "+33144556677"),
        ("06.39.98.41.27", "+33639984127"),
        ("+33 (0)1 44 55 66 77", "+33144556677"),
        ("0033 1 44 55 66 77", "+33144556677"),
        ("+32 2 555 12 12", "+3225551212"),
    ],
)
def test_phone_is_read(raw, number):
    assert parse_phone(raw) == number


@pytest.mark.parametrize(
    "raw", ["", "hello", "12", "01 44 55 66", "0" * 10, "٠١٤٤٥٥٦٦٧٧", "1" * 41]
)
def test_phone_is_refused(raw):
    with pytest.raises(InvalidInput):
        parse_phone(raw)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        (" Jeanne.Queffelec@Example.COM ", "Jeanne.Queffelec@example.com"),
        ("contact@brumaire-céramique.fr", "contact@xn--brumaire-cramique-ktb.fr"),
        ("a+b@sous.domaine.example", "a+b@sous.domaine.example"),
    ],
)
def test_email_is_read(raw, address):
    assert parse_email(raw) == address


@pytest.mark.parametrize(
    "raw",
    [
        "", "jeanne", "jeanne@", "jeanne@localhost", "élise@example.com", "a@b@example.com",
        "jeanne@example.com\0", "Jeanne <jeanne@example.com>", f"{'a' * 300}@example.com",
        "jeanne@[127.0.0.1]", "a\nBcc: b@example.com",
    ],
)  # fmt: skip
def test_email_is_refused(raw):
    with pytest.raises(InvalidInput):
        parse_email(raw)


def test_disposable_address_is_known_with_its_subdomains():
    assert is_disposable("someone@mailinator.com")
    assert is_disposable("someone@eu.mailinator.com")
    assert not is_disposable("someone@example.com")


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("brumaire.example.com", "https://brumaire.example.com"),
        ("http://brumaire.example.com/boutique?x=1", "http://brumaire.example.com/boutique?x=1"),
        ("https://élan.fr", "https://élan.fr"),
    ],
)
def test_website_is_read(raw, address):
    assert parse_website(raw) == address


@pytest.mark.parametrize(
    "raw",
    [
        "", "javascript:alert(1)", "ftp://example.com", "https://", "localhost", "http://127.0.0.1",
        "http://[::1]/", "https://me:secret@example.com", "https://example.com:99999999", "a b.fr",
        "http://intranet", "https://example..com", "data://text.html,x", "x" * 600,
    ],
)  # fmt: skip
def test_website_is_refused(raw):
    with pytest.raises(InvalidInput):
        parse_website(raw)
