"""Sellers: a list to look through, and a page for each."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from backoffice.core.action import ActionForm
from backoffice.core.queue import QUEUES
from backoffice.core.refusal import NotPossible
from backoffice.desk.blueprint import blueprint
from backoffice.desk.finder import sellers as matching_sellers
from backoffice.desk.seller_parts import PARTS, Asked
from backoffice.desk.sellers import erased_at
from backoffice.desk.tabs import Tab
from backoffice.extensions import db
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.marketplace.seller_note import SellerNote
from backoffice.queues.registrations.examine import examine_account
from backoffice.queues.standard_forms import NoteForm, ReasonedForm
from backoffice.staff.guard import requires
from backoffice.web.pagination import Keyset
from backoffice.web.text import say
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
    """Show a part of what is known of a seller; a part that one may not read is not there."""
    return seller_page(seller_named(external_id))


@blueprint.post("/sellers/<external_id>/notes")
@requires("seller:note")
def add_note(external_id: str) -> ResponseReturnValue:
    """Keep a note about the seller, for the staff alone."""
    found, form = seller_named(external_id), NoteForm(request.form)
    if not form.validate():
        return seller_page(found, note=form), 422
    staff_id, body = current_user.actor.id, form.data["body"]
    db.session.add(SellerNote(seller_id=found.id, staff_id=staff_id, body=body))
    flash(_("Note added."), "success")
    return redirect(url_for(".seller", external_id=external_id, _anchor="notes"), 303)


@blueprint.post("/sellers/<external_id>/examine")
@requires("registration:examine")
def examine_seller(external_id: str) -> ResponseReturnValue:
    """Open the case that decides about the seller's account, or show the one there is."""
    found, form = seller_named(external_id), ReasonedForm(request.form)
    if not form.validate():
        return seller_page(found, examine=form), 422
    actor, why = current_user.actor, form.data["facts"]
    try:
        reference = examine_account(db.session(), found, actor=actor, why=why).reference
    except NotPossible as refusal:
        flash(say(refusal.said), "warning")
        if "case" not in refusal.more:
            return redirect(url_for(".seller", external_id=external_id), 303)
        reference = refusal.more["case"]
    return redirect(url_for(".case", reference=reference), 303)


def seller_named(external_id: str) -> Seller:
    """Return a seller by its number; else 404."""
    return by_external_id(db.session(), external_id) or abort(404)


def seller_page(
    found: Seller, note: ActionForm | None = None, examine: ActionForm | None = None
) -> str:
    """Render the part of a seller's page that the address names, with the forms as they are."""
    actor, name = current_user.actor, request.args.get("tab", "overview")
    parts = {one.name: one for one in PARTS.values() if actor.may(one.permission)}
    part = parts.get(name) or abort(404)
    tabs = [
        Tab(one.label, url_for(".seller", external_id=found.external_id,
            tab=None if one.name == "overview" else one.name), one is part, None)
        for one in parts.values()
    ]  # fmt: skip
    return render_template(
        f"desk/seller/{part.name}.html",
        seller=found,
        tabs=tabs,
        erased_at=erased_at(db.session(), found),
        note_form=note or NoteForm(),
        examine_form=examine or ReasonedForm(),
        failed=bool(note or examine),
        queues=QUEUES,
        **part.data(Asked(db.session(), found, actor, request.args)),
    )
