"""What people type: what is made plain, what is refused."""

import pytest

from backoffice.core.typed_text import InvalidInput, has_hidden, parse_line, parse_name, parse_text


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("  Atelier\u00a0 Brumaire\n", "Atelier Brumaire"),
        ("Cafe\u0301", "Café"),
        ("متجر الورد", "متجر الورد"),
        ("Fleurs 👩‍🌾", "Fleurs 👩‍🌾"),
    ],
)
def test_line_is_made_plain(raw, line):
    assert parse_line(raw) == line


@pytest.mark.parametrize("hidden", ["\0", "\x1b", "\u202e", "\u2066", "\ud800", "\ufeff", "\x7f"])
def test_hidden_character_is_refused(hidden):
    assert has_hidden(hidden)
    for parse in (parse_line, parse_name, parse_text):
        with pytest.raises(InvalidInput, match="invisible"):
            parse(f"Atelier{hidden}Brumaire")


@pytest.mark.parametrize("parse", [parse_line, parse_name, parse_text])
def test_empty_is_refused(parse):
    with pytest.raises(InvalidInput, match="empty"):
        parse(" \n ")


def test_name_without_a_letter_is_refused():
    with pytest.raises(InvalidInput, match="letters"):
        parse_name("--- !")


def test_ten_thousand_characters_are_refused():
    for parse in (parse_line, parse_name):
        with pytest.raises(InvalidInput) as refused:
            parse("é" * 10_000)
        assert refused.value.text.values == {"count": 200}
    with pytest.raises(InvalidInput):
        parse_text("é" * 20_001)


def test_text_keeps_its_lines_and_tabs():
    assert parse_text("Bonjour,\r\n\tmerci.\r") == "Bonjour,\n\tmerci."
