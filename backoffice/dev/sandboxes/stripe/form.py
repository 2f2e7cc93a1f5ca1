"""Reading requests: form names with brackets, and the parameters that each address knows."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from backoffice.dev.sandboxes.stripe.problem import Problem

INT = "integer"
BOOL = "boolean"
TEXT = "string"
LIST = "array"
MAP = "map"  # metadata
RANGE = "range"  # a time, or a hash of gt, gte, lt, lte

# A tuple of one table is a list of such hashes.
Kind = str | frozenset[str] | Mapping[str, Any] | tuple[Mapping[str, Any]]
Table = Mapping[str, Kind]


def decode(raw: str) -> dict[str, Any]:
    """Return the parameters of a form or a query: `a[b]=1` is {"a": {"b": "1"}}, `c[]` a list."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        first, *rest = [part.rstrip("]") for part in name.split("[")]
        place, key = found, first
        for part in rest:
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                raise _invalid(name, "Invalid hash", "parameter_invalid_hash")
            place, key = inner, part or str(len(inner))
        place[key] = value
    return found


def read(given: Mapping[str, Any], table: Table, within: str = "") -> dict[str, Any]:
    """Return parameters with their types; raises Problem for unknown and ill-formed ones."""
    read_values = {}
    for name, value in given.items():
        path = f"{within}[{name}]" if within else name
        if name not in table:
            raise Problem(
                f"Received unknown parameter: {path}", code="parameter_unknown", param=path,
                is_kept=False,
            )  # fmt: skip
        read_values[name] = _value(value, table[name], path)
    return read_values


def require(given: Mapping[str, Any], *names: str) -> None:
    """Raise Problem where a parameter is missing."""
    for name in names:
        if given.get(name) in (None, ""):
            said = f"Missing required param: {name}."
            raise Problem(said, code="parameter_missing", param=name, is_kept=False)


def _value(value: Any, kind: Kind, path: str) -> Any:
    if kind == RANGE:
        return value
    if isinstance(kind, Mapping | tuple):
        return _inner(_hash(value, path), kind, path)
    if kind == MAP:
        return _metadata(_hash(value, path) if value != "" else {}, path)
    if kind == LIST:
        return list(_hash(value, path).values())
    if not isinstance(value, str):
        raise _invalid(path, f"Invalid string: {value}", "parameter_invalid_string")
    if kind == INT and not re.fullmatch(r"-?\d{1,12}", value):
        raise _invalid(path, f"Invalid integer: {value}", "parameter_invalid_integer")
    if kind == BOOL and value not in ("true", "false"):
        raise _invalid(path, f"Invalid boolean: {value}", None)
    if isinstance(kind, frozenset) and value not in kind:
        raise _invalid(path, f"Invalid {path}: must be one of {', '.join(sorted(kind))}", None)
    if kind == BOOL:
        return value == "true"
    return int(value) if kind == INT else value


def _inner(value: dict[str, Any], kind: Mapping[str, Any] | tuple[Table], path: str) -> Any:
    if isinstance(kind, Mapping):
        return read(value, kind, path)
    return [read(_hash(one, path), kind[0], f"{path}[{name}]") for name, one in value.items()]


def _metadata(given: Mapping[str, Any], path: str) -> dict[str, str]:
    if len(given) > 50 or any(len(key) > 40 for key in given):
        raise _invalid(path, "Metadata holds up to 50 keys of up to 40 characters.", None)
    for key, value in given.items():
        if not isinstance(value, str) or len(value) > 500:
            raise _invalid(f"{path}[{key}]", "Metadata values hold up to 500 characters.", None)
    return dict(given)


def _hash(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid(path, "Invalid hash", "parameter_invalid_hash")
    return value


def _invalid(path: str, message: str, code: str | None) -> Problem:
    return Problem(message, code=code, param=path, is_kept=False)
