"""The back-office of a marketplace."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config.settings import Settings

# Modules, models and templates stay: looking for garbage among them is a tenth of every start.
gc.set_threshold(100_000, 20, 50)


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the application: the factory joins the parts, and is imported only when called.

    Servers and inboxes of a development run import this package too and start in a blink.
    """
    gc.disable()  # what is built stays: looking for garbage in it costs a fifth of the start
    try:
        from backoffice.factory import build  # noqa: PLC0415

        return build(settings)
    finally:
        gc.freeze()
        gc.enable()
