"""The side navigation and the other fixed addresses of the layout, as data from the factory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, g, request, url_for
from flask_login import current_user

from backoffice.core.text import Text


class Tally(NamedTuple):
    """The figures beside an item: open and late cases, or words of its own (“3 / 5”)."""

    open: int | str
    late: int = 0


class Offer(NamedTuple):
    """A decision the signed-in person may still take back."""

    sentence: Text
    url: str
    until: datetime


@dataclass(frozen=True)
class Item:
    """One link: shown to people who have its permission; `key` names its tally."""

    label: str
    icon: str
    endpoint: str
    params: Mapping[str, Any] = field(default_factory=dict)
    permission: str | None = None
    key: str = ""

    @property
    def is_current(self) -> bool:
        """Tell whether the page shown is this item's own."""
        args = request.view_args or {}
        return request.endpoint == self.endpoint and all(
            args.get(name) == value for name, value in self.params.items()
        )

    @property
    def url(self) -> str:
        """Return the item's address."""
        return url_for(self.endpoint, **self.params)


@dataclass(frozen=True)
class Group:
    """Items under one heading; the first group usually has none."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Shell:
    """What the layout links to and asks for; endpoints are names, the callables run per page."""

    groups: tuple[Group, ...]
    home: str
    search: str
    account: str
    sign_out: str
    tallies: Callable[[], Mapping[str, Tally]] = dict
    offer: Callable[[], Offer | None] = lambda: None


def init_app(app: Flask, shell: Shell) -> None:
    """Give the layout its shell; templates see `shell`, `navigation()`, `tally()`, `offer()`."""
    app.jinja_env.globals.update(
        shell=shell,
        navigation=lambda: visible(shell.groups),
        tally=lambda key: tallies(shell).get(key),
        offer=shell.offer,
    )


def visible(groups: Sequence[Group]) -> list[Group]:
    """Return the groups with what the signed-in person may open; empty groups are left out."""
    kept = (Group(one.label, tuple(filter(is_open, one.items))) for one in groups)
    return [group for group in kept if group.items]


def is_open(item: Item) -> bool:
    """Tell whether the signed-in person may follow this link."""
    return item.permission is None or current_user.actor.may(item.permission)


def tallies(shell: Shell) -> Mapping[str, Tally]:
    """Return the figures, asked for once per request."""
    if "tallies" not in g:
        g.tallies = shell.tallies()
    return g.tallies
