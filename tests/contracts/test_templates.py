"""Every template: it can be read, it is used, and what it sends keeps to the content policy."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
from jinja2 import Environment, nodes

from backoffice.queues import REGISTRY
from config.settings import ROOT
from tests.contracts.test_architecture import FILES

FOLDER = ROOT / "templates"
PATHS = sorted(path for path in FOLDER.rglob("*") if path.is_file())
NAMES = [str(path.relative_to(FOLDER)) for path in PATHS]
LEAVING = ("emails/", "statements/")  # each is one file that needs no other
PAGES = [name for name in NAMES if name.endswith(".html") and not name.startswith(LEAVING)]

every_template = pytest.mark.parametrize("name", NAMES)
every_page = pytest.mark.parametrize("name", PAGES)


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


@pytest.fixture(scope="module")
def macros(application) -> set[str]:
    """Return the names of every macro that one template takes from another."""
    return set().union(*(imported(tree(application.jinja_env, name)) for name in NAMES))


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


@every_template
def test_it_can_be_read(app, name):
    app.jinja_env.get_template(name)


def imported(parsed: nodes.Template) -> set[str]:
    """Return the names that a template imports from others."""
    return {
        alias[1] if isinstance(alias, tuple) else alias
        for node in parsed.find_all(nodes.FromImport)
        for alias in node.names
    }


@every_template
def test_it_imports_what_it_calls_and_nothing_in_vain(app, macros, name):
    parsed = tree(app.jinja_env, name)
    used = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}
    own = {node.name for node in parsed.find_all(nodes.Macro)}
    called = {node.node.name for node in parsed.find_all(nodes.Call)
              if isinstance(node.node, nodes.Name)}  # fmt: skip
    assert imported(parsed) - used == set()
    assert (called & macros) - own - imported(parsed) - set(app.jinja_env.globals) == set()


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


@every_page
def test_it_has_no_inline_style_and_no_inline_handler(name):
    assert re.findall(r"<[^>]*\s(style|on[a-z]+)\s*=", markup(name)) == []
    assert "javascript:" not in markup(name)
    assert "<style" not in markup(name)


@every_page
def test_its_scripts_are_files_of_ours_or_carry_the_nonce(name):
    scripts = re.findall(r"<script\b[^>]*>", markup(name))
    assert [one for one in scripts if "{{ asset(" not in one and "csp_nonce()" not in one] == []


@every_page
def test_its_forms_that_post_carry_the_token(name):
    forms = re.findall(r"<form\b(?=[^>]*method=\"post\").*?</form>", markup(name), re.DOTALL)
    assert [one for one in forms if not re.search(r"csrf|hidden\(|caller\(", one)] == []


@every_page
def test_it_names_no_other_site(name):
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", markup(name)) == []
