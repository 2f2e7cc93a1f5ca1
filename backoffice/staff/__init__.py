"""The people who work here: accounts, roles, sign-in, second factor, sessions."""

from flask import Flask

from backoffice.extensions import login_manager
from backoffice.staff import guard, views
from backoffice.staff.blueprint import blueprint

__all__ = ["init_app", "views"]


def init_app(app: Flask) -> None:
    """Join sign-in and its pages to the application; `web` is joined before."""
    login_manager.session_protection = None  # sessions are kept and ended on the server
    app.register_blueprint(blueprint)
    guard.init_app(app)
