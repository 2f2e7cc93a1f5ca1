"""Style sheets, scripts and icons are sent compressed; pages are not, for they hold secrets.

(A page that repeats what the asker sent beside a token, compressed, lets the token be guessed by
its length.)
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

KINDS = frozenset({"text/css", "text/javascript", "image/svg+xml"})


def init_app(app: Flask) -> None:
    """Compress the static files whose kind gains by it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Replace the file by its compressed form where the browser takes it."""
    is_whole = request.endpoint == "static" and response.status_code == 200
    if not is_whole or response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        filename = (request.view_args or {})["filename"]
        path = Path(current_app.static_folder or "", filename)
        response.close()
        response.set_data(_compressed(path, path.stat().st_mtime_ns))
        response.direct_passthrough = False
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


@lru_cache(maxsize=64)
def _compressed(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9)
