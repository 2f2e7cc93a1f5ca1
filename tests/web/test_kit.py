"""Every macro renders to HTML that parses, with unique ids, named controls and tables."""

from collections import Counter

import html5lib
import pytest

XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES = ("/kit", "/public", "/nowhere", "/stop/409")


@pytest.fixture(params=PAGES)
def page(request, browser_of):
    return browser_of.get(request.param).text


@pytest.fixture
def tree(page):
    return html5lib.HTMLParser(strict=True).parse(page)


def elements(tree, *names):
    return [e for name in names for e in tree.iter(XHTML + name)]


def test_ids_are_unique(tree):
    counted = Counter(e.get("id") for e in tree.iter() if e.get("id"))
    assert [name for name, times in counted.items() if times > 1] == []


def test_references_to_ids_lead_somewhere(tree):
    ids = {e.get("id") for e in tree.iter()}
    names = ("for", "aria-labelledby", "aria-describedby", "popovertarget")
    wanted = {i for e in tree.iter() for name in names for i in (e.get(name) or "").split()}
    assert wanted <= ids


def test_every_control_has_a_name(tree):
    labelled = {e.get("for") for e in elements(tree, "label")}
    inside = {e for label in elements(tree, "label") for e in label.iter()}
    for control in elements(tree, "input", "textarea", "select"):
        is_named = control.get("aria-label") or control.get("id") in labelled or control in inside
        assert control.get("type") == "hidden" or is_named, control.attrib


def test_every_button_and_link_says_something(tree):
    for control in elements(tree, "button", "a"):
        names = [e.get("aria-label") for e in control.iter() if e.get("aria-label")]
        assert "".join(control.itertext()).strip() or names, control.attrib


def test_tables_have_captions_and_pages_one_heading(tree):
    assert all(table.find(XHTML + "caption") is not None for table in elements(tree, "table"))
    assert len(elements(tree, "h1")) == 1
    assert len(elements(tree, "main")) == 1


def test_nothing_needs_inline_styles_or_scripts(tree):
    for element in tree.iter():
        assert element.get("style") is None
        assert not [name for name in element.attrib if str(name).startswith("on")]
    assert all(e.get("src") for e in elements(tree, "script"))


def test_posting_forms_carry_the_token(tree):
    for form in elements(tree, "form"):
        names = [e.get("name") for e in form.iter(XHTML + "input")]
        assert form.get("method") != "post" or "csrf_token" in names


def test_a_refused_form_says_so(browser_of):
    page = browser_of.get("/kit?lang=en").text
    assert "<title>Error: Kit · Marjolaine</title>" in page
    assert 'aria-describedby="kit-answer_on-hint"' in page
    assert 'aria-describedby="kit-name-error"' in page
    assert 'role="alert" tabindex="-1" data-failed' in page


def test_navigation_shows_what_one_may_open(browser_of):
    page = browser_of.get("/kit?lang=en").text
    assert "Listings" in page
    assert "Disputes" not in page
    assert page.count('aria-current="page"') == 2  # the item and the saved view


def test_an_unknown_icon_is_an_error(request_of):
    with pytest.raises(LookupError, match="no icon"):
        request_of.jinja_env.globals["icon"]("nonsense")


def test_text_is_escaped_everywhere(request_of):
    render = request_of.jinja_env.from_string(
        '{% from "macros/badges.html" import badge %}{% from "macros/facts.html" import fact %}'
        '{% from "macros/timeline.html" import event %}'
        "{{ badge(x) }}{{ fact(x, x, x) }}{{ event(now(), x, x, x) }}{{ icon('x', x) }}"
    ).render
    assert "<i>" not in render(x='"><i>')
