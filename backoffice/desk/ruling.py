"""A decision as a page shows it: who, when, on which grounds, and what is to be confirmed."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.action import Action
from backoffice.core.decision import Decision
from backoffice.core.queue import QUEUES
from backoffice.desk.listing import names_of


class Ruling(NamedTuple):
    """A decision with its action and the names of who made and who confirmed it."""

    decision: Decision
    action: Action | None
    by: str
    confirmed_by: str


def ruling(session: Session, decision: Decision) -> Ruling:
    """Return a decision as a page shows it."""
    names = names_of(session, (decision.actor_id, decision.confirmed_by_id))
    return Ruling(
        decision,
        QUEUES[decision.queue].action(decision.action),
        names.get(decision.actor_id, ""),
        names.get(decision.confirmed_by_id, ""),
    )
