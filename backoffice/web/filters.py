"""What every template may use: filters and functions, registered in one place."""

from flask import Flask

from backoffice.web import dates, icons, numbers, text, words


def init_app(app: Flask) -> None:
    """Add the filters and functions to the application's templates."""
    app.jinja_env.filters.update(
        say=text.say,
        initials=text.initials,
        money=numbers.money,
        count=numbers.count,
        percent=numbers.percent,
        filesize=numbers.filesize,
        siren=numbers.siren,
        vat=numbers.vat,
        when=dates.when,
        say_when=dates.say_when,
        duration=dates.duration,
        until=dates.until,
    )
    app.jinja_env.globals.update(
        icon=icons.icon, asset=icons.asset, now=dates.now, word_diff=words.word_diff
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
