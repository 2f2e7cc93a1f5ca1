"""Asking an outside register: a limit on everything, and the answer kept as evidence."""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from backoffice.core.clock import now
from backoffice.core.text import Text, text
from backoffice.core.typed_text import has_hidden
from config.settings import get_settings

TIMEOUT = httpx.Timeout(8, connect=3)
SECONDS_MAX = 15  # for the whole answer: a server that drips bytes must not hold a worker
BYTES_MAX = 2 * 1024 * 1024
WAIT_MAX = timedelta(hours=6)  # whatever Retry-After says
WAIT = timedelta(minutes=15)  # where the register does not say
_BUSY = {
    429: text("The service asks us to wait before the next question."),
    503: text("The service is down for now."),
}


@dataclass(frozen=True)
class Evidence:
    """What a register answered, byte for byte, to be kept as proof."""

    url: str
    status: int
    body: bytes
    fetched_at: datetime

    @property
    def sha256(self) -> str:
        """Return the digest (hex) of the body."""
        return hashlib.sha256(self.body).hexdigest()


class Unavailable(Exception):  # noqa: N818 (an answer to live with, not a fault of the program)
    """A register gave no answer that can be used; a person decides without it."""

    def __init__(self, why: Text, retry_at: datetime | None = None) -> None:
        super().__init__(why.msgid % why.values)
        self.text = why
        self.retry_at = retry_at or now() + WAIT


class Pace:
    """Spreads this process's requests: each call waits for its turn."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._lock = threading.Lock()
        self._next_at = 0.0

    def wait(self) -> None:
        """Sleep until the next request may leave."""
        with self._lock:
            at = max(self._next_at, time.monotonic())
            self._next_at = at + self._gap
        time.sleep(max(0.0, at - time.monotonic()))


def client(timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """Return an HTTP client that names us, keeps to the time limits and follows no redirect."""
    headers = {
        "User-Agent": f"marketplace-back-office/1.0 (+{get_settings().base_url})",
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # so that the limit on bytes is a limit on memory
    }
    return httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)


def ask(http: httpx.Client, request: httpx.Request) -> Evidence:
    """Ask a register and return its answer as proof; raises Unavailable where there is none."""
    answer, body = exchange(http, request)
    if answer.status_code in _BUSY:
        raise Unavailable(_BUSY[answer.status_code], read_retry_after(answer.headers))
    if answer.is_redirect:
        raise Unavailable(text("The service is no longer at the address of the settings."))
    return Evidence(str(request.url), answer.status_code, body, now())


def exchange(http: httpx.Client, request: httpx.Request) -> tuple[httpx.Response, bytes]:
    """Send a request and return its whole answer, whatever its status; raises Unavailable."""
    started = time.monotonic()
    body = bytearray()
    try:
        answer = http.send(request, stream=True)
        try:
            for piece in answer.iter_raw():
                body += piece
                if len(body) > BYTES_MAX:
                    raise Unavailable(text("The answer of the service is too large."))
                if time.monotonic() - started > SECONDS_MAX:
                    raise Unavailable(text("The service answers too slowly."))
        finally:
            answer.close()
    except httpx.TimeoutException as error:
        raise Unavailable(text("The service answers too slowly.")) from error
    except httpx.HTTPError as error:
        raise Unavailable(text("The service cannot be reached.")) from error
    return answer, bytes(body)


def read_retry_after(headers: Mapping[str, str]) -> datetime | None:
    """Return when a Retry-After header, in seconds or as a date, lets us ask again."""
    raw = headers.get("retry-after", "").strip()
    try:
        at = now() + timedelta(seconds=int(raw)) if raw.isdigit() else parsedate_to_datetime(raw)
        return min(max(at, now()), now() + WAIT_MAX)
    except (ValueError, TypeError, OverflowError):
        return None


def read_json(evidence: Evidence) -> Any:
    """Return what the answer holds; raises Unavailable when it is not JSON."""
    try:
        return json.loads(evidence.body)
    except (ValueError, RecursionError) as error:
        raise Unavailable(text("The answer of the service cannot be read.")) from error


def readable(value: str) -> str:
    """Return a register's own words without what a database or a page cannot hold."""
    return "".join(one for one in value[:1000] if one == "\n" or not has_hidden(one)).strip()
