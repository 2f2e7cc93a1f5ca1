"""Notices for tests: bodies as they are sent, and received ones."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Reason
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import Listing, publish
from backoffice.marketplace.review import Review
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.receive import Received, receive
from tests.factories.listing import make_listing
from tests.factories.registration import put

_numbers = count(1)


def make_online(session: Session, seller: Seller | None = None, **changes: Any) -> Listing:
    """Publish one more listing."""
    listing, revision, case = make_listing(session, seller, **changes)
    assert case is not None
    publish(listing, revision, now())
    case.state, case.resolution, case.closed_at = "closed", "approved", now()
    session.flush()
    return listing


def make_thread(session: Session, seller: Seller, count: int = 1) -> list[ThreadMessage]:
    """Let a buyer and a seller write to each other, in turn."""
    thread = f"fil-{next(_numbers)}"
    messages = [
        ThreadMessage(
            external_id=f"{thread}-{number}", seller=seller, thread=thread, author="Jean-Marc",
            side="seller" if number % 2 else "buyer", text=f"Message numéro {number} du fil.",
            sent_at=now() - timedelta(hours=count - number),
        )
        for number in range(count)
    ]  # fmt: skip
    session.add_all(messages)
    session.flush()
    return messages


Reportable = Listing | Review | ThreadMessage | Seller
KINDS = {Listing: "listing", Review: "review", ThreadMessage: "message", Seller: "seller"}


def named(target: Reportable) -> dict[str, str]:
    """Return a thing as a program names it in a notice."""
    seller = target if isinstance(target, Seller) else target.seller
    return {
        "kind": KINDS[type(target)],
        "seller": seller.external_id,
        "external_id": target.external_id,
    }


def notice_body(*targets: Reportable, **changes: Any) -> dict[str, Any]:
    """Return what a right-holder sends about things; `a__b=value` changes a part of it."""
    number = next(_numbers)
    body: dict[str, Any] = {
        "kind": "trademark",
        "locale": "fr",
        "explanation": f"Ces articles portent notre marque sans autorisation ({number}).",
        "notifier": {"name": f"Claire Roux {number}", "email": f"claire{number}@marque.example"},
        "good_faith": True,
        "targets": [named(one) for one in targets],
        "right": {
            "register": "INPI",
            "number": f"4{number:06d}",
            "sign": "TERRABELLE",
            "territories": ["FR"],
            "classes": [21],
            "holder": {"name": "Terrabelle SAS"},
            "role": "owner",
            "infringes": ["product"],
        },
    }
    for path, value in changes.items():
        put(body, path, value)
    return body


def make_notice(session: Session, *targets: Reportable, **changes: Any) -> Received:
    """Receive one more notice, about one more listing where none is given."""
    body = notice_body(*(targets or (make_online(session),)), **changes)
    return receive(session, NoticeForm.model_validate(body), actor=SYSTEM, channel="api")


def upholding(session: Session, received: Received, *outcomes: str, **more: Any) -> dict[str, Any]:
    """Return what the form says that upholds a notice, with an outcome for each of its targets."""
    reason = session.scalars(select(Reason).where(Reason.code == "notice_trademark")).one()
    chosen = {
        f"t{target.id}-outcome": outcome
        for target, outcome in zip(received.notice.targets, outcomes, strict=True)
    }
    return {"reasons": [reason.id], "facts": "Le logo est sur la boîte.", **chosen, **more}


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_notice(session).case
