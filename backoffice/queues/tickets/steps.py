"""Steps that decide nothing: tying a ticket to another case, and saying what it is about."""

from typing import Any

from sqlalchemy import select

from backoffice.core.action import Context, Effect, stays
from backoffice.core.case import Case, CaseLink
from backoffice.core.open import note_event
from backoffice.core.queue import queue_of
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.queues.tickets.model import CATEGORIES, Category


def _link(context: Context) -> dict[str, Any]:
    """Tie the ticket to a case that the actor may read; who may not learns nothing of it."""
    session, case, reference = context.session, context.case, context.data["to"]
    other = session.scalars(select(Case).where(Case.reference == reference)).first()
    if other is None or not context.actor.may(queue_of(other).permission("read")):
        raise NotPossible(text("There is no case %(case)s.", case=reference))
    if other.id == case.id:
        raise NotPossible(text("A ticket cannot be linked with itself."))
    both = (case.id, other.id)
    known = select(CaseLink).where(CaseLink.from_id.in_(both), CaseLink.to_id.in_(both))
    if session.scalars(known).first() is not None:
        raise NotPossible(text("%(case)s is linked already.", case=reference))
    session.add(CaseLink(from_id=case.id, to_id=other.id, relation="linked"))
    for one, named in ((case, other), (other, case)):
        note_event(session, one, context.actor, "linked", internal=True,
                   values={"case": named.reference})  # fmt: skip
    return {}


def _recategorise(context: Context) -> dict[str, Any]:
    context.subject.category = context.data["category"]
    said = text(CATEGORIES[Category(context.data["category"])]).to_json()
    note_event(context.session, context.case, context.actor, "recategorised", internal=True,
               values={"category": said})  # fmt: skip
    return {}


LINK = Effect("link", _link, stays)
RECATEGORISE = Effect("recategorise", _recategorise, stays)
