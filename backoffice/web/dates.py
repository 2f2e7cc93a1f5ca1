"""Filters for times and durations, in Paris time, as people say them."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from backoffice.core.clock import PARIS, now
from backoffice.core.text import N_
from backoffice.web.locale import language

NEAR = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}
CLOCK = {"fr": "{0.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{0:%M}", "en": "{0:%H:%M}"}
WHOLE = {"letter": "d MMMM y", "month": "MMMM y", "month-name": "MMM"}
SHOWN = Markup('<time datetime="{}">{}</time>')


def when(value: datetime | date | None, style: str = "auto") -> Markup:
    """Say a time inside `<time>`; an unknown one is said in words.

    Styles: `auto` “aujourd’hui 18 h 00”, “mar. 9 juin 18 h 00” (within six days), “2 juin 11 h 21”,
    with the year when it is another; `short` the same, today's with the hour alone; `brief` today's
    with the hour alone, others without the hour; `day` without the hour; `long` “mardi 9 juin 2026,
    18 h 00”; `letter` “9 juin 2026”; `month` “juin 2026”; `month-name` “juin”.
    """
    if value is None:
        return escape(gettext("unknown"))
    return SHOWN.format(value.isoformat(), say_when(value, style))


def say_when(value: datetime | date, style: str = "auto") -> str:
    """Say a time as plain words, for sentences, titles and mails; styles as for `when`."""
    today = now().astimezone(PARIS).date()
    local = value.astimezone(PARIS) if isinstance(value, datetime) else None
    day = local.date() if local else value
    if style in WHOLE:
        return _date(day, WHOLE[style])
    if style == "long":
        spoken = _date(day, "EEEE d MMMM y")
        return f"{spoken}, {_clock(local)}" if local else spoken
    spoken = _day(day, today)
    if local is None or style == "day" or (style == "brief" and day != today):
        return spoken
    is_alone = style in {"short", "brief"} and day == today
    return _clock(local) if is_alone else f"{spoken} {_clock(local)}"


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    if distance in NEAR:
        return gettext(NEAR[distance])
    if 1 < distance <= 6:
        return _date(day, "EEE d MMM")
    return _date(day, "d MMM" if day.year == today.year else "d MMM y")


def _date(day: date, pattern: str) -> str:
    return _formatted(day, pattern, language())


@lru_cache(maxsize=4096)  # the rows of a list share their days
def _formatted(day: date, pattern: str, locale: str) -> str:
    said = format_date(day, pattern, locale=locale)
    is_ordinal = day.day == 1 and locale == "fr"  # “1er juin”, and then “2 juin”
    return re.sub(r"\b1 ", "1er ", said, count=1) if is_ordinal else said


def _clock(local: datetime | None) -> str:
    return CLOCK[language()].format(local) if local else ""


def duration(value: timedelta | float) -> str:
    """Say a length of time (or seconds) by its two largest units: “55 min”, “5 h 20”, “1 j 6 h”."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    minutes = max(0, round(seconds / 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        rest = gettext("%(hours)s h", hours=hours) if hours and days < 10 else ""
        return " ".join(filter(None, (ngettext("%(num)s d", "%(num)s d", days), rest)))
    if hours and minutes % 60 and hours < 10:
        return gettext("%(hours)s h %(minutes)02d", hours=hours, minutes=minutes % 60)
    if hours:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(minutes)s min", minutes=minutes)


def until(value: datetime) -> timedelta:
    """Return how long it is until a time; negative when it is past."""
    return value - now()
