"""How work comes in: API v1 with its keys and its document, files, the public page of reports."""

from flask import Flask

from backoffice.extensions import csrf
from backoffice.intake.blueprint import blueprint
from backoffice.intake.report.views import blueprint as report
from backoffice.intake.views import (
    cases,
    disputes,
    document,
    erasures,
    import_pages,
    imports,
    integrations,
    listings,
    mails,
    notices,
    orders,
    registrations,
    sellers,
    stripe,
    tickets,
    user_texts,
)

__all__ = [
    "cases", "disputes", "document", "erasures", "imports", "init_app", "listings", "mails",
    "notices", "orders", "registrations", "sellers", "tickets", "user_texts",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Join the API to the application; a key stands where a browser's cookie would."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(report)
    app.register_blueprint(integrations.blueprint)
    app.register_blueprint(import_pages.blueprint)
    app.register_blueprint(stripe.blueprint)
