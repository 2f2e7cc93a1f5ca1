"""A house in which everything has happened once: what the pages of the table are opened on."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.core.audit import AuditEntry
from backoffice.core.case import Case, State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.deadline import Deadline
from backoffice.core.decide import decide
from backoffice.core.decision import Reason
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.queue import QUEUES, Queue
from backoffice.core.secrets import token
from backoffice.core.text import text
from backoffice.billing.plan import Plan
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from backoffice.marketplace.seller import Seller
from backoffice.staff import links
from backoffice.staff.model import LinkKind, Staff, StaffLink
from tests.browser.shop import Shop
from tests.factories.appeal import act, appeal_against, pass_undo, refusal, registration_case
from tests.factories.case import act as take
from tests.factories.case import bring, open_one, posted
from tests.factories.staff import make_staff
from tests.factories.trader import declared
from tests.live import Live

STATES = ("open", "mine", "theirs", "waiting", "held", "closed")


class World:
    """Names of what exists, as the addresses of pages need them."""

    def __init__(self, house: Live, shop: Shop, viewer: Staff, cookie: str) -> None:
        self.house, self.shop, self.viewer = house, shop, viewer
        self.browser = httpx.Client(
            base_url=house.url, cookies={"session": cookie}, trust_env=False, follow_redirects=True
        )
        self.names: dict[str, Any] = {"viewer": viewer.id}

    def build(self) -> None:
        """Let everything happen."""
        registered = self.shop.register(**declared(DEMO_COMPANIES[1]))
        with self.house.session() as session:
            colleague = make_staff(session, role="lead", name="Karim Benali")
            for queue in QUEUES.values():
                for state in STATES:
                    case = in_state(session, queue, state, self.viewer, colleague)
                    self.names[f"{queue.noun}_{state}"] = case.reference
            self._refuse_and_contest(session, colleague)
            self._invite(session)
        self.shop.house.wait_for(lambda: self.shop.is_examined(registered.reference))
        with self.house.session() as session:
            self._find(session, registered.reference)
        self._choose_many()

    def _refuse_and_contest(self, session: Session, by: Staff) -> None:
        for name in ("refused", "contested", "ended"):
            case = registration_case(session)
            decision = act(session, case, "reject", by.actor, refusal(session))
            pass_undo(session, decision)
            self.names[f"registration_{name}"] = case.reference
            self.names[f"link_{name}"] = address_of(session, case)
            if name == "contested":
                appeal_against(session, decision)
            if name == "ended":
                newest_link(session, case).expires_at = now() - timedelta(days=1)

    def _invite(self, session: Session) -> None:
        guest = make_staff(session, role="support", password_hash=None, totp_secret=None)
        invited = links.make(session, guest, LinkKind.INVITATION)
        forgetful = make_staff(session, role="support")
        reset = links.make(session, forgetful, LinkKind.RESET)
        self.names |= {"guest": guest.id, "person": forgetful.id}
        self.names["invitation"] = token("invitation", invited.id)
        self.names["reset"] = token("reset", reset.id)

    def _find(self, session: Session, documented: str) -> None:
        """Look up the rows that have an address of their own."""
        case = session.scalars(select(Case).where(Case.reference == documented)).one()
        claim(session, case, self.viewer.actor)
        closed = session.scalars(
            select(Case).where(Case.reference == self.names["profile_change_closed"])
        ).one()
        for noun in (queue.noun for queue in QUEUES.values()):
            for state in ("waiting", "closed"):
                case_ = by_reference(session, self.names[f"{noun}_{state}"])
                self.names[f"link_{noun}_{state}"] = address_of(session, case_)
        self.names |= {
            "documented": documented,
            "document": session.scalar(
                select(func.min(Attachment.id)).where(Attachment.case_id == case.id)
            ),
            "mail": session.scalar(
                select(func.min(OutboxMessage.id)).where(
                    OutboxMessage.case_id == case.id, OutboxMessage.channel == Channel.MAIL
                )
            ),
            "seller": session.get_one(Seller, closed.seller_id).external_id,
            "applicant": session.get_one(Seller, case.seller_id).external_id,
        }
        for name, model in (
            ("plan", Plan), ("reason", Reason), ("deadline", Deadline),
            ("audit", AuditEntry), ("outbox", OutboxMessage),
        ):  # fmt: skip
            self.names[name] = session.scalar(select(func.min(model.id)))

    def _choose_many(self) -> None:
        """Choose cases for a bulk that is only looked at, and carry another out."""
        address = "/queues/registrations"
        chosen = [self.names["registration_open"], self.names["registration_theirs"]]
        page = self._post(address, f"{address}/bulk", view="", action="reject", case=chosen)
        self.names["bulk"] = page.url.path
        page = self._post(address, f"{address}/bulk", view="", action="reject",
                          case=[self.names["registration_spare"], chosen[1]])  # fmt: skip
        reason = re.search(r'name="reasons" value="(\d+)"', page.text)[1]
        done = self._post(page.url.path, f"{page.url.path}/run", reasons=reason, facts="Radiée.")
        self.names["bulk_done"] = done.url.path

    def _post(self, page: str, address: str, **fields: Any) -> httpx.Response:
        """Send a form with the token of the page it stands on."""
        html = self.browser.get(page).text
        csrf = re.search(r'name="csrf-token" content="([^"]+)"', html)[1]
        answer = self.browser.post(address, data={"csrf_token": csrf, **fields})
        assert answer.is_success, answer.text
        return answer
