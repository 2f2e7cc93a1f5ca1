"""How work comes in: API v1 with its keys and its document, files, the public page of reports."""

from flask import Flask

from backoffice.extensions import csrf
from backoffice.intake.blueprint import blueprint
from backoffice.intake.report.views import blueprint as report
from backoffice.intake.views import (
    cases,
    document,
    import_pages,
    imports,
    integrations,
    listings,
    notices,
    orders,
    registrations,
    sellers,
    stripe,
    user_texts,
)

__all__ = [
    "cases", "document", "imports", "init_app", "listings", "notices", "orders", "registrations",
    "sellers", "user_texts",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Join the API to the application; a key stands where a browser's cookie would."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(report)
    app.register_blueprint(integrations.blueprint)
    app.register_blueprint(import_pages.blueprint)
    app.register_blueprint(stripe.blueprint)
