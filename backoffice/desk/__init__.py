"""The pages staff work in, generic over queues: list, case, decide, bulk, search, my cases."""

from flask import Flask

from backoffice.desk import views
from backoffice.desk.blueprint import blueprint

__all__ = ["init_app", "views"]


def init_app(app: Flask) -> None:
    """Join the desk to the application."""
    app.register_blueprint(blueprint)
