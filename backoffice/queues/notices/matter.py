"""What each party of a notice reads of it: who reports all it said, a seller what is its own."""

from collections.abc import Iterable
from typing import Any

from backoffice.core.action import Context
from backoffice.core.party import Matter, Party, Thing
from backoffice.core.text import N_, Text, text
from backoffice.queues.notices.forms import outcome_of
from backoffice.queues.notices.measures import MEASURES
from backoffice.queues.notices.model import INFRINGES, KINDS, Notice, NoticeKind, TargetKind
from backoffice.queues.notices.parties import of_party

PROOFS = {
    "invoice": N_("Invoices of your supplier"),
    "licence": N_("Licence or authorisation"),
    "registration": N_("Your own registration of a right"),
}
"""What a seller may show against a notice."""

ROLES = {"owner": N_("Owner"), "agent": N_("Agent of the owner")}


def matter(context: Context, party: Party) -> Matter | None:
    """Return what the party may know, and once decided what became of each thing."""
    notice: Notice = context.subject
    if party.kind == "seller":
        kind = text(KINDS[NoticeKind(notice.kind)])
        said: str | Text = text(
            "Somebody reported to us what is named here. Kind of notice: %(kind)s.", kind=kind
        )
    else:
        said = N_("You reported:")
    decision = context.decision
    things = [
        Thing(one.title or one.typed, said_of(one, decision.data) if decision else "")
        for one in of_party(notice, party)
    ]
    return Matter(said, things) if things else None


def said_of(target: Any, data: Any) -> str:
    """Return what becomes of a target by a decision's form, in words."""
    if target.kind == TargetKind.UNKNOWN:
        return N_("We found nothing under this name.")
    measure = MEASURES.get(outcome_of(target, data))
    return measure.outcome if measure else N_("No action")


def wrote(notice: Notice) -> Iterable[tuple[str, str | Text]]:
    """Return what the notifier wrote, for nobody else."""
    yield N_("Kind of notice"), text(KINDS[NoticeKind(notice.kind)])
    yield N_("Explanation"), notice.explanation
    if right := notice.right:
        named = (right.sign, right.register, right.number)
        yield N_("Right"), ", ".join(filter(None, named))
        yield N_("Owner of the right"), right.holder.name
        yield N_("Your role"), text(ROLES[notice.role])
        yield N_("Territory"), ", ".join(right.territories)
        yield from ((N_("What infringes it"), text(INFRINGES[one])) for one in notice.infringes)
    yield N_("Test purchase"), notice.test_purchase
