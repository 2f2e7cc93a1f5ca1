"""The pages of finance."""

from flask import Flask

from backoffice.billing.views import (
    accounts,
    commissions,
    dac7,
    exports,
    invoices,
    months,
    payouts,
    reconciliation,
    seller_balances,
    statements,
    subscriptions,
)
from backoffice.billing.views.refunds import blueprint

__all__ = [
    "accounts",
    "commissions",
    "dac7",
    "exports",
    "init_app",
    "invoices",
    "months",
    "payouts",
    "reconciliation",
    "seller_balances",
    "statements",
    "subscriptions",
]


def init_app(app: Flask) -> None:
    """Join the pages of finance to the application."""
    app.register_blueprint(blueprint)
