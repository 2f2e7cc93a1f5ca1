"""The database's API: entries stored one by one or a hundred at once, all of them or none.

An identifier that is known is answered with a redirect to its statement; it is never followed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

import httpx

from backoffice.marketplace import outside
from backoffice.marketplace.outside import Unavailable
from config.settings import get_settings

TIMEOUT = httpx.Timeout(15, connect=3)
BATCH_MAX = 100
POSITION = re.compile(r"statement_(\d+)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
WORDS_MAX = 50  # of an answer, kept with a refused entry


class Closed(Exception):  # noqa: N818 (a state of affairs, not a fault of the program)
    """Our key is missing or not accepted: nothing can be stored until somebody changes it."""


class Busy(Exception):  # noqa: N818
    """The database asks us to wait; nothing was stored."""

    def __init__(self, retry_at: datetime | None) -> None:
        super().__init__("the database asks us to wait")
        self.retry_at = retry_at


class Failed(Exception):  # noqa: N818
    """There is no usable answer: what was sent may be stored or not."""


class Stored(NamedTuple):
    """What came of a request: every entry stored, or some refused and then none stored."""

    uuids: Mapping[str, str]  # the database's own name, by our identifier
    refused: Mapping[int, Any]  # what is wrong, by position in the request
    is_stored: bool


class Database:
    """A client at the address of the settings, with our key; use it in a `with` block."""

    def __init__(self) -> None:
        settings = get_settings()
        token = settings.transparency_token.get_secret_value()
        if not token:
            raise Closed("no key is set")
        self._url = settings.transparency_url.rstrip("/")
        self._http = outside.client(TIMEOUT)
        self._http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def store(self, entries: Sequence[Mapping[str, Any]]) -> Stored:
        """Store entries in one request; raises Closed, Busy, Failed."""
        path, body = ("statement", entries[0]) if len(entries) == 1 else (
            "statements", {"statements": entries}
        )  # fmt: skip
        answer, content = self._ask("POST", path, json=body)
        if answer.status_code in (200, 201):
            return Stored(_uuids(content), {}, is_stored=True)
        if answer.status_code == 422:
            return Stored(_uuids(content), _refused(content, len(entries)), is_stored=False)
        raise Failed(f"the database answered {answer.status_code}")

    def find(self, puid: str) -> str | None:
        """Return the database's name of a stored entry, empty if it says none; None if absent."""
        answer, _ = self._ask("GET", f"statement/existing-puid/{puid}")
        if answer.status_code == 302:
            named = UUID.search(answer.headers.get("location", ""))
            return named.group() if named else ""
        if answer.status_code == 404:
            return None
        raise Failed(f"the database answered {answer.status_code}")

    def _ask(self, method: str, path: str, **more: Any) -> tuple[httpx.Response, Any]:
        request = self._http.build_request(method, f"{self._url}/{path}", **more)
        try:
            answer, body = outside.exchange(self._http, request)
        except Unavailable as error:
            raise Failed(str(error)) from error
        if answer.status_code in (401, 403):
            raise Closed(f"the database answered {answer.status_code}: is our key right?")
        if answer.status_code == 429:
            raise Busy(outside.read_retry_after(answer.headers))
        try:
            return answer, json.loads(body)
        except (ValueError, RecursionError):
            return answer, None


def _uuids(content: Any) -> dict[str, str]:
    """Return the names that an answer gives: of what was stored, or was there already."""
    if not isinstance(content, Mapping):
        return {}
    listed = content.get("statements")
    rows = listed if isinstance(listed, list) else [content, content.get("existing")]
    named = (row for row in rows if isinstance(row, Mapping))
    found = ((str(row.get("puid")), str(row.get("uuid"))) for row in named)
    return {puid: uuid for puid, uuid in found if UUID.fullmatch(uuid)}


def _refused(content: Any, count: int) -> dict[int, Any]:
    """Return what is wrong with which entry; nothing where the answer does not say which."""
    errors = content.get("errors") if isinstance(content, Mapping) else None
    if count == 1:
        return {0: _readable(errors)}
    if not isinstance(errors, Mapping):
        return {}
    named = ((POSITION.match(str(name)), said) for name, said in errors.items())
    found = {int(name.group(1)): _readable(said) for name, said in named if name}
    return {position: said for position, said in found.items() if position < count}


def _readable(said: Any) -> Any:
    """Return the database's words as a column can hold them."""
    if isinstance(said, Mapping):
        few = list(said.items())[:WORDS_MAX]
        return {outside.readable(str(name)): _readable(one) for name, one in few}
    if isinstance(said, list):
        return [_readable(one) for one in said[:WORDS_MAX]]
    return outside.readable(str(said))
