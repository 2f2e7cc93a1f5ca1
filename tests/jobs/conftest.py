"""What the tests of jobs share."""

import ssl
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import settings as configuration
from config.settings import Settings
from tests.fakes.certificate import issue_certificate
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application, in a context as jobs have one: no request."""
    with app.app_context():
        yield app


@pytest.fixture
def certificate(tmp_path, monkeypatch) -> ssl.SSLContext:
    """A server's side of TLS for the name localhost, trusted by our own side until the end."""
    chain, key = issue_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


@pytest.fixture
def change_settings(settings: Settings, monkeypatch) -> Callable[..., None]:
    """Return a function that changes settings until the end of the test."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), str(value))
        configuration.get_settings.cache_clear()

    yield change
    monkeypatch.undo()
    configuration.get_settings.cache_clear()
