"""Layout, filters, paging, navigation, errors and headers; knows no room that uses it."""

from flask import Flask, abort, request
from flask_babel import get_locale

from backoffice.web import compress, drafts, errors, filters, headers, locale, navigation, theme
from config.settings import Settings


def init_app(app: Flask, settings: Settings, shell: navigation.Shell) -> None:
    """Join everything this room gives to the application."""
    app.jinja_env.globals.update(
        brand=settings.brand,
        is_sandbox=settings.stripe_is_sandbox,
        locale=lambda: str(get_locale()),
        theme=theme.current,
    )
    app.register_blueprint(theme.blueprint)
    headers.init_app(app, is_https=settings.environment == "production")
    locale.init_app(app)
    filters.init_app(app)
    navigation.init_app(app, shell)
    drafts.init_app(app)
    compress.init_app(app)
    errors.init_app(app)
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """Answer 404 to an address that no text column could hold."""
    if "\0" in request.path:
        abort(404)
