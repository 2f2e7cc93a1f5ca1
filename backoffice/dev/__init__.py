"""What a developer's machine needs: embedded servers, demo data, sandboxes of outside services."""

from importlib import import_module

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages that only a development run has: what was mailed, what was posted."""
    import_module("backoffice.dev.inbox").init_app(app)  # late: most of this room needs no pages
