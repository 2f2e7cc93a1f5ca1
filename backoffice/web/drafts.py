"""Tells the browser which form was accepted, so that the text it kept for that form is let go.

`app.js` keeps what is typed until the server has it. A form that was accepted answers with a
redirect; anything else (an error, a stale page, a lost connection) leaves the text in place.
"""

from flask import Flask, Response, request

COOKIE = "done"


def init_app(app: Flask) -> None:
    """Name the accepted form in a cookie that the next page's script reads and removes."""
    app.after_request(name_accepted)


def name_accepted(response: Response) -> Response:
    """Set the cookie after a POST that was answered by a redirect."""
    if request.method == "POST" and response.status_code in (302, 303):
        response.set_cookie(
            COOKIE, request.path, max_age=300, secure=request.is_secure, samesite="Lax"
        )
    return response
