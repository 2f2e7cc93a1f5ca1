"""What every template may use: filters and functions, registered in one place."""

from flask import Flask

from backoffice.core.clock import now
from backoffice.web.dates import duration, say_when, until, when
from backoffice.web.icons import asset, icon
from backoffice.web.numbers import count, filesize, money, percent, siren, vat
from backoffice.web.text import initials, say
from backoffice.web.words import word_diff


def init_app(app: Flask) -> None:
    """Add the filters and functions to the application's templates."""
    sayings = (say, initials, money, count, percent, filesize, siren, vat)
    times = (when, say_when, duration, until)
    app.jinja_env.filters.update({filter_.__name__: filter_ for filter_ in (*sayings, *times)})
    app.jinja_env.globals.update(icon=icon, asset=asset, now=now, word_diff=word_diff)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
