"""The statement of reasons as a document: the same words as HTML, text and PDF."""

import re

import pytest

from backoffice.notify.statement import file_names, html_of, pdf_of, text_of
from tests.factories.statement import make_statement, pages_of, read_pdf
from tests.notify.test_golden import compare, words_of

HOSTILE = "<b>Gras</b> & <script>alert(1)</script> 12 < 13 %(x)s {{ 7*7 }} &amp; &lt;i&gt;"
NOTICE = {
    "about": "Théière « 1 L » & <b>",
    "source": "notice",
    "automated_detection": False,
    "appeal_until": None,
}
SAMPLES = {"": {}, "-notice": NOTICE}
both = pytest.mark.parametrize("locale", ["fr", "en"])


def one_line(text: str) -> str:
    """Return a document's text as the PDF has it: no quote marks, bullets for dashes."""
    lines = (re.sub("^> ", "", line) for line in text.splitlines())
    return " ".join(" ".join(re.sub("^- ", "• ", line) for line in lines).split())


@both
@pytest.mark.parametrize("name", SAMPLES)
def test_it_says_what_was_read(app, locale, name):
    compare(f"statement{name}.{locale}.txt", text_of(make_statement(locale, **SAMPLES[name])))


@both
@pytest.mark.parametrize("name", SAMPLES)
def test_its_three_forms_have_the_same_words(app, locale, name):
    statement = make_statement(locale, **SAMPLES[name])
    said = one_line(text_of(statement))
    assert read_pdf(pdf_of(statement)) == said
    assert words_of(html_of(statement)) == said.replace("• ", "")


@both
def test_what_people_wrote_stays_text(app, locale):
    hostile = {"facts": HOSTILE, "recipient": HOSTILE, "about": HOSTILE, "notifier": HOSTILE}
    statement = make_statement(locale, source="notice", **hostile)
    html = html_of(statement)
    assert "<b>" not in html
    assert "<script" not in html
    assert one_line(text_of(statement)).count(HOSTILE) == 4
    assert read_pdf(pdf_of(statement)).count(HOSTILE) == 4


def test_a_notifier_is_named_only_where_the_statement_does(app):
    said = text_of(make_statement("en", source="notice", notifier="Terrabelle SAS"))
    assert "Somebody sent us a notice.\nThe notice came from: Terrabelle SAS\n" in said
    assert "came from" not in text_of(make_statement("en", source="notice"))


def test_a_decision_by_machine_says_so(app):
    said = text_of(make_statement("en", automated_decision=True))
    assert "the decision was taken by automated means" in said
    assert "a person decided" not in said


def test_each_reason_says_its_rule_and_whether_it_is_the_law(app):
    ground = make_statement().parts["grounds"][0]
    law = {**ground, "label": "Contrefaçon", "rule": "CPI L713-2", "ground": "illegal"}
    said = text_of(make_statement("en", grounds=[ground, law]))
    assert "Rule: CGV 4.2, DSA art. 30. This is against our terms." in said
    assert "Rule: CPI L713-2. This is against the law." in said


def test_the_html_needs_nothing_from_elsewhere(app):
    html = html_of(make_statement())
    assert re.findall(r"\b(src|href|action|srcset|data)\s*=|url\(|@import|<script", html) == []
    assert html.startswith("<!doctype html>")


def test_it_says_our_name_and_where_to_reach_us(app):
    assert "De\u00a0: Marjolaine, contact@marjolaine.example\n" in text_of(make_statement())


def test_the_reference_and_the_number_stand_on_every_page(app):
    long = "\n".join(f"{number}. Une phrase pour remplir la page." for number in range(90))
    pages = pages_of(pdf_of(make_statement(facts=long)))
    assert len(pages) == 3
    assert [page.partition("\r\n")[0] for page in pages] == [
        f"REG-2026-000017 Page {number} sur 3" for number in (1, 2, 3)
    ]


def test_files_are_named_in_their_language_and_numbered_where_several():
    one, two, other, english = (
        make_statement(), make_statement(), make_statement(), make_statement("en"),
    )  # fmt: skip
    for number, each in enumerate((one, two, other, english)):
        each.id, each.decision_id, each.recipient_kind, each.recipient_id = number, 1, "seller", 1
    other.recipient_id, english.decision_id = 2, 2
    assert list(file_names([one, two, other, english]).values()) == [
        "exposé-des-motifs-REG-2026-000017",
        "exposé-des-motifs-REG-2026-000017-2",
        "exposé-des-motifs-REG-2026-000017",
        "statement-of-reasons-REG-2026-000017",
    ]
