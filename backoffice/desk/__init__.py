"""The pages staff work in, generic over queues: list, case, decide, bulk, search, my cases."""

from flask import Flask

from backoffice.desk.blueprint import blueprint
from backoffice.desk.views import act, bulk, case, documents, mine, queue, saved, search, sellers

__all__ = [
    "act", "bulk", "case", "documents", "init_app", "mine", "queue", "saved", "search", "sellers",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Join the desk to the application."""
    app.register_blueprint(blueprint)
