"""The pages that the other party of a case opens from a link, without an account."""

from flask import Flask

from backoffice.portal.views import blueprint


def init_app(app: Flask) -> None:
    """Join the portal to the application."""
    app.register_blueprint(blueprint)
