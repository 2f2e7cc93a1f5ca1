"""The sandbox's API over HTTP: keys, each request once, and what goes wrong on the way."""

import hashlib
import random
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.dev.sandboxes.stripe import accounts, problem
from backoffice.dev.sandboxes.stripe.form import decode, read
from backoffice.dev.sandboxes.stripe.misbehaviour import Misbehaviour
from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.routes import Route, route_of
from backoffice.dev.sandboxes.stripe.state import PLATFORM, Object, State, new_id

CHANCES = ("slow", "busy", "broken", "lost", "refused", "failing")

Do = Callable[[Route, str, dict[str, Any], str, str | None], Object]


class Api:
    """Answers requests; `do` does what one asks."""

    def __init__(self, state: State, key: str, misbehaviour: Misbehaviour, do: Do) -> None:
        self._state = state
        self._key = key
        self._misbehaviour = misbehaviour
        self._do = do
        self._lock = Lock()
        self._working: set[str] = set()
        self._random = random.Random(misbehaviour.seed)  # noqa: S311 (a game of chance)

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | None:
        """Answer one request, its path without our prefix; None: hang up without a word."""
        chance = self._draw()
        try:
            if chance["busy"]:
                raise Problem("Too many requests.", code="rate_limit", status=429)
            if chance["broken"]:
                raise Problem("An unknown error occurred", status=500, type="api_error")
            status, said = self._once(method, target, headers, body, chance)
        except Problem as refusal:
            status, said = refusal.status, refusal.body
        if chance["lost"] and method == "POST":
            return None
        answer = json_answer(status, said)
        answer.headers["Request-Id"] = new_id("req")
        if status == 429:
            answer.headers["Retry-After"] = "1"
        return answer

    def _draw(self) -> dict[str, bool]:
        with self._lock:
            drawn = {name: self._random.random() for name in CHANCES}
        return {name: value < getattr(self._misbehaviour, name) for name, value in drawn.items()}

    def _once(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes,
        chance: dict[str, bool],
    ) -> tuple[int, Any]:  # fmt: skip
        """Answer by the idempotency key: the first time by doing it, then as it was answered."""
        key = headers.get("Authorization", "").removeprefix("Bearer ")
        if key != self._key:
            raise problem.bad_key(key)
        account = headers.get("Stripe-Account") or PLATFORM
        if account != PLATFORM:
            accounts.retrieve(account, key)
        idempotency = headers.get("Idempotency-Key", "") if method == "POST" else ""
        if not idempotency:
            return self._work(method, target, account, body, chance)
        name = f"{account} {idempotency}"
        asked = hashlib.sha256(f"{method} {target} ".encode() + body).hexdigest()
        with self._lock:
            if name in self._working:
                raise problem.key_in_use(idempotency)
            if kept := self._state.answers.get(name):
                if kept["asked"] != asked:
                    raise problem.other_parameters(idempotency)
                return kept["status"], kept["said"]
            self._working.add(name)
        try:
            return self._keep(
                name, asked, lambda: self._work(method, target, account, body, chance)
            )
        finally:
            with self._lock:
                self._working.discard(name)

    def _keep(self, name: str, asked: str, work: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        """Do it, and keep how it was answered, be it refused."""
        try:
            status, said = work()
        except Problem as refusal:
            if not refusal.is_kept:
                raise
            status, said = refusal.status, refusal.body
        self._state.answers[name] = {"asked": asked, "status": status, "said": said}
        return status, said

    def _work(
        self, method: str, target: str, account: str, body: bytes, chance: dict[str, bool]
    ) -> tuple[int, Any]:
        if chance["slow"]:
            time.sleep(self._misbehaviour.slow_seconds)
        parts = urlsplit(target)
        route, id = route_of(method, parts.path)
        raw = body.decode(errors="replace") if method == "POST" else parts.query
        given = read(decode(raw), route.table)
        if parts.path == "/v1/refunds" and method == "POST" and chance["refused"]:
            said = "Insufficient funds in your Stripe balance to refund this amount."
            raise Problem(said, code="balance_insufficient")
        ends = "failed" if chance["failing"] else None
        return 200, self._do(route, id, given, account, ends)
