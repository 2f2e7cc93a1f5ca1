"""What every call passes, in this order: key, scope, rate limit, idempotency."""

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, make_response, request
from flask_limiter import RequestLimit
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized

from backoffice.core.integration import ApiKey
from backoffice.core.permissions import Actor
from backoffice.core.text import text
from backoffice.extensions import db, limiter
from backoffice.intake.idempotency import KEY, Answer, Call, once
from backoffice.intake.keys import Scope, note_use, recognised
from backoffice.intake.problems import refused
from backoffice.staff.guard import public
from config.settings import get_settings

View = Callable[..., Any]
REALM = "Marketplace API v1"


def door(
    scope: Scope,
    *,
    repeatable: bool = False,
    body: Callable[[], bytes] | None = None,
) -> Callable[[View], View]:
    """Let only calls through whose key has a scope; `repeatable` ones may carry a key of theirs.

    `body` returns what tells two calls under one key apart: all of it, unless that is large.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(*args: Any, **kwargs: Any) -> Any:
            g.api_key = _recognise(scope)
            keep_within_rate()
            note_use(db.session(), g.api_key)
            if repeatable and (key := request.headers.get("Idempotency-Key")) is not None:
                return _once(key, body, lambda: view(*args, **kwargs))
            return view(*args, **kwargs)

        return public(entered)

    return decorate


def caller() -> Actor:
    """Return the integration that calls."""
    key: ApiKey = g.api_key
    return Actor("integration", key.integration_id, key.integration.name)


def _recognise(scope: Scope) -> ApiKey:
    """Return the call's key; raises Unauthorized or Forbidden, which say how to come in."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized("Send your key as “Authorization: Bearer …”.",
                           www_authenticate=_challenge())  # fmt: skip
    key = recognised(db.session(), given.token)
    if key is None:
        raise Unauthorized("This key is unknown, expired or revoked.",
                           www_authenticate=_challenge(error="invalid_token"))  # fmt: skip
    if scope not in key.scopes:
        raise Forbidden(f"This key lacks the scope {scope}.")
    return key


def _challenge(**more: str) -> WWWAuthenticate:
    return WWWAuthenticate("bearer", {"realm": REALM, **more})


def _too_many(limit: RequestLimit) -> Response:
    response = refused(429, text("Too many calls (%(limit)s).", limit=str(limit.limit)))
    response.headers["Retry-After"] = str(retry_after(limit))
    return response


def retry_after(limit: RequestLimit) -> int:
    """Return in how many seconds a limit that was reached lets pass again."""
    return max(1, int(limit.reset_at - time.time()) + 1)


@limiter.shared_limit(
    lambda: get_settings().api_rate,
    scope="api",
    key_func=lambda: str(g.api_key.integration_id),
    on_breach=_too_many,
)
def keep_within_rate() -> None:
    """Count this call against its integration's limit; raises RateLimitExceeded.

    Without Redis the limiter lets pass, and logs it.
    """


def _once(key: str, body: Callable[[], bytes] | None, work: Callable[[], Any]) -> Response:
    if not re.fullmatch(KEY, key):
        raise BadRequest("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    said = body() if body else request.get_data()
    call = Call(g.api_key.integration_id, request.method, request.path, key, said)

    def answered() -> Answer:
        response = make_response(work())
        return Answer(response.status_code, response.get_data())

    answer = once(db.session(), call, answered)
    return Response(answer.body, answer.status, mimetype="application/json")
