"""How sentences, amounts, numbers, times and differences are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from backoffice.core.money import Money
from backoffice.core.text import text
from backoffice.web import dates
from backoffice.web.dates import duration, say_when, when
from backoffice.web.numbers import count, filesize, money, percent, siren, stars, vat
from backoffice.web.text import initials, say
from backoffice.web.words import word_diff

pytestmark = pytest.mark.usefixtures("request_of")
NOON = datetime(2026, 6, 4, 10, 0, tzinfo=UTC)  # noon in Paris


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(dates, "now", lambda: NOON)


def plain(words):
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_sentences_are_said_with_their_values():
    inner = text("%(n)s pages", n=2)
    assert say(text("%(what)s of %(who)s", what=inner, who="<b>")) == "2 pages of <b>"
    assert say({"msgid": "100 % of %(x)s", "values": {}}) == "100 % of %(x)s"
    assert say("Plain") == "Plain"
    assert say(None) == say("") == say({"msgid": "", "values": {}}) == ""
    assert say(Markup("<b>")) == Markup("<b>")


@pytest.mark.parametrize(
    ("stored", "said"),
    [("2026-12-09", "December"), ("2026-02-31", "2026-02-31"), ("2026-12-09 x", "2026-12-09 x")],
)
def test_a_day_that_a_sentence_keeps_is_said_in_letters(stored, said):
    with force_locale("en"):
        assert said in say(text("Until %(day)s.", day=stored))


@pytest.mark.parametrize(
    ("value", "kwargs", "french", "english"),
    [
        (Money(123456), {}, "1 234,56 €", "€1,234.56"),
        (-215, {}, "−2,15 €", "−€2.15"),
        (24790, {"signed": True, "bare": True}, "+247,90", "+247.90"),
        (0, {"signed": True, "bare": True}, "0,00", "0.00"),
        (500, {"currency": "JPY", "bare": True}, "500", "500"),
        (None, {}, "inconnu", "unknown"),
    ],
)
def test_money(value, kwargs, french, english):
    assert plain(money(value, **kwargs)) == french
    with force_locale("en"):
        assert plain(money(value, **kwargs)) == english


def test_numbers():
    assert plain(count(1204)) == "1 204"
    assert plain(percent(0.984)) == "98 %"
    assert (stars(4), stars(4.249)) == ("4,0/5", "4,2/5")
    assert plain(filesize(999)) == "999 o"
    assert plain(filesize(310_400)) == "310 Ko"
    assert plain(filesize(1_234_000)) == "1,2 Mo"
    assert plain(siren("918402736")) == "918 402 736"
    assert plain(siren("91840273600014")) == "918 402 736 00014"
    assert siren("12") == "12"
    assert plain(vat("FR44918402736")) == "FR44 918 402 736"
    assert vat("BE0123456789") == "BE0123456789"


@pytest.mark.parametrize(
    ("days", "style", "said"),
    [
        (0, "auto", "aujourd’hui 18 h 00"),
        (0, "short", "18 h 00"),
        (0, "brief", "18 h 00"),
        (-1, "auto", "hier 18 h 00"),
        (1, "day", "demain"),
        (5, "auto", "mar. 9 juin 18 h 00"),
        (5, "brief", "mar. 9 juin"),
        (-2, "auto", "2 juin 18 h 00"),
        (-400, "day", "30 avr. 2025"),
        (5, "long", "mardi 9 juin 2026, 18 h 00"),
        (5, "letter", "9 juin 2026"),
        (-3, "auto", "1er juin 18 h 00"),
        (27, "letter", "1er juillet 2026"),
        (-14, "letter", "21 mai 2026"),
    ],
)
def test_times_are_said_in_paris(days, style, said):
    assert plain(say_when(NOON + timedelta(days=days, hours=6), style)) == said


def test_times_in_english_and_without_hour():
    with force_locale("en"):
        assert say_when(NOON + timedelta(days=5, hours=6)) == "Tue 9 Jun 18:00"
    assert say_when(date(2026, 6, 4)) == "aujourd’hui"
    assert when(NOON).startswith('<time datetime="2026-06-04T10:00:00+00:00">')
    assert when(None) == "inconnu"


def test_a_day_begins_at_midnight_in_paris():
    assert plain(say_when(datetime(2026, 6, 3, 22, 30, tzinfo=UTC))) == "aujourd’hui 0 h 30"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0 min"), (55, "55 min"), (320, "5 h 20"), (960, "16 h"), (1800, "1 j 6 h")],
)
def test_durations(minutes, said):
    assert plain(duration(timedelta(minutes=minutes))) == said


def test_initials():
    assert [initials(n) for n in ("Inès Carpentier", "Jean-Luc de Gaulle", "x", "", "– –")] == [
        "IC",
        "JG",
        "X",
        "",
        "",
    ]


def test_words_that_differ_are_marked():
    marked = word_diff("Bouilloire, <acier>.", "Bouilloire, 1 L, <acier> brossé.")
    assert marked.live == "Bouilloire, &lt;acier&gt;."
    assert marked.proposed == "Bouilloire<ins>, 1 L</ins>, &lt;acier&gt; <ins>brossé</ins>."
    assert word_diff("a b", "a c").live == "a <del>b</del>"
    phrase = word_diff("Compatible gaz. Noir", "Chauffe vite. Noir")
    assert phrase.live == "<del>Compatible gaz</del>. Noir"
    assert phrase.proposed == "<ins>Chauffe vite</ins>. Noir"


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_difference_keeps_both_texts(live, proposed):
    marked = word_diff(live, proposed)
    assert marked.live.striptags().split() == Markup.escape(live).striptags().split()
    assert marked.proposed.striptags().split() == Markup.escape(proposed).striptags().split()


def test_a_filter_on_a_literal_speaks_each_readers_language(request_of):
    template = request_of.jinja_env.from_string("{{ 123456|money }} {{ 90|duration }}")
    french = template.render()
    with force_locale("en"):
        assert template.render() != french
