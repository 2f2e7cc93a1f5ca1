"""Many cases at once: choosing them, looking at what would happen, doing it, undoing it."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import and_, func, select

from backoffice.core.case import DUE_FIRST, Case
from backoffice.core.queue import QUEUES
from backoffice.desk.access import queue_named, scope, view_given
from backoffice.desk.blueprint import blueprint
from backoffice.desk.bulk import launch, take_back
from backoffice.desk.choice import bulk_action, freeze, is_barred, outlook, possible
from backoffice.desk.model import BulkItem, BulkOutcome, BulkRun, BulkState
from backoffice.desk.offers import Attempt, Offered, context_of, offered
from backoffice.desk.preview import preview
from backoffice.desk.view import list_url
from backoffice.extensions import db
from backoffice.staff.guard import background, signed_in

SHOWN_MAX = 500
NOT_FIELDS = frozenset({"csrf_token", "once", "over", "then", "version"})


@blueprint.post("/queues/<slug>/bulk")
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """Freeze the chosen cases, or all of the view, for one action."""
    view = view_given(queue_named(slug))
    action = bulk_action(view.scope.queue, request.form.get("action", ""), current_user.actor)
    references = None if "all" in request.form else request.form.getlist("case")
    return redirect(url_for(".bulk", run_id=freeze(view, action, references).id), 303)


@blueprint.get("/bulk/<uuid:run_id>")
@signed_in
def bulk(run_id: UUID) -> str:
    """Show a run: what it would do, how far it is, or what became of each case."""
    return bulk_page(own_run(run_id))


@blueprint.get("/bulk/<uuid:run_id>/progress")
@signed_in
@background
def bulk_progress(run_id: UUID) -> str:
    """Send the part of the page that tells how far the run is."""
    run = own_run(run_id)
    return render_template("desk/bulk_progress.html", run=run, back=back_url(run), **figures(run))


@blueprint.post("/bulk/<uuid:run_id>/run")
@signed_in
def run_bulk(run_id: UUID) -> ResponseReturnValue:
    """Begin the run; a form with errors comes back."""
    if wrong := errors_in(own_run(run_id)):
        return wrong
    posted = {name: values for name, values in request.form.lists() if name not in NOT_FIELDS}
    cookie.pop("undo", None)  # from now on the run is what may be undone
    launch(db.session.session_factory, run_id, current_user.actor, data=posted,
           over="over" in request.form)  # fmt: skip
    return redirect(url_for(".bulk", run_id=run_id), 303)


@blueprint.post("/bulk/<uuid:run_id>/undo")
@signed_in
def undo_bulk(run_id: UUID) -> ResponseReturnValue:
    """Take the whole run back."""
    take_back(db.session.session_factory, run_id, current_user.actor)
    return redirect(url_for(".bulk", run_id=run_id), 303)


@blueprint.post("/bulk/<uuid:run_id>/preview")
@signed_in
def preview_bulk(run_id: UUID) -> ResponseReturnValue:
    """Show the mails that the first case would cause, word for word."""
    run = own_run(run_id)
    if wrong := errors_in(run):
        return wrong
    case = first_case(run)
    found = preview(db.session(), case.reference, run.action, actor=current_user.actor,
                    data=request.form, version=case.version, bulk_id=run.id)  # fmt: skip
    return bulk_page(run, first_offer(run, Attempt(run.action, request.form, preview=found)))


def own_run(run_id: UUID) -> BulkRun:
    """Return one of the person's own runs in a queue she may still read; else 404."""
    run = db.session.get(BulkRun, run_id)
    if run is None or run.staff_id != current_user.staff_id:
        abort(404)
    queue_named(run.queue)
    return run


def first_offer(run: BulkRun, attempt: Attempt) -> Offered | None:
    """Return the action with its form as the first case of the run has it."""
    queue = QUEUES[run.queue]
    action = bulk_action(queue, run.action, current_user.actor)
    shown = offered(context_of(scope(queue), first_case(run)), (action,), attempt)
    return shown[0] if shown else None


def errors_in(run: BulkRun) -> ResponseReturnValue | None:
    """Return the page that says what is wrong with the form posted, or None."""
    form = first_offer(run, Attempt(run.action, request.form, is_checked=True))
    return (bulk_page(run, form), 422) if form is None or form.form.errors else None


def first_case(run: BulkRun) -> Case:
    """Return the case whose form stands for all: the most urgent one that can still be decided."""
    taken = and_(Case.lease_until > func.now(), Case.holder_id != current_user.staff_id)
    return db.session.scalars(
        select(Case)
        .join(BulkItem, BulkItem.case_id == Case.id)
        .where(BulkItem.run_id == run.id)
        .order_by(is_barred(current_user.actor), ~possible(db.session(), run), taken)
        .order_by(*DUE_FIRST)
        .limit(1)
    ).one()


def bulk_page(run: BulkRun, form: Offered | None = None) -> str:
    """Render a run's page."""
    queue = QUEUES[run.queue]
    is_draft = run.state == BulkState.DRAFT
    return render_template(
        "desk/bulk.html",
        run=run,
        queue=queue,
        back=back_url(run),
        action=queue.action(run.action),
        failed=bool(form and form.form.errors),
        outlook=outlook(db.session(), run, current_user.actor) if is_draft else None,
        chosen=(form or first_offer(run, Attempt(run.action, {}))) if is_draft else None,
        left_out=[] if is_draft else left_out(run),
        **figures(run),
    )


def back_url(run: BulkRun) -> str:
    """Return the address of the list that the cases were chosen in."""
    return list_url(QUEUES[run.queue], run.view)


def figures(run: BulkRun) -> dict[str, Any]:
    """Return how many cases have which outcome."""
    rows = db.session.execute(
        select(BulkItem.outcome, func.count())
        .where(BulkItem.run_id == run.id)
        .group_by(BulkItem.outcome)
    )
    outcomes = dict(rows.all())
    total = sum(outcomes.values())
    pending = outcomes.get(None, 0)
    if run.state in (BulkState.UNDOING, BulkState.UNDONE):
        total = total - outcomes.get(BulkOutcome.LEFT_OUT, 0)
        pending = total - outcomes.get(BulkOutcome.UNDONE, 0)
    return {"outcomes": outcomes, "total": total, "done": total - pending}


def left_out(run: BulkRun) -> list[BulkItem]:
    """Return the cases on which nothing was done or could be undone, with why."""
    return list(
        db.session.scalars(
            select(BulkItem)
            .where(BulkItem.run_id == run.id, BulkItem.said.is_not(None))
            .order_by(BulkItem.case_id)
            .limit(SHOWN_MAX)
        )
    )
