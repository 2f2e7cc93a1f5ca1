"""Webhooks: events, signed, sent to our endpoint until it takes them."""

import hashlib
import hmac
import json
import random
import time
from typing import Any

import httpx

from backoffice.dev.sandboxes.stripe.clockwork import Clockwork
from backoffice.dev.sandboxes.stripe.misbehaviour import Misbehaviour
from backoffice.dev.sandboxes.stripe.state import Object

TIMEOUT_SECONDS = 10
RETRY_SECONDS_MAX = 30


def body_of(event: Object) -> bytes:
    """Return an event as it is sent."""
    return json.dumps(event, ensure_ascii=False, indent=2).encode()


def sign(body: bytes, secret: str, at: float | None = None) -> str:
    """Return the `Stripe-Signature` of a body."""
    second = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={second},v1={digest}"


class Webhooks:
    """Sends events to one endpoint: those of connected accounts bear the second secret."""

    def __init__(
        self, endpoint: str | None, secret: str, connect_secret: str, misbehaviour: Misbehaviour,
        clockwork: Clockwork,
    ) -> None:  # fmt: skip
        self._endpoint = endpoint
        self._secret = secret
        self._connect_secret = connect_secret
        self._misbehaviour = misbehaviour
        self._clockwork = clockwork
        self._random = random.Random(misbehaviour.seed + 1)  # noqa: S311 (a game of chance)

    def send(self, event: Object) -> None:
        """Send an event soon, perhaps twice; nothing when no endpoint is set."""
        if self._endpoint is None:
            return
        copies = 2 if self._random.random() < self._misbehaviour.twice else 1
        for _ in range(copies):
            wait = self._random.random() * self._misbehaviour.late_seconds
            self._clockwork.after(wait, lambda: self._deliver(event, 1))

    def request_of(self, event: Object) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers by which an event is sent."""
        body = body_of({name: value for name, value in event.items() if name[0] != "_"})
        secret = self._connect_secret if "account" in event else self._secret
        return body, {"Content-Type": "application/json", "Stripe-Signature": sign(body, secret)}

    def _deliver(self, event: dict[str, Any], attempt: int) -> None:
        body, headers = self.request_of(event)
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, verify=False) as http:  # noqa: S501 (loopback)
                answer = http.post(str(self._endpoint), content=body, headers=headers)
            is_taken = answer.is_success
        except httpx.HTTPError:
            is_taken = False
        if is_taken:
            event["pending_webhooks"] = 0
        elif attempt < self._misbehaviour.tries_max:
            wait = min(self._misbehaviour.retry_seconds * attempt, RETRY_SECONDS_MAX)
            self._clockwork.after(wait, lambda: self._deliver(event, attempt + 1))
