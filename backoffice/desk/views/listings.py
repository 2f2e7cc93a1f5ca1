"""A listing's page: what is online, its revisions and cases, and the form to have it examined."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.core.action import ActionForm
from backoffice.core.refusal import NotPossible
from backoffice.desk.blueprint import blueprint
from backoffice.extensions import db
from backoffice.marketplace.listing import Listing, by_reference
from backoffice.marketplace.seller import by_external_id
from backoffice.queues.listings.evidence import listing_evidence
from backoffice.queues.listings.examine import EXAMINABLE, examine_live, live_case
from backoffice.queues.listings.history import versions_of
from backoffice.queues.standard_forms import ReasonedForm
from backoffice.staff.guard import requires
from backoffice.web.text import say


@blueprint.get("/sellers/<external_id>/listings/<number>")
@requires("listing:read")
def listing(external_id: str, number: str) -> str:
    """Show what is online of a listing, what was proposed, and what was decided."""
    return listing_page(listing_named(external_id, number), ReasonedForm())


@blueprint.post("/sellers/<external_id>/listings/<number>/examine")
@requires("listing:examine")
def examine(external_id: str, number: str) -> ResponseReturnValue:
    """Open the case that decides whether the listing stays online, or show the one there is."""
    found, form = listing_named(external_id, number), ReasonedForm(request.form)
    if not form.validate():
        return listing_page(found, form), 422
    actor, why = current_user.actor, form.data["facts"]
    try:
        case = examine_live(db.session(), found, actor=actor, channel="staff", why=why)
    except NotPossible as refusal:
        if "case" not in refusal.more:
            raise
        flash(say(refusal.said), "warning")
        return redirect(url_for(".case", reference=refusal.more["case"]), 303)
    return redirect(url_for(".case", reference=case.reference), 303)


def listing_named(external_id: str, number: str) -> Listing:
    """Return a listing by its seller's number and its own; else 404."""
    if not (external_id + number).isprintable():
        abort(404)
    seller = by_external_id(db.session(), external_id)
    found = by_reference(db.session(), seller.id, number) if seller else None
    return found or abort(404)


def listing_page(found: Listing, form: ActionForm) -> str:
    """Render a listing's page with the form as it is."""
    session = db.session()
    versions = versions_of(session, found)
    revision = found.live or versions[0].revision
    may_examine = current_user.actor.may("listing:examine") and found.status in EXAMINABLE
    return render_template(
        "desk/listing.html",
        revision=revision,
        versions=versions,
        form=form,
        failed=bool(form.errors),
        standing=live_case(session, found),
        may_examine=may_examine and found.live is not None,
        **listing_evidence(session, revision),
    )
