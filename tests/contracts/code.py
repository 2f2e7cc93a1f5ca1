"""The program's own text, for tests that read what is called with which names."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.test_architecture import FILES


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of a function by this bare name, with the file it stands in."""
    for path in FILES:
        if f"{name}(" not in (written := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(written)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield path, node
