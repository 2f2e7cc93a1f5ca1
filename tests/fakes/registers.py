"""The registers' sandboxes in a thread, and a socket that says whatever a test wants."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from backoffice.dev.sandboxes.server import running
from config.settings import get_settings


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[str]:
    """The address under which `/register` and `/vies` answer."""
    with running() as url:
        yield url


@pytest.fixture
def registers(sandboxes: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sandboxes, named in the settings of this test."""
    monkeypatch.setenv("COMPANY_REGISTER_URL", f"{sandboxes}/register")
    monkeypatch.setenv("VIES_URL", f"{sandboxes}/vies")
    monkeypatch.setenv("VIES_REQUESTER", "FR03552081317")
    get_settings.cache_clear()
    yield sandboxes
    monkeypatch.undo()
    get_settings.cache_clear()


@contextmanager
def raw_server(pieces: Iterable[bytes]) -> Iterator[str]:
    """Answer one connection with these bytes as they come, then hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_answer, args=(listener, pieces), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)


def _answer(listener: socket.socket, pieces: Iterable[bytes]) -> None:
    try:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass  # closing on unread bytes would reset the connection
    except OSError:
        return  # the client hung up first, which is what some tests want
