"""The ways that cases go: every queue, and every decision in every state that admits it."""

from typing import Any

import pytest

from backoffice.core.action import Action
from backoffice.core.case import State
from backoffice.core.queue import Queue
from backoffice.queues import REGISTRY


def takable(queue: Queue) -> list[Action]:
    """Return the actions that decide something and can be taken: a case moves only where it may."""
    return [
        action
        for action in queue.actions
        if action.is_decision
        and action.door in ("decide", "override")
        and (action.name != "reroute" or queue.reroutes)
    ]


WAYS = [
    (queue, action, state)
    for queue in REGISTRY
    for action in takable(queue)
    for state in sorted(action.states)
]


def named(queue: Queue, action: Action, state: State) -> Any:
    """Return a way as one case of a test, under its name."""
    return pytest.param(queue, action, state, id=f"{queue.noun}-{action.name}-{state}")


WAY = ("queue", "action", "state")
every_queue = pytest.mark.parametrize("queue", REGISTRY, ids=lambda queue: queue.slug)
every_way = pytest.mark.parametrize(WAY, [named(*way) for way in WAYS])
every_way_of_a_live_case = pytest.mark.parametrize(
    WAY, [named(*way) for way in WAYS if way[2] != State.CLOSED]
)
ALWAYS_HELD = {"dispute:goodwill", "registration:suspend", "registration:terminate"}
"""Actions that wait for a second person whatever their form says."""
every_way_of_one_person = pytest.mark.parametrize(
    WAY, [named(*way) for way in WAYS if way[1].permission(way[0].noun) not in ALWAYS_HELD]
)
