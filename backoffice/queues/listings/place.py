"""Where a listing stands in the tree of categories, in the reader's language."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.search import fold
from backoffice.marketplace.categories import Tree, category_tree
from backoffice.marketplace.listing import ListingRevision
from backoffice.web.locale import language


class Place(NamedTuple):
    """A category's path as words, and what it asks for by code: all names, the required ones."""

    path: str
    labels: dict[str, str]
    required: dict[str, str]


def place_of(tree: Tree, code: str) -> Place:
    """Return the place that a category's code names; of an unknown one, the code is the path."""
    locale, node = language(), tree.get(code)
    asked = node.characteristics if node else ()
    labels = {one.code: one.label(locale) for one in asked}
    required = {one.code: labels[one.code] for one in asked if one.required}
    return Place(tree.path_label(code, locale), labels, required)


def roots(session: Session) -> list[tuple[str, str]]:
    """Return the categories at the top of the tree with their names, by name."""
    named = [(node.code, node.label(language())) for node in category_tree(session).children()]
    return sorted(named, key=lambda pair: fold(pair[1]))


def say_root(session: Session, code: str) -> str:
    """Name a category for its chip."""
    return category_tree(session).path_label(code, language())


def by_root(code: str) -> ColumnElement[bool]:
    """Return the condition that a case's listing stands in this category or below it."""
    below = ListingRevision.category.startswith(f"{code}/", autoescape=True)
    theirs = select(ListingRevision.id).where(or_(ListingRevision.category == code, below))
    return Case.subject_id.in_(theirs)
