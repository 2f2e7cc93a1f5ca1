"""Pages of a list, the newest first, walked by the identifier of the last one seen."""

from typing import Any

from backoffice.dev.sandboxes.stripe.problem import Problem, no_such
from backoffice.dev.sandboxes.stripe.state import Object, State

LIMIT = 10
LIMIT_MAX = 100
SIDES = {"gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
         "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b}  # fmt: skip


def page(found: list[Object], given: dict[str, Any], state: State) -> Object:
    """Return one page of what was found (the oldest first), as Stripe shows lists."""
    limit = given.get("limit", LIMIT)
    if not 1 <= limit <= LIMIT_MAX:
        raise Problem("Invalid limit: must be between 1 and 100.", param="limit")
    rows = [one for one in reversed(found) if _was_created(one, given.get("created"))]
    if after := given.get("starting_after"):
        rows = rows[_place(rows, after, "starting_after") + 1 :]
    if before := given.get("ending_before"):
        rows = rows[: _place(rows, before, "ending_before")][-limit:]
    paths = tuple(path.removeprefix("data.") for path in given.get("expand", ()))
    data = [state.view(one, paths) for one in rows[:limit]]
    return {"object": "list", "data": data, "has_more": len(rows) > limit}


def _was_created(one: Object, when: Any) -> bool:
    if isinstance(when, dict):
        return all(SIDES[side](one["created"], int(value)) for side, value in when.items())
    return when is None or one["created"] == int(when)


def _place(rows: list[Object], id: str, param: str) -> int:
    for number, one in enumerate(rows):
        if one["id"] == id:
            return number
    raise no_such("object", id, param, status=400)
