"""A receiver of webhooks on loopback that keeps what it gets, and misbehaves as told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import NamedTuple


class Got(NamedTuple):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Reply:
    """What to answer; `drip` seconds pass between the bytes of a body."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0
    drip: float = 0


class Receiver:
    """What came in, and how to answer the next request."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.connections: set[tuple[str, int]] = set()
        self.reply: Callable[[Got], Reply] = lambda got: Reply()

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of every request, in order."""
        return [one.headers["webhook-id"] for one in self.got]


@contextmanager
def receiving(receiver: Receiver, tls: SSLContext | None = None) -> Iterator[str]:
    """Yield the address of a server that hands its requests to this receiver."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            got = Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            receiver.got.append(got)
            receiver.connections.add(self.client_address)
            try:
                self._answer(receiver.reply(got))
            except ConnectionError:
                self.close_connection = True

        def _answer(self, reply: Reply) -> None:
            time.sleep(reply.wait)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            if not reply.drip:
                self.wfile.write(reply.body)
                return
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.drip)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        # Each connection greets in its own thread: one that is silent holds up no other.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
