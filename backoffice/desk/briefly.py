"""Answers kept for some seconds in this process: figures beside links, nothing that decides."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import TypeVar

from flask import session as cookie

from config.settings import get_settings

Answer = TypeVar("Answer")
MOST = 2000
_kept: dict[Hashable, tuple[float, object]] = {}


def briefly(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return what was answered to this key within the last seconds, or ask again."""
    at, answer = _kept.get(key, (0.0, None))
    if answer is not None and monotonic() - at < get_settings().counts_kept_seconds:
        return answer  # type: ignore[return-value]  # the same signature
    if len(_kept) >= MOST:
        _kept.clear()
    fresh = ask()
    _kept[key] = (monotonic(), fresh)
    return fresh


def turn() -> int:
    """Return how often this browser has sent a form: part of a key whose answer that may change."""
    return cookie.get("turn", 0)


def next_turn() -> None:
    """Let what a person sees of her own cases be asked anew, in every process."""
    cookie["turn"] = turn() + 1
