"""The link by which the party of a request follows it, confirms, or withdraws."""

from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.link import PortalLink, Scope, give_link
from backoffice.core.party import Party
from config.settings import get_settings


def follow_link(session: Session, case: Case, party: Party) -> PortalLink:
    """Give the party its way in, for as long as the case may take and may be contested."""
    return give_link(
        session,
        case,
        party=(party.kind, party.id),
        scope=Scope.ANSWER,
        expires_at=clock.add(case.due_at, get_settings().appeal_months, clock.Unit.MONTHS),
    )
