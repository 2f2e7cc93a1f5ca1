"""Work that is owed by name is done by somebody: every name in an outbox row, every dotted path."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from backoffice.core.outbox import Channel
from config.settings import ROOT
from jobs.checks import WORK
from jobs.drain import DRAINS
from jobs.schedule import SCHEDULE, resolve
from tests.contracts.code import calls
from tests.contracts.test_architecture import FILES, name_of

DOTTED = re.compile(r"(backoffice|jobs|config)(\.\w+)+")
QUOTED = re.compile(rf"[\"']{DOTTED.pattern}[\"']")


class Owed(NamedTuple):
    """One call of `put_work`: where, on which channel, what, with which parameters."""

    where: str
    channel: str
    event: str
    parameters: set[str] | None


def owed() -> Iterator[Owed]:
    """Yield every call of `put_work`, its event read from the module where it is a constant."""
    for path, call in calls("put_work"):
        _session, channel, event, payload = call.args
        yield Owed(
            f"{name_of(path)}:{call.lineno}",
            ast.unparse(channel).rpartition(".")[2],
            value_of(event, import_module(name_of(path))),
            keys_of(payload),
        )


def value_of(node: ast.expr, scope: Any) -> str:
    """Return what a literal or a constant of the module says."""
    return node.value if isinstance(node, ast.Constant) else getattr(scope, ast.unparse(node))


def keys_of(node: ast.expr) -> set[str] | None:
    """Return the keys of a dictionary written on the spot; None of one that is made elsewhere."""
    return {key.value for key in node.keys} if isinstance(node, ast.Dict) else None


OWED = list(owed())


def test_there_is_work_to_look_at():
    assert {one.event for one in OWED} >= {"checks.run", "pages.render"}


@pytest.mark.parametrize("one", OWED, ids=lambda one: f"{one.where}-{one.event}")
def test_what_is_owed_is_done_by_a_handler_that_takes_its_parameters(one):
    assert DRAINS[Channel[one.channel]].deliver is DRAINS[Channel.CHECKS].deliver
    assert one.event in WORK
    if one.parameters is not None:
        signature = inspect.signature(WORK[one.event])
        signature.bind(None, **dict.fromkeys(one.parameters))


def test_no_handler_waits_for_work_that_nobody_owes():
    assert set(WORK) - {one.event for one in OWED} == set()


def test_every_channel_that_is_written_to_is_emptied():
    own = {Channel.MAIL, Channel.WEBHOOK, Channel.TRANSPARENCY}
    assert set(DRAINS) >= own | {Channel[one.channel] for one in OWED}


@pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.name)
def test_what_the_schedule_names_is_a_function_of_a_session(job):
    parameters = inspect.signature(resolve(job.path)).parameters.values()
    needed = [one.name for one in parameters if one.default is inspect.Parameter.empty]
    assert needed == ["session"]


def paths() -> Iterator[tuple[str, str]]:
    """Yield every dotted path of ours that stands in a string, with where it stands."""
    for path in [*FILES, *sorted((ROOT / "config").glob("*.py"))]:
        if not QUOTED.search(written := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(written)):
            said = node.value if isinstance(node, ast.Constant) else None
            if isinstance(said, str) and DOTTED.fullmatch(said):
                yield said, f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize(("path", "where"), sorted(set(paths())))
def test_a_dotted_path_leads_somewhere(path, where):
    try:
        import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        assert hasattr(import_module(module), name), where
