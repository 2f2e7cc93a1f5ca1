"""A transparency database on loopback that keeps what it takes, and misbehaves as told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from backoffice.dev.sandboxes.answer import Answer
from backoffice.dev.sandboxes.server import Server
from backoffice.dev.sandboxes.transparency import Sandbox

KEY = "a-key-that-nobody-logs"
BUSY = Answer(429, b"Too Many Attempts.", {"Content-Type": "text/html", "Retry-After": "1800"})
BROKEN = Answer(500, b"<h1>Server Error</h1>", {"Content-Type": "text/html"})


class Asked(NamedTuple):
    """One request as it came in."""

    method: str
    path: str
    key: str
    body: bytes

    @property
    def puids(self) -> list[str]:
        """The identifiers that it brought, in order."""
        given = json.loads(self.body)
        return [one["puid"] for one in given.get("statements", [given])]


class Fake:
    """What came in; `troubles` are what happens next instead of an answer, one per request."""

    def __init__(self, key: str = KEY) -> None:
        self.sandbox = Sandbox(key)
        self.asked: list[Asked] = []
        self.troubles: list[Callable[[Callable[[], Answer]], Answer | None]] = []
        self.is_over = threading.Event()

    @property
    def sent(self) -> list[list[str]]:
        """The identifiers of each request that brought entries."""
        return [one.puids for one in self.asked if one.method == "POST"]

    @property
    def looked_up(self) -> list[str]:
        """The identifiers that were asked about."""
        return [one.path.rpartition("/")[2] for one in self.asked if one.method == "GET"]

    def answer(self, asked: Asked) -> Answer | None:
        """Answer, or return None to hang up without a word."""
        self.asked.append(asked)

        def rightly() -> Answer:
            return self.sandbox.answer(*asked)

        return self.troubles.pop(0)(rightly) if self.troubles else rightly()

    def refuse(self, puid: str, **errors: list[str]) -> None:
        """Find these errors in the entry of this identifier from now on."""
        check = self.sandbox._check
        self.sandbox._check = lambda one: errors if one["puid"] == puid else check(one)

    def say(self, answer: Answer) -> None:
        """Answer the next request so, whatever it asks."""
        self.troubles.append(lambda rightly: answer)

    def store_in_silence(self) -> None:
        """Store what the next request brings, then say nothing until the test is over."""

        def silent(rightly: Callable[[], Answer]) -> None:
            rightly()
            self.is_over.wait(30)

        self.troubles.append(silent)


@contextmanager
def serving(fake: Fake) -> Iterator[str]:
    """Yield the address of a server that hands its requests to this fake."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            key = self.headers.get("Authorization", "")
            answer = fake.answer(Asked(self.command, self.path, key, body))
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with Server(("127.0.0.1", 0), Handler) as server:
        options = {"poll_interval": 0.05}
        thread = threading.Thread(target=server.serve_forever, kwargs=options, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            fake.is_over.set()
            server.shutdown()
            thread.join()
