"""Who may know whom: the imports of every module, held against the house's one line."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

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


def breaking(rule: Callable[[Path], Any]) -> dict[str, Any]:
    """Return what breaks a rule, by module: one test for all, since there are thousands."""
    return {name_of(path): broken for path in FILES if (broken := rule(path))}


def test_a_module_imports_only_to_the_right():
    def wrong_way(path: Path) -> set[str | None]:
        here = room(name_of(path))
        if here is None:
            return {here}  # in which room does this lie?
        if RANK[here] == JOINING:
            return set()  # factory, command and development tools join the parts
        seen = {there for module in imports(path) if (there := room(module)) and there != here}
        return {there for there in seen if RANK[there] <= RANK[here]}

    assert breaking(wrong_way) == {}


def test_core_and_the_rules_know_no_flask():
    def flask_in_a_rule(path: Path) -> list[str]:
        is_rule = path.name in FLASKLESS and path.parent.name != "views"
        if room(name_of(path)) != "backoffice.core" and not is_rule:
            return []
        return [name for name in imports(path) if name.split(".")[0] in FLASK]

    assert breaking(flask_in_a_rule) == {}


def test_queues_do_not_know_each_other():
    queues = {one.name for one in (ROOT / "backoffice" / "queues").iterdir() if one.is_dir()}

    def another_queue(path: Path) -> list[str]:
        parts = name_of(path).split(".")
        if parts[:2] != ["backoffice", "queues"] or len(parts) < 4:
            return []
        named = (module for module in imports(path) if module.split(".")[:2] == parts[:2])
        others = queues - {parts[2]}
        return [one for one in named if len(one.split(".")) > 2 and one.split(".")[2] in others]

    assert breaking(another_queue) == {}


def test_only_its_room_imports_an_outside_machine():
    def outside_machine(path: Path) -> set[str]:
        module, names = name_of(path), {name.split(".")[0] for name in imports(path)}
        allowed = {"stripe"} if module == "backoffice.billing.stripe" else set()
        if module == "backoffice.factory" or module.startswith(("jobs", "backoffice.dev")):
            allowed = {"rq", "redis"}
        return names & {"stripe", "rq", "redis"} - allowed

    assert breaking(outside_machine) == {}


def test_only_the_unit_of_work_commits():
    def commits(path: Path) -> list[int]:
        if name_of(path) in ("backoffice.core.work", "backoffice.migrations"):
            return []
        calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
        return [call.lineno for call in calls if getattr(call.func, "attr", "") == "commit"]

    assert breaking(commits) == {}
