"""What is wrong with a page's HTML, read as it left the server."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget")


def mistakes(source: str) -> list[str]:
    """Return what a careful reader of HTML would complain about."""
    parser = html5lib.HTMLParser()
    tree = parser.parse(source)
    lines = source.splitlines()
    broken = [f"{code}: {lines[at[0] - 1][:120]}" for at, code, _ in parser.errors]
    return [*broken, *_structure(tree), *_names(tree), *_policy(tree)]


def _all(tree: Element, *names: str) -> list[Element]:
    return [one for name in names for one in tree.iter(XHTML + name)]


def _structure(tree: Element) -> Iterator[str]:
    """One heading, one main part, a title, a language; ids that are unique and are there."""
    for name in ("h1", "main", "title"):
        if (number := len(_all(tree, name))) != 1:
            yield f"{number} {name}"
    if not tree.get("lang"):
        yield "no language"
    ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
    yield from (f"id {name} is there {number} times" for name, number in ids.items() if number > 1)
    for one in tree.iter():
        wanted = " ".join(one.get(name) or "" for name in POINTING).split()
        yield from (f"{one.tag} points to {name}" for name in wanted if name not in ids)
    for link in _all(tree, "a"):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in ids:
            yield f"a link leads to {target}"


def _names(tree: Element) -> Iterator[str]:
    """Controls, pictures, frames and tables say what they are."""
    labelled = {label.get("for") for label in _all(tree, "label")}
    inside = {one for label in _all(tree, "label") for one in label.iter()}
    for one in _all(tree, "input", "textarea", "select", "progress"):
        is_named = one.get("aria-label") or one.get("id") in labelled or one in inside
        if not is_named and one.get("type") != "hidden" and one.get("hidden") is None:
            yield f"nameless {one.tag} {one.attrib}"
    for one in _all(tree, "button", "a", "summary"):
        if not "".join(one.itertext()).strip() and not _labels(one):
            yield f"nameless {one.tag} {one.attrib}"
    yield from ("a picture without alt" for one in _all(tree, "img") if one.get("alt") is None)
    yield from ("a frame without title" for one in _all(tree, "iframe") if not one.get("title"))
    for table in _all(tree, "table"):
        if table.find(XHTML + "caption") is None:
            yield "a table without caption"


def _labels(one: Element) -> list[str]:
    return [label for inner in one.iter() if (label := inner.get("aria-label"))]


def _policy(tree: Element) -> Iterator[str]:
    """Nothing that the policy refuses, a token in every form that changes something."""
    for one in tree.iter():
        if one.get("style") is not None or any(str(name).startswith("on") for name in one.attrib):
            yield f"inline: {one.tag} {one.attrib}"
    for form in _all(tree, "form"):
        fields = {one.get("name") for one in form.iter(XHTML + "input")}
        if (form.get("method") or "get").lower() == "post" and "csrf_token" not in fields:
            yield f"no token: {form.attrib}"
