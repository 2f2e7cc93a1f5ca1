"""The demo's orders: some sixty over the last weeks, in every state, with what buyers wrote.

Paid ones were charged in Stripe's sandbox, where the run has one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.refunding import fee_minor
from backoffice.core import clock
from backoffice.dev.demo_products import CLOCKMAKER, HARDWARE
from backoffice.dev.sandboxes.stripe import Sandbox
from backoffice.intake.receive_order import receive_event, receive_order
from backoffice.marketplace.listing import Listing
from backoffice.marketplace.order import Order
from backoffice.marketplace.order_form import OrderEventForm, OrderForm
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import receive
from backoffice.marketplace.user_text_form import MessageForm

ORDERS, PAST_DAYS = 60, 27
SHIPPED = (("paid", 0.1), ("shipped", 1.2))
DELIVERED = (*SHIPPED, ("delivered", 3.1))
STORIES: tuple[tuple[tuple[str, float], ...], ...] = (
    (),
    (("paid", 0.1),),
    SHIPPED,
    (("paid", 0.2), ("shipped", 3.4), ("delivered", 6.2)),
    (*DELIVERED, ("return_requested", 6.5), ("return_shipped", 8.1), ("returned", 10.3)),
    (("paid", 0.1), ("cancelled", 0.9)),
    DELIVERED,
    (*DELIVERED, ("return_requested", 9.5)),
    DELIVERED,
    (*SHIPPED, ("delivered", 2.2), ("delivered", 3.8)),
)
"""What happens to each tenth order: kinds of events, days after it was made."""

BUYERS = (
    ("Léa", "Fontanel"), ("Hugo", "Sartre"), ("Amélie", "Vidal"), ("Bastien", "Roy"),
    ("Zoé", "Lambert"), ("Nadia", "Benchekroun"), ("Paul", "Guérin"), ("Ines", "Morvan"),
    ("Théo", "Carlier"), ("Sofia", "Almeida"), ("Rémi", "Blanchet"),
)  # fmt: skip
CARRIERS = ("Colissimo", "Chronopost", "Colis Ouest")
ADDRESSES = {HARDWARE: "Service retours\n12 quai de la Marne\n51000 Reims",
             CLOCKMAKER: "Atelier, porte B\n3 rue du Port\n17000 La Rochelle"}  # fmt: skip
WORDS = (
    ("Bonjour, ma commande est-elle partie ?", "Bonjour, oui, hier matin. Bonne journée."),
    ("Le colis est arrivé ouvert, que dois-je faire ?", ""),
    ("Puis-je encore changer la couleur ?", "Oui, c’est noté."),
    ("Voici trois jours que j’attends une réponse, merci de me dire où est mon colis.", ""),
)


def demo_orders(session: Session, sandbox: Sandbox | None) -> None:
    """Let buyers order of two sellers, and tell what happened up to now."""
    offers = [(seller, _offer(session, seller)) for seller in _sellers(session)]
    for number in range(ORDERS):
        seller, listings = offers[number % len(offers)]
        ordered_at = clock.now() - timedelta(days=PAST_DAYS * (1 - number / ORDERS), hours=2)
        story = STORIES[number % len(STORIES)]
        body = _body(number, seller, listings, ordered_at)
        external_id = f"CMD-{88000 + number}"
        order, _ = receive_order(session, external_id, OrderForm.model_validate(body, strict=False))
        if story and sandbox:
            charge = _charge(session, sandbox, order)
            paid = OrderForm.model_validate(body | {"payment": charge}, strict=False)
            receive_order(session, external_id, paid)
        for event in _events(number, story, ordered_at):
            receive_event(session, external_id, event)
    _write(session, offers[0][0])


def _charge(session: Session, sandbox: Sandbox, order: Order) -> dict[str, str]:
    """Charge a test card for an order; the seller has it less our commission."""
    charge = sandbox.charge(
        order.total_minor,
        order=order.external_id,
        destination=order.seller.stripe_account,
        fee=fee_minor(session, order),
    )
    return {"charge": charge["id"]}


def _sellers(session: Session) -> list[Seller]:
    named = (by_external_id(session, external_id) for external_id in ADDRESSES)
    return [seller for seller in named if seller is not None]


def _offer(session: Session, seller: Seller) -> Sequence[Listing]:
    """Return what a seller has online, which was there before anybody ordered it."""
    query = select(Listing).where(Listing.seller_id == seller.id, Listing.live_id.is_not(None))
    listings = session.scalars(query.order_by(Listing.id)).all()
    for one in listings:
        one.published_at = clock.now() - timedelta(days=2 * PAST_DAYS)
    return listings


def _body(
    number: int, seller: Seller, listings: Sequence[Listing], ordered_at: datetime
) -> dict[str, Any]:
    first, last = BUYERS[number % len(BUYERS)]
    lines = [
        _line(position, listings[(number + 3 * position) % len(listings)], 1 + number % 2)
        for position in range(1 + number % 3)
    ]
    return {
        "seller": seller.external_id,
        "buyer": {
            "external_id": f"client-{700 + number % len(BUYERS)}",
            "name": f"{first} {last}",
            "email": f"client{700 + number % len(BUYERS)}@example.com",
        },
        "ordered_at": ordered_at,
        "currency": "EUR",
        "total_minor": sum(line["total_minor"] for line in lines),
        "lines": lines,
        "return_address": ADDRESSES[seller.external_id],
    }


def _line(position: int, listing: Listing, quantity: int) -> dict[str, Any]:
    return {
        "external_id": str(position + 1),
        "listing": listing.external_id,
        "title": listing.live.title if listing.live else None,
        "quantity": quantity,
        "unit_price_minor": listing.price_minor,
        "total_minor": quantity * listing.price_minor,
    }


def _events(
    number: int, story: Sequence[tuple[str, float]], ordered_at: datetime
) -> Iterator[OrderEventForm]:
    """Yield what happened by now."""
    parcel = {"carrier": CARRIERS[number % len(CARRIERS)],
              "tracking_number": f"6A{10_000_000_000 + 97 * number}"}  # fmt: skip
    for kind, days in story:
        at = ordered_at + timedelta(days=days)
        more = parcel if kind == "shipped" else {}
        if at < clock.now():
            yield OrderEventForm.model_validate({"type": kind, "at": at, **more}, strict=False)


def _write(session: Session, seller: Seller) -> None:
    """Let buyers write to a seller, who answers half of them."""
    for number, (asked, answered) in enumerate(WORDS):
        order = ORDERS - 2 * (len(WORDS) + 3 - number)
        at = clock.now() - timedelta(days=6 - number)
        first, _ = BUYERS[order % len(BUYERS)]
        sides = (("buyer", first, asked), ("seller", seller.display_name, answered))
        for step, (side, author, words) in enumerate(one for one in sides if one[2]):
            body = {
                "seller": seller.external_id, "thread": f"fil-{7100 + number}", "side": side,
                "order": f"CMD-{88000 + order}", "author": author, "text": words,
                "sent_at": at + timedelta(hours=3 * step),
            }  # fmt: skip
            form = MessageForm.model_validate(body, strict=False)
            columns = form.columns()
            receive(session, ThreadMessage, f"msg-{7100 + number}-{step}", seller, columns)
