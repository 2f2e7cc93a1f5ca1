"""What may be decided about a seller's account, in a case of kind `account`."""

from collections.abc import Callable
from typing import Any

from backoffice.core.action import Action, Context
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.registrations.account_effects import REINSTATE, SUSPEND, TERMINATE
from backoffice.queues.registrations.account_forms import SuspendForm, TerminateForm
from backoffice.queues.registrations.account_telling import (
    SUSPENDED,
    TERMINATED,
    announced,
    mails_when_reinstated,
    mails_when_suspended,
    mails_when_terminated,
    owed_when_suspended,
    owed_when_terminated,
)
from backoffice.queues.standard_forms import ReasonedForm, RemarkForm

ACCOUNT = "account"
OF_ACCOUNTS = frozenset({ACCOUNT})


def _is(*statuses: SellerStatus) -> Callable[[Any], bool]:
    """Fit sellers of these statuses."""
    return lambda registration: registration.seller.status in statuses


def hold(context: Context) -> Text:
    """Ask for a second person, as where a notice leads to the same."""
    return text("Suspending a seller or ending an account asks for a second person.")


SUSPEND_SELLER = Action(
    "suspend",
    N_("Suspend the seller"),
    SuspendForm,
    kinds=OF_ACCOUNTS,
    fits=_is(SellerStatus.ACTIVE, SellerStatus.SUSPENDED),
    effects=(SUSPEND,),
    resolution="suspended",
    event="registration.suspended",
    mails=mails_when_suspended,
    hold=hold,
    measure=SUSPENDED,
    code="suspend_seller",
    owes=owed_when_suspended,
    announces=announced,
    with_reasons=True,
    icon="lock",
    tone="bad",
)
REINSTATE_SELLER = Action(
    "reinstate",
    N_("Reinstate the seller"),
    ReasonedForm,
    kinds=OF_ACCOUNTS,
    fits=_is(SellerStatus.SUSPENDED),
    effects=(REINSTATE,),
    resolution="reinstated",
    event="registration.reinstated",
    mails=mails_when_reinstated,
    announces=announced,
    contestable=False,
    icon="back",
)
TERMINATE_SELLER = Action(
    "terminate",
    N_("End the seller’s account"),
    TerminateForm,
    kinds=OF_ACCOUNTS,
    fits=_is(SellerStatus.ACTIVE, SellerStatus.SUSPENDED),
    effects=(TERMINATE,),
    resolution="terminated",
    event="registration.terminated",
    mails=mails_when_terminated,
    hold=hold,
    measure=TERMINATED,
    code="terminate_seller",
    owes=owed_when_terminated,
    announces=announced,
    with_reasons=True,
    icon="x",
    tone="bad",
)
KEEP_ACCOUNT = Action(
    "keep",
    N_("Leave the account as it is"),
    RemarkForm,
    kinds=OF_ACCOUNTS,
    resolution="kept",
    event="registration.kept",
    contestable=False,
    hotkey="g",
    icon="check",
)
ACTIONS = (SUSPEND_SELLER, REINSTATE_SELLER, TERMINATE_SELLER, KEEP_ACCOUNT)
