"""The order watch, its export, and a page for each order."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.billing.refunding import left_minor, open_chargeback, refunds_of
from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.desk import order_words
from backoffice.desk.blueprint import blueprint
from backoffice.desk.order_watch import (
    WATCHES,
    Watch,
    counts,
    file_rows,
    known_orders,
    page_of,
)
from backoffice.desk.orders import (
    cases_about,
    commissions_of,
    reviews_of,
    steps_of,
)
from backoffice.desk.tabs import Tab
from backoffice.extensions import db
from backoffice.marketplace.order import order_by_external_id
from backoffice.marketplace.order_event import events_of
from backoffice.marketplace.thread_message import ThreadMessage, messages_about
from backoffice.staff.guard import requires
from backoffice.web.sheet import sheet_file
from config.settings import get_settings

FIRST = "not_shipped"


@blueprint.get("/orders")
@requires("order_watch:read")
def orders() -> str:
    """Show one page of a list of the watch, the oldest first, or the orders searched for."""
    name, watch, query = _asked()
    session, size = db.session(), get_settings().page_size
    page = page_of(session, watch, query, request.args.get("at"), size)
    is_messages = watch.of is ThreadMessage
    return render_template(
        "desk/orders.html",
        name=name,
        watch=watch,
        query=query,
        page=page,
        is_messages=is_messages,
        known=known_orders(session, page.rows) if is_messages else set(),
        tabs=_tabs(name),
        page_url=lambda cursor: url_for(".orders", watch=name, q=query or None, at=cursor),
        file_url=lambda form: url_for(".orders_export", watch=name, q=query or None, form=form),
    )


@blueprint.get("/orders.<any(csv, xlsx):form>")
@requires("order_watch:read")
def orders_export(form: str) -> ResponseReturnValue:
    """Send a list of the watch as a file, line by line."""
    name, watch, query = _asked()
    actor = current_user.actor
    record(db.session(), stream=f"staff:{actor.id}", verb="order_watch.exported", actor=actor,
           detail={"watch": name})  # fmt: skip
    return sheet_file(form, _("Orders"), file_rows(db.session(), watch, query))


@blueprint.get("/orders/<external_id>")
@requires("order_watch:read")
def order(external_id: str) -> str:
    """Show an order: what was bought, what happened, what was paid and refunded, who wrote what."""
    session = db.session()
    found = order_by_external_id(session, external_id) or abort(404)
    return render_template(
        "desk/order.html",
        order=found,
        said=order_words,
        steps=list(steps_of(found, _("Ordered"), now())),
        events=events_of(session, found),
        commissions=commissions_of(session, found),
        refunds=refunds_of(session, found),
        left_minor=left_minor(session, found),
        chargeback=open_chargeback(session, found),
        messages=messages_about(session, found.seller_id, external_id),
        reviews=reviews_of(session, found),
        cases=cases_about(session, found, current_user.actor),
    )


def _asked() -> tuple[str, Watch, str]:
    """Return the list that is asked for and what is searched in all orders; an odd name is 404."""
    query = request.args.get("q", "").replace("\0", "").strip()[:200]
    name = "all" if query else request.args.get("watch", FIRST)
    return name, WATCHES.get(name) or abort(404), query


def _tabs(current: str) -> list[Tab]:
    numbers = counts(db.session())
    return [
        Tab(watch.label, url_for(".orders", watch=name), name == current, numbers.get(name))
        for name, watch in WATCHES.items()
    ]
