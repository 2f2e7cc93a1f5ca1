"""Every template: it can be read, it is used, and what it sends keeps to the content policy."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from typing import Any

from jinja2 import Environment, nodes

from backoffice.queues import REGISTRY
from config.settings import ROOT
from tests.contracts.test_architecture import FILES

FOLDER = ROOT / "templates"
PATHS = sorted(path for path in FOLDER.rglob("*") if path.is_file())
NAMES = [str(path.relative_to(FOLDER)) for path in PATHS]
LEAVING = ("emails/", "statements/")  # each is one file that needs no other
PAGES = [name for name in NAMES if name.endswith(".html") and not name.startswith(LEAVING)]


def breaking(names: Iterable[str], rule: Callable[[str], Any]) -> dict[str, Any]:
    """Return what breaks a rule, by template: one test for all, since there are hundreds."""
    return {name: broken for name in names if (broken := rule(name))}


def source(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def markup(name: str) -> str:
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)


def tree(env: Environment, name: str) -> nodes.Template:
    return env.parse(source(name), name)


def references(parsed: nodes.Template) -> Iterator[str]:
    """Yield the names of the templates that one extends, includes or imports."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for node in parsed.find_all(kinds):
        yield from (one.value for one in node.template.find_all(nodes.Const))
        if isinstance(node.template, nodes.Const):
            yield node.template.value


def named_in_code() -> Iterator[str]:
    """Yield what strings of the program may name: whole ones, and patterns with holes."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                parts = (getattr(one, "value", "*") for one in node.values)
                pattern = "".join(one if isinstance(one, str) else "*" for one in parts)
                if not pattern.startswith("*"):
                    yield pattern


def test_each_can_be_read(app):
    for name in NAMES:
        app.jinja_env.get_template(name)


def imported(parsed: nodes.Template) -> set[str]:
    """Return the names that a template imports from others."""
    return {
        alias[1] if isinstance(alias, tuple) else alias
        for node in parsed.find_all(nodes.FromImport)
        for alias in node.names
    }


def test_each_imports_what_it_calls_and_nothing_in_vain(app):
    env = app.jinja_env
    trees = {name: tree(env, name) for name in NAMES}
    macros = set().union(*map(imported, trees.values()))

    def amiss(name: str) -> set[str]:
        parsed = trees[name]
        used = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}
        own = {node.name for node in parsed.find_all(nodes.Macro)}
        called = {node.node.name for node in parsed.find_all(nodes.Call)
                  if isinstance(node.node, nodes.Name)}  # fmt: skip
        missing = (called & macros) - own - imported(parsed) - set(env.globals)
        return (imported(parsed) - used) | missing

    assert breaking(NAMES, amiss) == {}


def test_none_is_an_orphan(app):
    env = app.jinja_env
    named = {one for name in NAMES for one in references(tree(env, name))}
    patterns = {one for one in named_in_code() if one.endswith((".html", ".txt"))}
    mails = re.compile(r"emails/[^/]+/(subject\.txt|body\.txt|body\.html)")  # see test_mails
    orphans = [
        name
        for name in NAMES
        if name not in named
        and not mails.fullmatch(name)
        and not any(fnmatch(name, pattern) for pattern in patterns)
    ]
    assert orphans == []


def test_what_is_named_exists(app):
    env = app.jinja_env
    named = {one for name in NAMES for one in references(tree(env, name))}
    assert {one for one in named if not one.startswith("admin/")} - set(NAMES) == set()


def test_every_page_of_a_queue_is_of_a_queue():
    pages = {name for name in NAMES if name.startswith("queues/")}
    slugs = {queue.slug.replace("-", "_") for queue in REGISTRY}
    assert {page.split("/")[1].removesuffix(".html") for page in pages} == slugs


def test_none_has_an_inline_style_or_an_inline_handler():
    inline = re.compile(r"<[^>]*\s(?:style|on[a-z]+)\s*=|javascript:|<style")
    assert breaking(PAGES, lambda name: inline.findall(markup(name))) == {}


def test_scripts_are_files_of_ours_or_carry_the_nonce():
    def foreign(name: str) -> list[str]:
        scripts = re.findall(r"<script\b[^>]*>", markup(name))
        return [one for one in scripts if "{{ asset(" not in one and "csp_nonce()" not in one]

    assert breaking(PAGES, foreign) == {}


def test_forms_that_post_carry_the_token():
    def bare(name: str) -> list[str]:
        posting = r"<form\b(?=[^>]*method=\"post\").*?</form>"
        forms = re.findall(posting, markup(name), re.DOTALL)
        return [one for one in forms if not re.search(r"csrf|hidden\(|caller\(", one)]

    assert breaking(PAGES, bare) == {}


def test_none_names_another_site():
    elsewhere = re.compile(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*")
    assert breaking(PAGES, lambda name: elsewhere.findall(markup(name))) == {}
