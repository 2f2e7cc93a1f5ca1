"""Binding an action's form to what was posted, or to plain values read back from a decision."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from backoffice.core.action import Action, ActionForm, Context


def bound_form(
    action: Action, context: Context, data: Mapping[str, Any] | None, prefix: str = ""
) -> ActionForm:
    """Return the action's form over these values, its choices filled from the case.

    `prefix` stands before its fields' names where it is part of another form.
    """
    form = action.form(as_posted(data) if data is not None else None, prefix=prefix)
    form.prepare(context)
    return form


def as_posted(data: Mapping[str, Any]) -> MultiDict[str, Any]:
    """Return values as a browser would post them, so that one set of fields parses all."""
    if isinstance(data, MultiDict):
        return data
    posted: MultiDict[str, Any] = MultiDict()
    for name, value in data.items():
        if isinstance(value, Mapping):  # a form within the form
            inner = as_posted(value).items(multi=True)
            posted.update(MultiDict((f"{name}-{key}", item) for key, item in inner))
            continue
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is not None and item is not False:
                posted.add(name, str(item))
    return posted


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return form data as JSON can keep it."""
    return {name: _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
