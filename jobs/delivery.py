"""One webhook's way over HTTP: to a checked address, within a time limit, following nothing."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

import httpx

from backoffice.core.egress import PrivateAddress
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.outside import read_retry_after
from backoffice.notify.webhook import body_of, headers_of
from jobs import outward

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10  # for all of it: a receiver that drips bytes holds nobody up
ANSWER_BYTES_MAX = 64 * 1024  # read so that the connection can serve again, then forgotten


@dataclass(frozen=True)
class Answer:
    """What became of one attempt: the receiver's status, or why there is none."""

    status: int | None = None
    problem: str = ""
    retry_at: datetime | None = None

    @property
    def is_success(self) -> bool:
        """Tell whether the receiver took the webhook."""
        return self.status is not None and 200 <= self.status < 300

    def __str__(self) -> str:
        return self.problem or f"answered {self.status}"


def client() -> httpx.AsyncClient:
    """Return a client for one endpoint."""
    return outward.client(TIMEOUT_SECONDS)


async def post(http: httpx.AsyncClient, endpoint: WebhookEndpoint, row: OutboxMessage) -> Answer:
    """Post a row's webhook once; whatever goes wrong is this endpoint's alone, and an answer."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _post(http, endpoint, row)
    except TimeoutError:
        return Answer(problem=f"no answer within {TIMEOUT_SECONDS} s")
    except PrivateAddress as error:
        return Answer(problem=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        return Answer(problem=repr(error))
    except Exception as error:
        log.exception("webhook %s cannot be posted", row.id)
        return Answer(problem=repr(error))


async def _post(http: httpx.AsyncClient, endpoint: WebhookEndpoint, row: OutboxMessage) -> Answer:
    body = body_of(row)
    request = await outward.checked_request(
        http,
        "POST",
        httpx.URL(endpoint.url),
        headers=headers_of(row, endpoint, body),
        content=body,
    )
    response = await http.send(request, stream=True)
    answer = Answer(response.status_code, retry_at=read_retry_after(response.headers))
    await _skim(response)
    return answer


async def _skim(response: httpx.Response) -> None:
    """Read a small answer to its end; whatever happens, the status has been heard."""
    size = 0
    try:
        async with asyncio.timeout(1):
            async for piece in response.aiter_raw():
                size += len(piece)
                if size > ANSWER_BYTES_MAX:
                    break
    except (TimeoutError, httpx.HTTPError):
        pass
    finally:
        await response.aclose()
