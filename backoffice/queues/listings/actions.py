"""What may be done to a listing: before it is published, and while it is online."""

from collections.abc import Callable
from typing import Any

from backoffice.core.action import Action
from backoffice.core.text import N_
from backoffice.marketplace.listing import ListingStatus
from backoffice.queues.listings.effects import (
    KEEP,
    OWE_DIGEST,
    PUBLISH,
    REINSTATE,
    SUSPEND,
    WITHDRAW,
)
from backoffice.queues.listings.letter import foreseen
from backoffice.queues.outcome import outcome_mail
from backoffice.queues.standard_forms import DecisionForm, ReasonedForm, RemarkForm

PROPOSED, LIVE = frozenset({"new", "edit"}), frozenset({"live"})


def _is(*statuses: ListingStatus) -> Callable[[Any], bool]:
    """Fit listings of these statuses."""
    return lambda revision: revision.listing.status in statuses


class SuspendForm(DecisionForm):
    """A suspension with its reasons."""

    action_name = "suspend"


class WithdrawForm(DecisionForm):
    """A withdrawal with its reasons."""

    action_name = "withdraw"


APPROVE = Action(
    "approve",
    N_("Approve"),
    RemarkForm,
    kinds=PROPOSED,
    effects=(PUBLISH, OWE_DIGEST),
    resolution="approved",
    event="listing.approved",
    later=foreseen,
    hotkey="a",
    icon="check",
    submit=N_("Approve and take the next"),
    bulk=True,
)
REJECT = Action(
    "reject",
    N_("Refuse the listing"),
    DecisionForm,
    kinds=PROPOSED,
    effects=(OWE_DIGEST,),
    resolution="rejected",
    event="listing.rejected",
    later=foreseen,
    measure=N_("We do not publish this listing."),
    code="refuse_listing",
    hotkey="r",
    icon="x",
    tone="bad",
    submit=N_("Refuse and take the next"),
    with_reasons=True,
    bulk=True,
)
KEEP_ONLINE = Action(
    "keep",
    N_("Keep online"),
    RemarkForm,
    kinds=LIVE,
    fits=_is(ListingStatus.LIVE),
    effects=(KEEP,),
    resolution="kept",
    event="listing.kept",
    contestable=False,
    hotkey="g",
    icon="check",
    bulk=True,
)
SUSPEND_LISTING = Action(
    "suspend",
    N_("Suspend"),
    SuspendForm,
    kinds=LIVE,
    fits=_is(ListingStatus.LIVE),
    effects=(SUSPEND,),
    resolution="suspended",
    event="listing.suspended",
    mails=outcome_mail("listing.suspended"),
    measure=N_("We suspend this listing: buyers no longer see it."),
    code="suspend_listing",
    icon="lock",
    tone="bad",
    with_reasons=True,
    bulk=True,
)
REINSTATE_LISTING = Action(
    "reinstate",
    N_("Reinstate"),
    ReasonedForm,
    kinds=LIVE,
    fits=_is(ListingStatus.SUSPENDED),
    effects=(REINSTATE,),
    resolution="reinstated",
    event="listing.reinstated",
    mails=outcome_mail("listing.reinstated"),
    icon="back",
    bulk=True,
)
WITHDRAW_LISTING = Action(
    "withdraw",
    N_("Withdraw for good"),
    WithdrawForm,
    kinds=LIVE,
    fits=_is(ListingStatus.LIVE, ListingStatus.SUSPENDED),
    effects=(WITHDRAW,),
    resolution="withdrawn",
    event="listing.withdrawn",
    mails=outcome_mail("listing.withdrawn"),
    measure=N_("We withdraw this listing from sale."),
    code="withdraw_listing",
    duration=N_("For good."),
    icon="x",
    tone="bad",
    with_reasons=True,
    bulk=True,
)
ACTIONS = (
    APPROVE,
    REJECT,
    KEEP_ONLINE,
    SUSPEND_LISTING,
    REINSTATE_LISTING,
    WITHDRAW_LISTING,
)
