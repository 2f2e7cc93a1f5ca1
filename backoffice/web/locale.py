"""In which language a page speaks: French unless the reader says otherwise; always Paris time."""

from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask_babel import get_locale, get_translations
from flask_login import current_user

from backoffice.extensions import babel

LOCALES = ("fr", "en")
COOKIE = "lang"


def init_app(app: Flask) -> None:
    """Bind flask-babel and remember a `?lang=` for the next pages."""
    babel.init_app(
        app,
        default_locale="fr",
        default_timezone="Europe/Paris",
        locale_selector=select_locale,
    )
    app.after_request(remember)
    # A page says some hundred sentences; the extension finds its catalogue anew for each.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja’s extension
        gettext=lambda sentence: _catalogue().ugettext(sentence),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )


_catalogues: dict[str, Translations | NullTranslations] = {}


def _catalogue() -> Translations | NullTranslations:
    """Return the sentences of the present language, looked up once per process."""
    spoken = language()
    if spoken not in _catalogues:
        _catalogues[spoken] = get_translations()
    return _catalogues[spoken]


def translate(sentence: str, values: dict[str, Any]) -> str:
    """Return a sentence in the present language with its values."""
    said = _catalogue().ugettext(sentence)
    return said % values if values else said


def select_locale() -> str:
    """Choose by `?lang=`, then the signed-in person's preference, then as for a stranger."""
    if request.args.get("lang") in LOCALES:
        return request.args["lang"]
    preferred = getattr(current_user, "locale", None)
    return preferred if preferred in LOCALES else browser_locale()


def browser_locale() -> str:
    """Choose by `?lang=`, the cookie, then what the browser asks for."""
    wishes = (request.args.get("lang"), request.cookies.get(COOKIE))
    known = next((wish for wish in wishes if wish in LOCALES), None)
    return known or request.accept_languages.best_match(LOCALES, "fr")


def language() -> str:
    """Return the language of what is being written: “fr” or “en”."""
    locale = get_locale()
    return locale.language if locale else "fr"


def remember(response: Response) -> Response:
    """Keep a language asked for in the address, for people who have no account."""
    if request.args.get("lang") in LOCALES:
        response.set_cookie(
            COOKIE,
            request.args["lang"],
            max_age=180 * 24 * 3600,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response
