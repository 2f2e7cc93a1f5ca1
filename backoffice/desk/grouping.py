"""The rows of a page under what they came in with, where a queue says what that is."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from backoffice.core.queue import Group
from backoffice.desk.cells import Line
from backoffice.desk.view import View


class Block(NamedTuple):
    """Lines under one heading, with the address of the view that shows all of it."""

    group: Group | None
    url: str
    lines: list[Line]


def blocks(view: View, lines: Iterable[Line]) -> list[Block]:
    """Return the lines of one page gathered by group; without groups they are one block.

    The order of a queue stays by due date, whatever came in together: only the rows of this page
    move, each group to where its most urgent row stands. So a page is still one range of the index,
    a cursor still names a place in it, and a group that is longer than a page goes on at the top of
    the next one. Ordering by group first would hide the late cases of a small group behind a large
    one, and could not be paged without sorting all that waits.
    """
    lines = list(lines)
    session, queue, _actor = view.scope
    if queue.groups is None:
        return [Block(None, "", lines)] if lines else []
    named = queue.groups(session, [(line.row.case, line.row.subject) for line in lines])
    gathered: dict[Any, Block] = {}
    for line in lines:
        group = named[line.row.case.id]
        url = View(view.scope, group.filters).url()
        gathered.setdefault(group.filters, Block(group, url, [])).lines.append(line)
    return list(gathered.values())
