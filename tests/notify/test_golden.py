"""Whole e-mails, compared with files that a person has read.

After a change of words, `BACKOFFICE_GOLDEN=write pytest tests/notify` writes them anew.
"""

import os
import re
from html import unescape
from pathlib import Path

import pytest

from backoffice.notify.render import Rendered, masked, render
from config.settings import ROOT
from tests.factories.mails import CONTEXTS, VARIANTS

GOLDEN = Path(__file__).parent / "golden"
FOLDERS = {path.name for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()}
NAMED = dict(CONTEXTS) | {
    f"{event}.{name}": context
    for event, named in VARIANTS.items()
    for name, context in named.items()
}
MAILS = [(name, locale) for name in NAMED for locale in ("fr", "en")]


def rendered(name: str, locale: str) -> Rendered:
    """Return an e-mail as its reader sees it; the name of a variant follows its event's."""
    event = ".".join(name.split(".")[:2])
    return masked(render(event, locale, NAMED[name]))


def compare(name: str, found: str) -> None:
    """Compare with the file of this name, or write it when asked to."""
    file = GOLDEN / name
    if os.environ.get("BACKOFFICE_GOLDEN") == "write":
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


def words_of(html: str) -> str:
    """Return what a reader of the HTML part sees, in one line."""
    body = re.sub(r"<(style|title)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_mail_has_a_context_here():
    assert {event.replace(".", "-") for event in CONTEXTS} == FOLDERS


@pytest.mark.parametrize(("name", "locale"), MAILS)
def test_a_mail_says_what_was_read(app, name, locale):
    mail = rendered(name, locale)
    compare(f"{name}.{locale}.txt", f"{mail.subject}\n\n{mail.text}")


@pytest.mark.parametrize(("name", "locale"), MAILS)
def test_both_parts_have_the_same_words(app, name, locale):
    mail = rendered(name, locale)
    seen = words_of(mail.html)
    lines = [" ".join(line.split()).removeprefix("> ") for line in mail.text.splitlines()]
    lines = [line.removeprefix("- ") for line in lines if line != "--"]
    assert [line for line in lines if line not in seen and "://" not in line] == []
    assert all(address in mail.html for address in re.findall(r"http\S+", mail.text))


def test_the_html_of_a_refusal_is_what_was_read(app):
    compare("registration.rejected.fr.html", masked(render("registration.rejected", "fr",
            CONTEXTS["registration.rejected"])).html)  # fmt: skip
