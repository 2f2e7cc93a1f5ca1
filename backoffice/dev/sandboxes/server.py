"""The loopback server in front of the sandboxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from backoffice.dev.sandboxes import images, register, transparency, vies
from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.dev.sandboxes.stripe import Sandbox as Stripe
from backoffice.dev.sandboxes.stripe import hosted

BODY_MAX = 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """Sends each request to the sandbox whose prefix it bears: `/register`, `/vies`…"""

    server: "Server"

    def do_GET(self) -> None:
        """Answer a reading request."""
        self._send(self._answer(b""))

    def do_POST(self) -> None:
        """Answer a request with a body."""
        size = min(int(self.headers.get("Content-Length", 0)), BODY_MAX)
        self._send(self._answer(self.rfile.read(size)))

    def do_DELETE(self) -> None:
        """Answer a deleting request."""
        self._send(self._answer(b""))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the output of a run is for those who read it."""

    def _answer(self, body: bytes) -> Answer | None:
        parts = urlsplit(self.path)
        if parts.path == "/register/search":
            return register.answer(dict(parse_qsl(parts.query)))
        if parts.path.startswith("/vies/"):
            return vies.answer(parts.path.removeprefix("/vies"), body)
        if parts.path.startswith("/transparency/"):
            path, key = parts.path.removeprefix("/transparency"), self.headers["Authorization"]
            return transparency.SANDBOX.answer(self.command, path, key or "", body)
        if parts.path.startswith("/stripe/") and self.server.stripe is not None:
            return self._ask_stripe(self.server.stripe, body)
        if parts.path.startswith("/images/"):
            return images.answer(parts.path.removeprefix("/images"))
        return json_answer(404, {"erreur": "Cette page n'existe pas."})

    def _ask_stripe(self, stripe: Stripe, body: bytes) -> Answer | None:
        target = self.path.removeprefix("/stripe")
        if target.startswith(hosted.PREFIX):
            return hosted.answer(stripe, self.command, target, body)
        headers = {name.title(): value for name, value in self.headers.items()}
        return stripe.answer(self.command, target, headers, body)

    def _send(self, answer: Answer | None) -> None:
        if answer is None:
            self.close_connection = True
            return
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client stopped waiting, as it should


class Server(ThreadingHTTPServer):
    """A server whose slow answers do not keep it from ending."""

    daemon_threads = True
    block_on_close = False
    stripe: Stripe | None = None


@contextmanager
def running(port: int = 0, stripe: Stripe | None = None) -> Iterator[str]:
    """Serve in a thread while the block runs, on a free port by default; give the address."""
    with Server(("127.0.0.1", port), Handler) as server:
        server.stripe = stripe
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
