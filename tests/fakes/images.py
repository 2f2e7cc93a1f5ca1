"""An image server on loopback that serves well, or misbehaves, by path."""

import io
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from PIL import Image, ImageDraw

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>'
HTML = b"<!doctype html><title>404</title><script>alert(1)</script>"


def drawing(seed: int = 1, *, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Return a picture that another seed's does not resemble."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for number in range(12):
        mixed = zlib.crc32(f"{seed}-{number}".encode())
        x, y = mixed % size[0], (mixed >> 9) % size[1]
        side = 20 + (mixed >> 18) % (size[0] // 3)
        shade = (mixed % 200, (mixed >> 8) % 200, (mixed >> 16) % 200)
        pen.rectangle((x, y, x + side, y + side // 2), fill=shade)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the bytes of a picture."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def bomb() -> bytes:
    """Return a PNG of a few kilobytes that claims, and has, 900 million pixels."""
    return encoded(Image.new("1", (30_000, 30_000)), "PNG")


@dataclass
class ImageServer:
    """What the server answers by path, and what was asked of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    sent_bytes: Counter[str] = field(default_factory=Counter)


@contextmanager
def serving(server: ImageServer) -> Iterator[str]:
    """Yield the address of a server: `/drip`, `/endless`, `/claims-huge`, `/cut` misbehave."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked[self.path] += 1
            server.headers.append({k.lower(): v for k, v in self.headers.items()})
            try:
                self._answer()
            except ConnectionError:
                self.close_connection = True

        def _answer(self) -> None:
            name = self.path[1:].partition("?")[0].replace("-", "_")
            misbehave = getattr(self, f"_{name}", None)
            if misbehave:
                self.close_connection = True
                misbehave()
            elif self.path in server.redirects:
                self._head(302, {"location": server.redirects[self.path], "content-length": "0"})
            elif self.path in server.statuses:
                status, headers = server.statuses[self.path]
                self._head(status, {**headers, "content-length": "0"})
            elif self.path in server.files:
                body = server.files[self.path]
                self._head(200, {"content-type": "image/jpeg", "content-length": str(len(body))})
                self.wfile.write(body)
            else:
                self._head(404, {"content-length": str(len(HTML))})
                self.wfile.write(HTML)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _drip(self) -> None:
            self._head(200, {"content-length": "100000"})
            for _ in range(600):
                self.wfile.write(b"\xff")
                time.sleep(0.1)

        def _endless(self) -> None:
            self._head(200, {"connection": "close"})
            piece = b"\xff\xd8\xff" + bytes(65533)
            for _ in range(16_000):  # a gigabyte at most, should nobody hang up
                self.wfile.write(piece)
                server.sent_bytes[self.path] += len(piece)

        def _claims_huge(self) -> None:
            self._head(200, {"content-length": str(10**12)})
            server.sent_bytes[self.path] += 1

        def _cut(self) -> None:
            body = encoded(drawing())
            self._head(200, {"content-length": str(len(body))})
            self.wfile.write(body[: len(body) // 2])

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
