"""One picture's way over HTTP: to checked addresses, within limits of size, time and redirects."""

import asyncio
import re
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from backoffice.core.egress import PrivateAddress
from backoffice.core.text import Text, text
from backoffice.marketplace.outside import read_retry_after
from config.settings import get_settings
from jobs import outward

SECONDS_MAX = 10  # for all of it, redirects included
BYTES_MAX = 8 * 1024 * 1024
REDIRECTS_MAX = 3
TEMPORARY = frozenset({408, 425, 429})  # and every 5xx
ABSENT = frozenset({404, 410})
FORBIDDEN = frozenset({401, 403})


class NoPicture(Exception):  # noqa: N818 (an answer about the address, not an error of ours)
    """An address gave no bytes; `text` tells people why, `may_pass` whether to ask again."""

    def __init__(
        self, why: Text, *, may_pass: bool = False, retry_at: datetime | None = None
    ) -> None:
        super().__init__(why.msgid)
        self.text, self.may_pass, self.retry_at = why, may_pass, retry_at


class Fetcher:
    """Fetches pictures, several at a time; a host's connections are used for that host alone."""

    def __init__(self) -> None:
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._leaving = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin with no connection."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close every connection."""
        await self._leaving.aclose()

    async def fetch(self, url: str) -> bytes:
        """Return the bytes at an address; raises NoPicture."""
        try:
            async with asyncio.timeout(SECONDS_MAX):
                return await self._follow(httpx.URL(url))
        except PrivateAddress as error:
            raise NoPicture(text("The address leads into a private network.")) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            why = text("The picture did not arrive within %(count)s seconds.", count=SECONDS_MAX)
            raise NoPicture(why, may_pass=True) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NoPicture(text("This is not an address of the web.")) from error
        except (httpx.HTTPError, OSError) as error:
            raise NoPicture(text("The server cannot be reached."), may_pass=True) from error

    async def _follow(self, url: httpx.URL) -> bytes:
        for _ in range(REDIRECTS_MAX + 1):
            http = await self._client(url)
            request = await outward.checked_request(http, "GET", url, headers=_headers())
            answer = await http.send(request, stream=True)
            try:
                if not answer.has_redirect_location:
                    _refuse(answer)
                    return await _read(answer)
            finally:
                await answer.aclose()
            url = url.join(answer.headers["location"])
        raise NoPicture(text("The address leads on and on to others."))

    async def _client(self, url: httpx.URL) -> httpx.AsyncClient:
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if origin not in self._clients:
            self._clients[origin] = await self._leaving.enter_async_context(
                outward.client(SECONDS_MAX)
            )
        return self._clients[origin]


def _headers() -> dict[str, str]:
    return {
        "user-agent": f"marketplace-back-office/1.0 (+{get_settings().base_url})",
        "accept": "image/jpeg, image/png, image/webp, image/gif",
        "accept-encoding": "identity",  # so that the limit on bytes is a limit on memory
    }


def _refuse(answer: httpx.Response) -> None:
    """Raise NoPicture for an answer that is none, or announces too much."""
    status = answer.status_code
    if status in TEMPORARY or status >= 500:
        why = text("The server has no time for us now (HTTP %(status)s).", status=status)
        raise NoPicture(why, may_pass=True, retry_at=read_retry_after(answer.headers))
    if status in ABSENT:
        raise NoPicture(text("There is nothing at this address (HTTP %(status)s).", status=status))
    if status in FORBIDDEN:
        raise NoPicture(text("The server does not let us in (HTTP %(status)s).", status=status))
    if status != 200:
        raise NoPicture(text("The server gives no picture (HTTP %(status)s).", status=status))
    announced = answer.headers.get("content-length", "")
    if re.fullmatch("[0-9]{1,18}", announced) and int(announced) > BYTES_MAX:
        raise _too_large()


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > BYTES_MAX:
            raise _too_large()
    if not body:
        raise NoPicture(text("The address gives an empty file."))
    return bytes(body)


def _too_large() -> NoPicture:
    return NoPicture(text("The picture has more than %(count)s MB.", count=BYTES_MAX // 1024**2))
