"""Opening a link: whose it is, to which case, whether it still works."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.link import PortalLink
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.queue import Queue, queue_of, subject_of
from backoffice.core.refusal import NotFound, Refused
from backoffice.core.secrets import read_token
from backoffice.core.text import text


class Ended(Refused):
    """The link was ours and works no more; `scope` tells for what it was."""

    status = 410


class Visit(NamedTuple):
    """One party before one case."""

    token: str
    link: PortalLink
    case: Case
    queue: Queue
    subject: Any
    party: Party

    @property
    def actor(self) -> Actor:
        """Return the party as the one who acts."""
        return Actor("party", self.party.id, self.party.name)


def read_visit(session: Session, token: str) -> Visit:
    """Return the visit that a token opens; raises NotFound, or Ended. Nothing is written."""
    row_id = read_token("p", token)
    link = session.get(PortalLink, row_id) if row_id is not None else None
    if link is None:
        raise NotFound(text("This link is not complete, or it is not one of ours."))
    case = session.get_one(Case, link.case_id)
    queue, subject = queue_of(case), subject_of(session, case)
    whose = (link.party_kind, link.party_id)
    parties = queue.parties(session, subject)
    party = next((one for one in parties if (one.kind, one.id) == whose), None)
    if party is None:
        raise NotFound(text("This link is not complete, or it is not one of ours."))
    if not link.is_open():
        raise Ended(text("This link has ended."), scope=link.scope, locale=party.locale)
    return Visit(token, link, case, queue, subject, party)
