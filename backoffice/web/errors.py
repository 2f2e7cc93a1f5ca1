"""What an error answers: a page for people, problem+json for programs under /api/."""

import secrets
from typing import NamedTuple

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import force_locale
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from backoffice.web.locale import browser_locale
from backoffice.web.problem import problem

API = "/api/"
SHOWN = (400, 404, 405, 409, 413, 422, 429, 503)
LARGEST_KEPT = 200_000  # bytes of a form
SECRETS = {"password", "new_password", "new_password_again", "code"}
NEVER_SHOWN = frozenset({"csrf_token", "version", *SECRETS})


class Kept(NamedTuple):
    """One text a person had typed, shown back so that it is not lost."""

    name: str
    value: str


def init_app(app: Flask) -> None:
    """Register one handler for every HTTP error and for what nobody caught."""
    app.register_error_handler(HTTPException, answer)


def answer(error: HTTPException) -> Response:
    """Answer an error in the asker's form; `Retry-After` and `Allow` are kept."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if status == 403 and not is_api():
        status = 404  # a page one may not open is as if absent
    reference = log_failure(error) if status == 500 else None
    if is_api():
        response = problem(status, detail_for_api(error, reference))
    else:
        response = page(error, status, reference)
    headers = error.get_headers(request.environ)
    response.headers.extend((k, v) for k, v in headers if k != "Content-Type")
    return response


def is_api() -> bool:
    """Tell whether a program asks."""
    return request.path.startswith(API)


def log_failure(error: HTTPException) -> str:
    """Log a failure under a short reference that the page shows."""
    raw = secrets.token_hex(3).upper()
    reference = f"{raw[:4]}-{raw[4:]}"
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    current_app.logger.error("request failed, reference %s", reference, exc_info=cause)
    return reference


def detail_for_api(error: HTTPException, reference: str | None) -> str:
    """Say what went wrong, without what only we should see."""
    if reference:
        return f"The request failed on our side; nothing was stored. Reference {reference}."
    return error.description or error.name


def page(error: HTTPException, status: int, reference: str | None) -> Response:
    """Render the page of an error."""
    name = "csrf" if isinstance(error, CSRFError) else str(status if status in SHOWN else 500)
    if name == "500":
        return make_response(failure_page(reference), status)
    # Werkzeug's own descriptions are in English and say nothing new; ours are translated.
    is_ours = name != "csrf" and error.description != type(error).description
    html = render_template(
        f"errors/{name}.html",
        layout="base.html" if current_user.is_authenticated else "public.html",
        said=error.description if is_ours else None,
        kept=kept_text(status),
    )
    return make_response(html, status)


def failure_page(reference: str | None) -> str:
    """Render the page of a failure without asking who is signed in: the database may be down."""
    with force_locale(browser_locale()):
        template = current_app.jinja_env.get_template("errors/500.html")
        return template.render(layout="public.html", reference=reference, kept=kept_text(500))


def kept_text(status: int) -> list[Kept]:
    """Return the longer texts of the refused form, never secrets.

    A form whose token failed may be somebody else's: it is shown to signed-in people only, whose
    cookie other sites cannot make the browser send.
    """
    is_too_large = (request.content_length or 0) > LARGEST_KEPT
    if request.method != "POST" or status == 413 or is_too_large:
        return []
    if status == 400 and not current_user.is_authenticated:
        return []
    return [
        Kept(name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_SHOWN and len(value.split()) > 1
    ]
