"""Who may know whom: the imports of every module, held against the house's one line."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.settings import ROOT

LEFT_TO_RIGHT = (
    {"jobs"},
    {"backoffice"}
    | {f"backoffice.{part}" for part in ("factory", "cli", "dev", "shell", "reference")},
    {f"backoffice.{room}" for room in ("admin", "intake", "portal", "insight", "desk")},
    {"backoffice.queues"},
    {"backoffice.billing"},
    {"backoffice.marketplace", "backoffice.staff"},
    {f"backoffice.{room}" for room in ("notify", "web", "migrations")},
    {"backoffice.extensions"},
    {"backoffice.core"},
)
RANK = {room: rank for rank, rooms in enumerate(LEFT_TO_RIGHT) for room in rooms}
JOINING = RANK["backoffice"]
FLASKLESS = {"model.py", "queue.py", "checks.py", "effects.py", "ledger.py"}
FLASK = ("flask", "flask_babel", "flask_login", "flask_wtf", "flask_sqlalchemy", "flask_limiter")
FILES = sorted([*(ROOT / "backoffice").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")])


def name_of(path: Path) -> str:
    """Return a module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return every module that a file imports, wherever in the file."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str | None:
    """Return the room that a module lies in."""
    parts = module.split(".")
    for length in (2, 1):
        if (name := ".".join(parts[:length])) in RANK and (length == len(parts) or length == 2):
            return name
    return "jobs" if parts[0] == "jobs" else None


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_imports_only_to_the_right(path):
    here = room(name_of(path))
    assert here is not None, "in which room does this lie?"
    if RANK[here] == JOINING:
        return  # factory, command and development tools join the parts, each other included
    seen = {there for module in imports(path) if (there := room(module)) and there != here}
    assert {there for there in seen if RANK[there] <= RANK[here]} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_core_and_the_rules_know_no_flask(path):
    is_rule = path.name in FLASKLESS and path.parent.name != "views"
    if room(name_of(path)) != "backoffice.core" and not is_rule:
        return
    assert not [name for name in imports(path) if name.split(".")[0] in FLASK]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_queues_do_not_know_each_other(path):
    parts = name_of(path).split(".")
    if parts[:2] != ["backoffice", "queues"] or len(parts) < 4:
        return
    others = {q.name for q in (ROOT / "backoffice" / "queues").iterdir() if q.is_dir()} - {parts[2]}
    assert not [
        m
        for m in imports(path)
        if m.split(".")[:2] == parts[:2] and len(m.split(".")) > 2 and m.split(".")[2] in others
    ]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_its_room_imports_an_outside_machine(path):
    module, names = name_of(path), {name.split(".")[0] for name in imports(path)}
    if module != "backoffice.billing.stripe":
        assert "stripe" not in names
    if module != "backoffice.factory" and not module.startswith(("jobs", "backoffice.dev")):
        assert not names & {"rq", "redis"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_unit_of_work_commits(path):
    if name_of(path) in ("backoffice.core.work", "backoffice.migrations"):
        return
    calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
    commits = [c.lineno for c in calls if getattr(c.func, "attr", "") == "commit"]
    assert commits == []
