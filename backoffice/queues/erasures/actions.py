"""What may be done to a request, besides what every queue has."""

from backoffice.core.action import Action, Context
from backoffice.core.case import State
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.erasures import effects, withdrawing
from backoffice.queues.erasures.asking import ASK_IDENTITY
from backoffice.queues.erasures.extending import EXTEND
from backoffice.queues.erasures.forms import (
    AcceptForm,
    AcceptInPartForm,
    BlockForm,
    RefuseForm,
    UnblockForm,
    VerifyForm,
)
from backoffice.queues.erasures.model import Erasure, Identity, Kind, Stage
from backoffice.queues.erasures.papers import FORGET_PAPERS
from backoffice.queues.erasures.telling import told, withdrawal_mails

OPEN = frozenset({State.OPEN})
GOING_ON = (Stage.RECEIVED, Stage.SCHEDULED)
SCOPE = N_("The data of this account.")
DURATION = N_("Until the days that the law sets for each kind of data.")


def unverified(context: Context) -> Text | None:
    """Return why nothing may be granted yet: we do not know that the holder asks."""
    if context.subject.identity != Identity.VERIFIED:
        return text("The identity is not verified: nothing may be closed or deleted.")
    return None


def not_in_whole(context: Context) -> Text | None:
    """Return why not all may be granted: a running contract needs its data (art. 17(1)(a))."""
    erasure: Erasure = context.subject
    if (why := unverified(context)) is not None:
        return why
    runs = (SellerStatus.ACTIVE, SellerStatus.SUSPENDED)
    if erasure.kind == Kind.ERASE and erasure.seller and erasure.seller.status in runs:
        return text(
            "The account stays open and its contract needs its data (GDPR art. 17(1)(a)): grant a "
            "part, or ask whether the account is to be closed too."
        )
    return None


ACCEPT = Action(
    "accept",
    N_("Grant the request"),
    AcceptForm,
    states=OPEN,
    effects=(effects.SCHEDULE, FORGET_PAPERS),
    resolution="accepted",
    event="erasure.accepted",
    mails=told("erasure.accepted"),
    blocked=not_in_whole,
    contestable=False,
    hotkey="a",
    icon="check",
    submit=N_("Grant and take the next"),
)
ACCEPT_IN_PART = Action(
    "accept_in_part",
    N_("Grant a part"),
    AcceptInPartForm,
    states=OPEN,
    effects=(effects.SCHEDULE, FORGET_PAPERS),
    resolution="accepted_in_part",
    event="erasure.accepted_in_part",
    mails=told("erasure.accepted_in_part"),
    blocked=unverified,
    measure=N_("We grant a part of your request and keep the rest."),
    scope=SCOPE,
    duration=DURATION,
    with_reasons=True,
    icon="check",
)
REFUSE = Action(
    "refuse",
    N_("Refuse the request"),
    RefuseForm,
    states=OPEN,
    effects=(effects.REFUSE, FORGET_PAPERS),
    resolution="refused",
    event="erasure.refused",
    mails=told("erasure.refused", is_granted=False),
    measure=N_("We do not grant your request."),
    scope=SCOPE,
    with_reasons=True,
    hotkey="r",
    icon="x",
    tone="bad",
)
WITHDRAW = Action(
    "withdraw",
    N_("The party withdraws it"),
    withdrawing.WithdrawForm,
    states=frozenset({State.OPEN, State.WAITING, State.CLOSED}),
    fits=lambda erasure: erasure.stage in GOING_ON,
    effects=(withdrawing.WITHDRAW, FORGET_PAPERS),
    resolution="withdrawn",
    event="erasure.withdrawn",
    mails=withdrawal_mails,
    contestable=False,
    needs_claim=False,
    icon="back",
)
VERIFY = Action(
    "verify",
    N_("Identity verified"),
    VerifyForm,
    is_decision=False,
    fits=lambda erasure: erasure.stage == Stage.RECEIVED and erasure.identity != Identity.VERIFIED,
    effects=(effects.VERIFY,),
    icon="user",
)
BLOCK = Action(
    "block",
    N_("An authority orders to keep the data"),
    BlockForm,
    states=frozenset(State),
    is_decision=False,
    fits=lambda erasure: erasure.stage in GOING_ON and erasure.authority_order is None,
    effects=(effects.BLOCK,),
    needs_claim=False,
    icon="lock",
)
UNBLOCK = Action(
    "unblock",
    N_("The authority lifted its order"),
    UnblockForm,
    states=frozenset(State),
    is_decision=False,
    fits=lambda erasure: erasure.authority_order is not None,
    effects=(effects.UNBLOCK,),
    needs_claim=False,
    icon="lock",
)
ACTIONS = (ACCEPT, ACCEPT_IN_PART, EXTEND, ASK_IDENTITY, VERIFY, BLOCK, UNBLOCK, WITHDRAW, REFUSE)
