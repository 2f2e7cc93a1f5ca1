"""A dispute opened from a ticket, about an order of the requester's."""

from typing import ClassVar
from uuid import uuid4

from sqlalchemy.orm import Session
from wtforms import Form, HiddenField, StringField
from wtforms.validators import DataRequired

from backoffice.billing.refunding import left_minor
from backoffice.core import clock
from backoffice.core.permissions import Actor
from backoffice.core.text import N_, text
from backoffice.desk.from_ticket import Opened, Source
from backoffice.desk.opening.form import OpeningForm, Posted, share_address
from backoffice.marketplace.order import Order, order_by_external_id
from backoffice.queues.disputes.desk_form import OpenForm
from backoffice.queues.disputes.receive import receive
from backoffice.queues.standard_forms import clean
from backoffice.queues.tickets.requesters import is_of


class WhichOrderForm(OpeningForm):
    """Which order a dispute is about, where the ticket does not say it."""

    method = "get"
    order = StringField(
        N_("Order"), [DataRequired(N_("Write the number of an order."))], [clean],
        description=N_("The marketplace’s number."),
    )  # fmt: skip


class DisputeForm(OpenForm):
    """A dispute about an order of the requester's."""

    method: ClassVar[str] = "post"
    order = HiddenField()
    about: Order

    def open(self, session: Session, source: Source, actor: Actor) -> Opened | None:
        """Open the dispute; without what the form itself refuses, which stands on its fields."""
        documents = self.brought()
        if self.errors:
            return None
        said = self.said(self.about, f"desk-{uuid4().hex}")
        received = receive(
            session, said, actor=actor, channel="staff", files=documents,
            received_at=source.ticket.received_at,
        )  # fmt: skip
        return Opened(received.case, self._side(source), "other")

    def _side(self, source: Source) -> str | None:
        """Return as which side's evidence the requester's files count; None: as nobody's."""
        sides = (self.about.seller.party, self.about.buyer.party)
        who = source.ticket.requester
        return next(
            (one.ref for one in sides if who.ref == one.ref or share_address(who, one)), None
        )


def dispute_form(session: Session, source: Source, asked: str, posted: Posted = None) -> Form:
    """Return the form of a dispute about the order asked for, or about the ticket's own."""
    order = order_by_external_id(session, asked) if asked.isprintable() and asked else None
    order = order or (source.ticket.order if not asked else None)
    if order is None or not is_of(order, source.ticket.requester):
        which = WhichOrderForm(data={"order": asked})
        if asked:
            said = N_("There is no such order.") if order is None else N_(
                "The requester has no part in this order.")  # fmt: skip
            which.complain("order", text(said))
        return which
    side = "answer" if source.ticket.requester_kind == "seller" else "claim"
    day = clock.paris_day(source.ticket.received_at)
    form = DisputeForm(
        posted, data={"order": order.external_id, side: source.words, "claimed_on": day}
    )
    form.about = order
    form.offer(order, left_minor(session, order))
    return form
