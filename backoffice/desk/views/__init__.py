"""The desk's views, one module per page; importing them hangs them on the blueprint."""

from backoffice.desk.views import (
    act,
    bulk,
    case,
    disputes,
    documents,
    listings,
    mine,
    orders,
    pictures,
    queue,
    saved,
    search,
    sellers,
    statements,
)

__all__ = [
    "act",
    "bulk",
    "case",
    "disputes",
    "documents",
    "listings",
    "mine",
    "orders",
    "pictures",
    "queue",
    "saved",
    "search",
    "sellers",
    "statements",
]
