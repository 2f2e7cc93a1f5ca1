"""Sellers: a list to look through, and a page for each."""

from flask import abort, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from backoffice.billing.plan import running_subscription
from backoffice.core.queue import QUEUES
from backoffice.desk.access import readable_queues
from backoffice.desk.blueprint import blueprint
from backoffice.desk.finder import sellers as matching_sellers
from backoffice.desk.sellers import cases_of, history_of, listings_of
from backoffice.extensions import db
from backoffice.marketplace.linked import linked_sellers
from backoffice.marketplace.review import rating_of
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.staff.guard import requires
from backoffice.web.pagination import Keyset
from config.settings import get_settings

NEWEST_FIRST = Keyset((Seller.id,), descending=True)


@blueprint.get("/sellers")
@requires("seller:read")
def sellers() -> str:
    """Show the sellers, the newest first, or those that match what is searched for."""
    query = request.args.get("q", "").replace("\0", "").strip()[:200]
    size = get_settings().page_size
    page = NEWEST_FIRST.page(db.session(), select(Seller), request.args.get("at"), size)
    found = matching_sellers(db.session(), query) if query else page.rows
    return render_template(
        "desk/sellers.html",
        query=query,
        found=found,
        page=page,
        page_url=lambda cursor: url_for(".sellers", at=cursor),
    )


@blueprint.get("/sellers/<external_id>")
@requires("seller:read")
def seller(external_id: str) -> str:
    """Show what is known of a seller, and its cases in the queues one may read."""
    session = db.session()
    found = by_external_id(session, external_id) if external_id.isprintable() else None
    if found is None:
        abort(404)
    may_read = current_user.actor.may("listing:read")
    return render_template(
        "desk/seller.html",
        seller=found,
        listings=listings_of(session, found) if may_read else None,
        subscription=running_subscription(session, found.id),
        cases=cases_of(session, found, {one.slug for one in readable_queues()}),
        history=history_of(session, found),
        rating=rating_of(session, found.id),
        linked=linked_sellers(session, found, found.id),
        queues=QUEUES,
    )
