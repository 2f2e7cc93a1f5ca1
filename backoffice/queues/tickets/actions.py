"""What may be done to a ticket, besides what every queue has."""

from backoffice.core.action import Action
from backoffice.core.case import State
from backoffice.core.text import N_
from backoffice.queues.standard import EVERY
from backoffice.queues.tickets import merging, steps
from backoffice.queues.tickets.effects import SAY, WAIT
from backoffice.queues.tickets.forms import (
    LinkForm,
    MergeForm,
    RecategoriseForm,
    ReplyForm,
    SolveForm,
)
from backoffice.queues.tickets.telling import merged_mail, replied_mail, solved_mail

REPLY = Action(
    "reply",
    N_("Reply"),
    ReplyForm,
    effects=(SAY, WAIT),
    state_after=State.WAITING,
    event="ticket.replied",
    mails=replied_mail,
    stops_clock=True,
    contestable=False,
    hotkey="a",
    icon="chat",
    submit=N_("Send and take the next"),
)
SOLVE = Action(
    "solve",
    N_("Solve"),
    SolveForm,
    effects=(SAY,),
    resolution="solved",
    event="ticket.solved",
    mails=solved_mail,
    contestable=False,
    hotkey="s",
    icon="check",
    submit=N_("Solve and take the next"),
)
MERGE = Action(
    "merge",
    N_("Merge into another ticket"),
    MergeForm,
    effects=(merging.MERGE,),
    resolution="merged",
    event="ticket.merged",
    mails=merged_mail,
    contestable=False,
    icon="swap",
)
LINK = Action(
    "link",
    N_("Link with a case"),
    LinkForm,
    states=EVERY,
    is_decision=False,
    effects=(steps.LINK,),
    needs_claim=False,
    icon="link",
)
RECATEGORISE = Action(
    "recategorise",
    N_("Change the category"),
    RecategoriseForm,
    states=EVERY,
    is_decision=False,
    effects=(steps.RECATEGORISE,),
    needs_claim=False,
    icon="edit",
)
ACTIONS = (REPLY, SOLVE, MERGE, LINK, RECATEGORISE)
