"""The dashboard, the reports, and the figures for whoever watches the installation."""

from flask import Flask

from backoffice.extensions import csrf
from backoffice.insight import dashboard, metrics, reports


def init_app(app: Flask) -> None:
    """Register the dashboard, the reports and the metrics."""
    app.register_blueprint(dashboard.blueprint)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(metrics.blueprint)
    csrf.exempt(metrics.blueprint)
