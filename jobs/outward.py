"""Requests to addresses that strangers named: to a checked address, through nobody's proxy."""

import asyncio
import socket
from functools import lru_cache
from ssl import SSLContext
from typing import Any

import httpx

from backoffice.core.egress import refuse_private

PORTS = {"http": 80, "https": 443}


def client(timeout_seconds: float) -> httpx.AsyncClient:
    """Return a client for one host: its connections are never shared with another's host."""
    return httpx.AsyncClient(
        timeout=timeout_seconds, follow_redirects=False, trust_env=False, verify=_tls()
    )


@lru_cache(maxsize=1)
def _tls() -> SSLContext:
    return httpx.create_ssl_context()


async def checked_request(
    http: httpx.AsyncClient, method: str, url: httpx.URL, *, headers: dict[str, str], **more: Any
) -> httpx.Request:
    """Return a request to the address that a name has now, checked.

    Raises PrivateAddress, InvalidURL for what is no web address, OSError for an unknown name.
    """
    port = url.port or PORTS.get(url.scheme)
    if not (url.host and port and port < 65536 and url.scheme in PORTS):
        raise httpx.InvalidURL(f"not a web address: {url}")
    return http.build_request(
        method,
        # The name was looked up once, and checked; looked up again it could lead elsewhere.
        url.copy_with(host=refuse_private(url.host, port, await _look_up(url.host, port))),
        headers={**headers, "host": url.netloc.decode()},
        extensions={"timeout": http.timeout.as_dict(), "sni_hostname": url.host},
        **more,
    )


async def _look_up(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
