"""The sandbox's memory between two runs: one file, replaced whole."""

import json
from pathlib import Path
from typing import Any


def load(file: Path | None) -> dict[str, Any] | None:
    """Return what an earlier run wrote down; None when there is nothing that can be read."""
    if file is None or not file.exists():
        return None
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def save(file: Path, written: str) -> None:
    """Write it down, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(written, "utf-8")
    unfinished.replace(file)
