"""Filters for times and durations, in Paris time, as people say them."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_time
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from backoffice.core.clock import PARIS, now

CLOCK = {"fr": "H\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm", "en": "HH:mm"}


def when(value: datetime | date | None, style: str = "auto") -> Markup:
    """Say a time inside `<time>`; an unknown one is said in words.

    Styles: `auto` “aujourd’hui 18 h 00”, “mar. 9 juin 18 h 00” (within six days), “2 juin 11 h 21”,
    with the year when it is another; `short` the same, today's with the hour alone; `brief` today's
    with the hour alone, others without the hour; `day` without the hour; `long` “mardi 9 juin 2026,
    18 h 00”; `letter` “9 juin 2026”.
    """
    if value is None:
        return Markup("{}").format(gettext("unknown"))
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), say_when(value, style))


def say_when(value: datetime | date, style: str = "auto") -> str:
    """Say a time as plain words, for sentences, titles and mails; styles as for `when`."""
    today = now().astimezone(PARIS).date()
    local = value.astimezone(PARIS) if isinstance(value, datetime) else None
    day = local.date() if local else value
    if style == "letter":
        return _date(day, "d MMMM y")
    if style == "long":
        spoken = _date(day, "EEEE d MMMM y")
        return f"{spoken}, {_clock(local)}" if local else spoken
    spoken = _day(day, today)
    if local is None or style == "day" or (style == "brief" and day != today):
        return spoken
    is_alone = style in {"short", "brief"} and day == today
    return _clock(local) if is_alone else f"{spoken} {_clock(local)}"


def _day(day: date, today: date) -> str:
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    if 1 < distance <= 6:
        return _date(day, "EEE d MMM")
    return _date(day, "d MMM" if day.year == today.year else "d MMM y")


def _date(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=str(get_locale() or "fr"))


def _clock(local: datetime | None) -> str:
    language = str(get_locale() or "fr")[:2]
    return format_time(local, CLOCK.get(language, CLOCK["en"]), locale=language) if local else ""


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
