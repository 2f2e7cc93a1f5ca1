"""What a developer's machine needs: embedded servers, demo data, sandboxes of outside services."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Join the inboxes of mails and webhooks to the application."""
    # Here, since the servers of this room start without Flask.
    from backoffice.dev import inbox, webhooks  # noqa: PLC0415

    app.register_blueprint(inbox.blueprint)
    app.register_blueprint(webhooks.blueprint)
