"""Errors for programs: `application/problem+json`, RFC 9457."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from werkzeug.http import HTTP_STATUS_CODES

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    type_: str = "about:blank",
    title: str | None = None,
    errors: Sequence[dict[str, str]] = (),
    **more: Any,
) -> Response:
    """Build the answer; `errors` are `{pointer, detail}`, pointers as in RFC 6901."""
    body: dict[str, Any] = {
        "type": type_,
        "title": title or HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": detail,
        **more,
    }
    if errors:
        body["errors"] = list(errors)
    response = jsonify(body)
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    return response
