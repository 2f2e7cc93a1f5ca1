"""The pages of finance."""

from flask import Flask

from backoffice.billing.views.refunds import blueprint


def init_app(app: Flask) -> None:
    """Join the pages of finance to the application."""
    app.register_blueprint(blueprint)
