"""Light, dark, or as the system says: a cookie, so that it works before anybody signs in."""

from flask import Blueprint, redirect, request
from werkzeug import Response
from werkzeug.exceptions import UnprocessableEntity

from backoffice.web.safe import safe_next

blueprint = Blueprint("theme", __name__)
COOKIE = "theme"
THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


@blueprint.post("/theme")
def choose() -> Response:
    """Remember the theme for this browser and return to the page it was chosen on."""
    theme = request.form.get("theme", "")
    response = redirect(safe_next(request.form.get("next")))
    if theme in THEMES:
        response.set_cookie(
            COOKIE, theme, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    elif theme == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        raise UnprocessableEntity
    return response


def current() -> str | None:
    """Return the theme chosen on this browser, none when the system decides."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in THEMES else None
