"""The parts of a seller's page: each has an address, a permission, and loads only what it shows."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan import running_subscription
from backoffice.core.case import Case
from backoffice.core.checks import results_of
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.permissions import Actor
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_
from backoffice.desk.seller_history import history_of
from backoffice.desk.sellers import cases_of, listings_of, mails_of, notes_of, orders_of
from backoffice.marketplace.erasing.keeping import retained_of
from backoffice.marketplace.linked import linked_sellers
from backoffice.marketplace.review import rating_of
from backoffice.marketplace.sanction import SubjectKind, measures_of, said_of, standing
from backoffice.marketplace.seller import Seller
from backoffice.queues.registrations.examine import EXAMINABLE, account_case
from backoffice.queues.registrations.receive import newest_attempt


class Asked(NamedTuple):
    """Whose page is asked for, by whom, and what the address says besides."""

    session: Session
    seller: Seller
    actor: Actor
    args: Any

    @property
    def queues(self) -> list[str]:
        """Return the queues that the person may read."""
        return [one.slug for one in QUEUES.values() if self.actor.may(one.permission("read"))]


class Part(NamedTuple):
    """One part: its name in the address, its label, who may read it, what its template needs."""

    name: str
    label: str
    permission: str
    data: Callable[[Asked], dict[str, Any]]


def overview(asked: Asked) -> dict[str, Any]:
    """Return where the seller stands: plan, rating, linked accounts, measures, notes, open work."""
    session, seller = asked.session, asked.seller
    may_examine = asked.actor.may("registration:examine")
    return {
        "subscription": running_subscription(session, seller.id),
        "rating": rating_of(session, seller.id),
        "linked": linked_sellers(session, seller, seller.id),
        "standing": said_of(standing(session, SubjectKind.SELLER, seller.id, now())),
        "measures": measures_of(session, SubjectKind.SELLER, seller.id),
        "notes": notes_of(session, seller),
        "cases": cases_of(session, seller, asked.queues, open_alone=True),
        "examined": account_case(session, seller) if may_examine else None,
        "may_examine": may_examine and seller.status in EXAMINABLE,
        "retained": retained_of(session, seller.party) if asked.actor.may("billing:read") else [],
    }


def traceability(asked: Asked) -> dict[str, Any]:
    """Return what was verified or waived at the newest registration, with its proof."""
    attempt = newest_attempt(asked.session, asked.seller)
    if attempt is None:
        return {"subject": None}
    return {
        "subject": attempt.registration,
        "case": attempt.case,
        "results": results_of(asked.session, attempt.case),
        "attachments": _files(asked.session, attempt.case),
    }


def _files(session: Session, case: Case) -> Iterable[Attachment]:
    theirs = select(Attachment).where(Attachment.case_id == case.id)
    return session.scalars(theirs.order_by(Attachment.id)).all()


def listings(asked: Asked) -> dict[str, Any]:
    """Return the seller's listings."""
    return {"listings": listings_of(asked.session, asked.seller)}


def orders(asked: Asked) -> dict[str, Any]:
    """Return the seller's orders."""
    return {"orders": orders_of(asked.session, asked.seller, now())}


def cases(asked: Asked) -> dict[str, Any]:
    """Return the seller's cases, of one queue where that is asked for."""
    readable, slug = asked.queues, asked.args.get("queue")
    chosen = slug if slug in readable else ""
    return {
        "readable": [QUEUES[one] for one in readable],
        "chosen": chosen,
        "cases": cases_of(asked.session, asked.seller, [chosen] if chosen else readable),
    }


def mails(asked: Asked) -> dict[str, Any]:
    """Return the e-mails that were written to the seller."""
    with_reminders = asked.actor.may("order_watch:read")
    rows = mails_of(asked.session, asked.seller, asked.queues, with_reminders=with_reminders)
    return {"mails": rows}


def history(asked: Asked) -> dict[str, Any]:
    """Return what happened to the seller."""
    return {"history": history_of(asked.session, asked.seller)}


PARTS = {
    one.name: one
    for one in (
        Part("overview", N_("Overview"), "seller:read", overview),
        Part("traceability", N_("Traceability"), "registration:read", traceability),
        Part("listings", N_("Listings"), "listing:read", listings),
        Part("orders", N_("Orders"), "order_watch:read", orders),
        Part("cases", N_("Cases"), "seller:read", cases),
        Part("mails", N_("E-mails"), "seller:read", mails),
        Part("history", N_("History"), "seller:read", history),
    )
}
