"""What follows a decision: its undo is offered, and the next case of the view is claimed."""

from flask import flash, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user

from backoffice.core.action import Action
from backoffice.core.case import Case
from backoffice.core.claim import claim_next, held_next
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.queue import queue_of
from backoffice.core.refusal import Full
from backoffice.core.text import Text, text
from backoffice.desk import words
from backoffice.desk.access import carried_view, view_given
from backoffice.desk.view import View
from backoffice.extensions import db
from backoffice.web.text import say

STAY, NEXT = "stay", "next"


def conclude(case: Case, name: str, decision: Decision | None) -> str:
    """Offer to undo what was just done, and return where to go from here."""
    action = queue_of(case).action(name)
    if action is None:
        raise LookupError(name)
    announce(case, action, decision)
    return lead_on(case, action)


def announce(case: Case, action: Action, decision: Decision | None) -> None:
    """Say what was done; while it can be taken back, the page offers that."""
    cookie.pop("undo", None)
    said = sentence(case, action, decision)
    if decision is None or decision.state != DecisionState.EXECUTED or not decision.undo_until:
        flash(say(said), "success")
        return
    cookie["undo"] = {
        "said": said.to_json(),
        "until": decision.undo_until.isoformat(),
        "endpoint": "desk.act",
        "values": {
            "reference": case.reference,
            "name": "undo",
            "version": case.version,
            **carried_view(),
        },
    }


def sentence(case: Case, action: Action, decision: Decision | None) -> Text:
    """Return one sentence that says what was done to which case."""
    if decision is not None and decision.state == DecisionState.HELD:
        return text(words.PROPOSED, reference=case.reference)
    verb = (action.event or action.name).rpartition(".")[2]
    of_queue = words.DONE.get(f"{case.queue}.{verb}")
    msgid = of_queue or words.DONE.get(verb, words.DONE_OTHERWISE)
    return text(msgid, reference=case.reference, action=text(action.label).to_json())


def lead_on(case: Case, action: Action) -> str:
    """Return where to go: to the next case of the view, claimed, or back to this one."""
    if not (action.is_decision and action.needs_claim):
        return same_case(case)
    cookie["then"] = STAY if request.form.get("then") == STAY else NEXT
    if cookie["then"] == STAY:
        return same_case(case)
    view = view_given(queue_of(case))
    held = held_next(db.session(), view.scope.queue.slug, current_user.actor, view.conditions)
    return case_url(held, view) if held else next_url(view)


def next_url(view: View) -> str:
    """Claim the next case of a view and return its address.

    Where nothing is free it is the address of one the person holds already, or the list's.
    """
    session, slug, actor = db.session(), view.scope.queue.slug, current_user.actor
    try:
        case = claim_next(session, slug, actor, view.conditions)
    except Full as full:
        flash(say(full.said), "warning")
        return url_for("desk.mine")
    case = case or held_next(session, slug, actor, view.conditions)
    if case is None:
        flash(_("Nothing is free in this view: all is done, or others work on it."), "success")
        return view.url()
    return case_url(case, view)


def case_url(case: Case, view: View) -> str:
    """Return the address of a case, opened from a view."""
    return url_for("desk.case", reference=case.reference, view=view.query)


def same_case(case: Case) -> str:
    """Return the case's own address, with the view it was opened from."""
    return url_for("desk.case", reference=case.reference, **carried_view())
