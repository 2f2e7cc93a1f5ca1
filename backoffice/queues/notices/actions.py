"""What may be done to a notice, besides what every queue has."""

from backoffice.core.action import Action, Context
from backoffice.core.text import N_, Text, text
from backoffice.queues.notices.asking import ASK_SELLER
from backoffice.queues.notices.effects import (
    COUNT_DISMISSED,
    COUNT_UPHELD,
    LEAVE,
    TAKE_MEASURES,
)
from backoffice.queues.notices.forms import DismissForm, UpholdForm
from backoffice.queues.notices.taking import staying, taken
from backoffice.queues.notices.telling import (
    announced,
    mails_when_dismissed,
    mails_when_upheld,
    owed_when_dismissed,
    owed_when_upheld,
)


def hold(context: Context) -> Text | None:
    """Ask for a second person where an account is suspended or ended; not for what stays so."""
    there = staying(context)
    asked = (one for one in taken(context.subject, context.data) if one.key not in there)
    if any(one.measure.is_held for one in asked):
        return text("Suspending a seller or ending an account asks for a second person.")
    return None


UPHOLD = Action(
    "uphold",
    N_("Uphold the notice"),
    UpholdForm,
    effects=(TAKE_MEASURES, COUNT_UPHELD),
    resolution="upheld",
    event="notice.upheld",
    mails=mails_when_upheld,
    hold=hold,
    measure=N_("We act on what was reported."),
    source="notice",
    owes=owed_when_upheld,
    announces=announced,
    with_reasons=True,
    hotkey="a",
    icon="check",
    tone="bad",
    submit=N_("Uphold and take the next"),
)
DISMISS = Action(
    "dismiss",
    N_("Dismiss the notice"),
    DismissForm,
    effects=(LEAVE, COUNT_DISMISSED),
    resolution="dismissed",
    event="notice.dismissed",
    mails=mails_when_dismissed,
    announces=announced,
    owes=owed_when_dismissed,
    hotkey="r",
    icon="x",
    submit=N_("Dismiss and take the next"),
)
ACTIONS = (UPHOLD, DISMISS, ASK_SELLER)
