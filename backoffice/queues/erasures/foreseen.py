"""What would go and what would stay, said in the lines of letters, previews and pages."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.erasing.run import Outlook, foresee
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.model import Erasure, Kind

ACTIONS = {
    "delete": N_("deleted"),
    "pseudonymise": N_("pseudonymised"),
    "scrub": N_("cleared of personal data"),
    "restrict": N_("pseudonymised"),  # nothing of it is to be kept any more
    "keep": N_("pseudonymised"),
}
KEPT = {"restrict": N_("kept, out of use"), "keep": N_("kept")}
LEFT_OUT = N_("the reasons of our decision")


def outlook_of(session: Session, erasure: Erasure, at: datetime) -> list[Outlook]:
    """Return what would become of each class of the party's data, were it carried out now."""
    found = foresee(session, erasure.party, at=at)
    return [one for one in found if erasure.kind != Kind.CLOSE or stays(one)]


def stays(one: Outlook) -> bool:
    """Tell whether the law has us keep something of a class."""
    return one.until is not None


def goes_and_stays(
    classes: Sequence[Outlook], left_out: Collection[str] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of a letter: what goes, and what stays with its basis and last day."""
    present = [one for one in classes if one.count]
    kept = [one for one in present if stays(one) or one.data_class in left_out]
    return {
        "goes": [_goes(one).to_json() for one in present if one not in kept],
        "stays": [_stays(one).to_json() for one in kept],
    }


def foreseen(context: Context) -> list[Text]:
    """Return what a decision does, line by line, for its preview."""
    erasure: Erasure = context.subject
    action = context.decision.action if context.decision else ""
    if action not in ("accept", "accept_in_part"):
        return []
    said = goes_and_stays(outlook_of(context.session, erasure, context.at), erasure.refused_classes)
    waits = blockers_of(context.session, erasure)
    return [
        *(text("Goes: %(what)s", what=one) for one in said["goes"]),
        *(text("Stays: %(what)s", what=one) for one in said["stays"]),
        *(text("Waits for: %(what)s", what=text(one.told)) for one in waits),
    ]


def _goes(one: Outlook) -> Text:
    return text("%(what)s: %(action)s", what=_said(one.label), action=_said(ACTIONS[one.action]))


def _stays(one: Outlook) -> Text:
    if one.until is None:
        return text("%(what)s: kept for %(basis)s", what=_said(one.label), basis=_said(LEFT_OUT))
    return text("%(what)s: kept until %(day)s (%(basis)s)", what=_said(one.label),
                basis=_said(one.basis), day=one.until.isoformat())  # fmt: skip


def _said(sentence: str) -> dict[str, Any]:
    """Return a sentence within a sentence, as JSON keeps it."""
    return text(sentence).to_json()
