"""What the list of tickets may be filtered by besides what every list may."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.queue import Filter
from backoffice.core.text import N_
from backoffice.queues.column_filter import by_column
from backoffice.queues.tickets.model import CATEGORIES, Ticket

REQUESTERS = {
    "seller": N_("A seller"),
    "buyer": N_("A buyer"),
    "person": N_("Somebody without an account"),
}
RATED = {
    "good": (N_("4 or 5 of 5"), Ticket.rating >= 4),
    "middling": (N_("3 of 5"), Ticket.rating == 3),
    "bad": (N_("1 or 2 of 5"), Ticket.rating <= 2),
}


def _ratings(session: Session) -> list[tuple[str, str]]:
    return [(name, label) for name, (label, _) in RATED.items()]


def _by_rating(value: str) -> Any:
    return Case.subject_id.in_(select(Ticket.id).where(RATED[value][1]))


FILTERS = (
    by_column("category", N_("Category"), CATEGORIES, Ticket.category),
    by_column("requester", N_("Requester"), REQUESTERS, Ticket.requester_kind),
    Filter("rated", N_("Satisfaction"), _ratings, _by_rating),
)
