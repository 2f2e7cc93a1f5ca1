"""What every template may use: filters and functions, registered in one place."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g
from jinja2 import pass_context
from jinja2.runtime import Context, Macro

from backoffice.core.clock import now
from backoffice.web.dates import duration, say_when, until, when
from backoffice.web.icons import asset, icon
from backoffice.web.numbers import count, filesize, money, percent, rate, siren, stars, vat
from backoffice.web.text import initials, say
from backoffice.web.tones import OUTCOMES
from backoffice.web.words import word_diff

FILTERS = (say, initials, money, count, percent, rate, filesize, stars, siren, vat)
TIMES = (when, say_when, duration, until)


def init_app(app: Flask) -> None:
    """Add the filters and functions to the application's templates."""
    app.jinja_env.filters.update({one.__name__: per_request(one) for one in (*FILTERS, *TIMES)})
    app.jinja_env.globals.update(
        icon=icon, asset=asset, now=now, outcomes=OUTCOMES, word_diff=word_diff, alike=alike
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def alike(macro: Macro, shown: Any, *looks: Any) -> str:
    """Write a macro once per page for all that look the same: lists repeat themselves."""
    drawn: dict[str, str] = g.setdefault("drawn", {})
    key = f"{macro.name} {looks}"
    if key not in drawn:
        drawn[key] = macro(shown)
    return drawn[key]


def per_request(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep Jinja from applying a filter to a literal once, in the language of the first reader."""

    @pass_context
    @wraps(function)
    def applied(_: Context, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return applied
