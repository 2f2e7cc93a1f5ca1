"""Reporting again: what an earlier notice said, for whoever holds the link to it.

An e-mail address that is typed proves nothing. The link was sent to that address, so it does.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.core.case import Case
from backoffice.core.link import PortalLink
from backoffice.core.secrets import read_token
from backoffice.marketplace.right import Mandate, Right
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.queue import QUEUE


def notice_behind(session: Session, token: str) -> Notice | None:
    """Return the notice whose notifier this link was sent to, while the link works."""
    row_id = read_token("p", token)
    link = session.get(PortalLink, row_id) if row_id is not None else None
    if link is None or not link.is_open() or link.party_kind != "notifier":
        return None
    case = session.get_one(Case, link.case_id)
    notice = session.get(Notice, case.subject_id) if case.queue == QUEUE.slug else None
    return notice if notice and notice.notifier_id == link.party_id else None


def said_before(session: Session, notice: Notice) -> MultiDict[str, str]:
    """Return what that notice said of who reports and of the right, as typed into the page."""
    said: MultiDict[str, str] = MultiDict(
        {"kind": notice.kind, "name": notice.name, "email": notice.email,
         "organisation": notice.organisation, "role": notice.role}
    )  # fmt: skip
    said.setlist("infringes", list(notice.infringes))
    if notice.right:
        said.update(_of_right(notice.right))
        said.update(_of_holder(session, notice, notice.right))
    return said


def _of_right(right: Right) -> MultiDict[str, str]:
    """Return what the register shows to everybody."""
    said: MultiDict[str, str] = MultiDict(
        {"right_kind": right.kind, "register": right.register, "number": right.number,
         "sign": right.sign, "classes": ", ".join(map(str, right.classes)),
         "expires_on": right.expires_on.isoformat() if right.expires_on else ""}
    )  # fmt: skip
    said.setlist("territories", list(right.territories))
    return said


def _of_holder(session: Session, notice: Notice, right: Right) -> dict[str, str]:
    """Return the holder where this notifier named it; the row may be what somebody else said."""
    named = select(Mandate.id).where(
        Mandate.notifier_id == notice.notifier_id, Mandate.holder_id == right.holder_id
    )
    if session.scalars(named.limit(1)).first() is None:
        return {}
    return {"holder_name": right.holder.name, "holder_country": right.holder.country}
