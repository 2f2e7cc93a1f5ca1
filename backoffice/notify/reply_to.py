"""Where the answer to an e-mail of ours goes, when its reader may answer."""

from sqlalchemy.orm import object_session

from backoffice.core.case import Case
from backoffice.core.link import PortalLink, Scope
from backoffice.core.outbox import OutboxMessage
from backoffice.core.reply_address import make_reply_address


def reply_to(row: OutboxMessage) -> str | None:
    """Return the signed address of the case, for a mail whose link lets its reader answer."""
    session, number = object_session(row), row.payload.get("portal")
    if session is None or row.case_id is None or not isinstance(number, int):
        return None
    link = session.get(PortalLink, number)
    if link is None or link.case_id != row.case_id or link.scope != Scope.ANSWER:
        return None
    return make_reply_address(session.get_one(Case, row.case_id).reference)
