"""The dashboard, and the figures for whoever watches the installation."""

from flask import Flask

from backoffice.extensions import csrf
from backoffice.insight import dashboard, metrics


def init_app(app: Flask) -> None:
    """Register the dashboard and the metrics."""
    app.register_blueprint(dashboard.blueprint)
    app.register_blueprint(metrics.blueprint)
    csrf.exempt(metrics.blueprint)
