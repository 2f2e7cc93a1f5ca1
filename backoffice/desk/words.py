"""How states, resolutions, flags and what happened are said; one table each."""

from typing import NamedTuple

from backoffice.billing import refund
from backoffice.billing.refund import RefundState
from backoffice.core.case import Case, State
from backoffice.core.text import N_
from backoffice.marketplace.sanction import NAMES
from backoffice.marketplace.trader_checks.documents import LABELS
from backoffice.queues.disputes.proofs import KINDS as DISPUTED
from backoffice.queues.notices.matter import PROOFS
from backoffice.queues.registrations.traceability import ITEMS


class Worded(NamedTuple):
    """Words with the tone and the icon that go with them."""

    label: str
    tone: str = ""
    icon: str | None = None


STATES = {
    State.OPEN: Worded(N_("Awaits a decision")),
    State.WAITING: Worded(N_("Waits for an answer"), "wait", "pause"),
    State.HELD: Worded(N_("Waits for a second person"), "hold", "users"),
    State.CLOSED: Worded(N_("Closed")),
}

AWAITED = {"tickets": Worded(N_("Awaits our answer"))}
"""Of open cases, by queue, where it is no decision."""

RESOLUTIONS = {
    "approved": Worded(N_("Approved"), "ok", "check"),
    "rejected": Worded(N_("Refused"), "bad", "x"),
    "confirmed": Worded(N_("Confirmed"), "ok", "check"),
    "overturned": Worded(N_("Overturned"), "warn", "swap"),
    "amended": Worded(N_("Amended"), "warn", "edit"),
    "rerouted": Worded(N_("Moved to another queue"), "", "swap"),
    "withdrawn": Worded(N_("Withdrawn"), "", "back"),
    "suspended": Worded(N_("Suspended"), "warn", "lock"),
    "reinstated": Worded(N_("Reinstated"), "ok", "back"),
    "kept": Worded(N_("Kept online"), "ok", "check"),
    "upheld": Worded(N_("Upheld"), "ok", "check"),
    "upheld_in_part": Worded(N_("Upheld in part"), "warn", "check"),
    "dismissed": Worded(N_("Dismissed"), "", "x"),
    "protected": Worded(N_("Refund refused"), "", "shield"),
    "refunded": Worded(N_("Refunded"), "ok", "check"),
    "refunded_in_part": Worded(N_("Refunded in part"), "warn", "check"),
    "goodwill": Worded(N_("Paid by us"), "ok", "euro"),
    "accepted": Worded(N_("Granted"), "ok", "check"),
    "accepted_in_part": Worded(N_("Granted in part"), "warn", "check"),
    "refused": Worded(N_("Refused"), "bad", "x"),
    "solved": Worded(N_("Solved"), "ok", "check"),
    "merged": Worded(N_("Merged"), "", "link"),
    "terminated": Worded(N_("Account ended"), "bad", "x"),
    "registrations.kept": Worded(N_("Left as it is"), "ok", "check"),
}

KINDS = {
    "new": N_("New listing"),
    "edit": N_("Change of a listing"),
    "live": N_("Listing online"),
    "urgent": N_("Urgent"),
    "account": N_("Account examined"),
}

LISTING = {
    "proposed": Worded(N_("Not online yet")),
    "live": Worded(N_("Online"), "ok"),
    "suspended": Worded(N_("Suspended"), "warn"),
    "withdrawn": Worded(N_("Withdrawn for good"), "bad"),
}

TEXTS = {
    "shown": Worded(N_("Shown"), "ok"),
    "removed": Worded(N_("Removed"), "bad"),
}

REFUND_KINDS = refund.KINDS
REFUND_LOOKS = {
    RefundState.AWAITING_RETURN: ("wait", "pause"),
    RefundState.OWED: ("wait", "clock"),
    RefundState.REQUESTED: ("wait", "clock"),
    RefundState.SUCCEEDED: ("ok", "check"),
    RefundState.FAILED: ("bad", "fail"),
    RefundState.CANCELLED: ("", "x"),
}
REFUNDS = {state: Worded(refund.STATES[state], *look) for state, look in REFUND_LOOKS.items()}

SIDES = {
    "buyer": N_("buyer"),
    "seller": N_("seller"),
    "notifier": N_("notifier"),
    "person": N_("person without an account"),
}

FLAGS = {
    "no_reply": Worded(N_("No reply"), "warn", "clock"),
    "answered": Worded(N_("Answered"), "wait", "chat"),
    "escalated": Worded(N_("Handed to a lead"), "hold", "up"),
    "sent_back": Worded(N_("Sent back"), "warn", "back"),
    "appealed": Worded(N_("Contested"), "hold", "scale"),
    "chargeback": Worded(N_("Chargeback"), "bad", "lock"),
    "refund_failed": Worded(N_("Refund failed"), "bad", "alert"),
    "not_returned": Worded(N_("Goods not back"), "warn", "truck"),
    "disowned": Worded(N_("The holder did not ask"), "bad", "alert"),
    "undeliverable": Worded(N_("E-mail comes back"), "bad", "mail"),
    "spoofed_reference": Worded(N_("False reference"), "bad", "alert"),
}

CHECKS = {
    "fail": Worded(N_("Failed"), "bad", "fail"),
    "warn": Worded(N_("To verify"), "warn", "alert"),
    "unavailable": Worded(N_("Unavailable"), "wait", "off"),
    "pass": Worded(N_("Passed"), "ok", "check"),
    "none": Worded(N_("Not checked yet")),
}

SELLER = {
    "applicant": Worded(N_("Applicant")),
    "active": Worded(N_("May sell"), "ok"),
    "refused": Worded(N_("Refused"), "bad"),
    "suspended": Worded(N_("Suspended"), "bad"),
    "terminated": Worded(N_("Terminated"), "bad"),
}

CHANNELS = {
    "api": N_("by the API"),
    "import": N_("by a file"),
    "portal": N_("through the portal"),
    "report": N_("through the public page"),
    "staff": N_("by the staff"),
    "email": N_("through e-mail"),
}

DOCUMENTS = {**DISPUTED, **LABELS, **PROOFS, "evidence": N_("Document")}

OUTBOX = {
    "pending": N_("waits to leave"),
    "sent": N_("sent"),
    "cancelled": N_("taken back, never sent"),
    "dead": N_("could not be sent"),
}

MAILS = {
    "received": N_("receipt"),
    "approved": N_("approval"),
    "rejected": N_("refusal"),
    "info_requested": N_("request for information"),
    "rerouted": N_("move to another queue"),
    "email_changed": N_("change of address"),
    "confirmed": N_("decision confirmed"),
    "overturned": N_("decision overturned"),
    "amended": N_("decision amended"),
    "suspended": N_("suspension"),
    "reinstated": N_("return online"),
    "withdrawn": N_("withdrawal from sale"),
    "upheld": N_("notice upheld"),
    "dismissed": N_("notice dismissed"),
    "seller_asked": N_("question to the seller"),
    "buyer_asked": N_("question to the buyer"),
    "protected": N_("refund refused"),
    "refunded": N_("refund"),
    "goodwill_granted": N_("payment of ours"),
    "asked_by_other": N_("answer to another address"),
    "accepted": N_("request granted"),
    "accepted_in_part": N_("request granted in part"),
    "refused": N_("request refused"),
    "extended": N_("two months more"),
    "identity_asked": N_("question about the identity"),
    "executed": N_("proof that it is done"),
    "replied": N_("reply"),
    "solved": N_("solution"),
    "merged": N_("merger of tickets"),
    "opened": N_("message of ours"),
    "terminated": N_("end of the account"),
    "registration.reinstated": N_("reinstatement"),
    "seller.reinstated": N_("reinstatement"),
    "order.not_shipped": N_("reminder: not shipped"),
    "subscription.invoiced": N_("plan: to pay"),
    "subscription.unpaid": N_("reminder: plan not paid"),
    "subscription.suspending": N_("notice: suspension for an unpaid plan"),
    "subscription.suspended": N_("suspended: plan not paid"),
    "subscription.resumed": N_("plan paid: sells again"),
    "order.not_delivered": N_("reminder: not delivered"),
    "message.unanswered": N_("reminder: message without an answer"),
}

TRACEABILITY = ITEMS
MEASURES = NAMES
ASSESSED = {"verified": N_("Verified"), "waived": N_("Waived")}

ACTORS = {
    "system": N_("The system"),
    "integration": N_("The marketplace"),
    "party": N_("The party"),
}

RELATIONS = {
    "appeal": N_("appeal"),
    "rerouted": N_("moved"),
    "earlier": N_("earlier attempt"),
    "merged": N_("merged"),
    "linked": N_("linked"),
    "opened": N_("opened from the ticket"),
}

DONE = {
    "approved": N_("%(reference)s approved."),
    "rejected": N_("%(reference)s refused."),
    "confirmed": N_("%(reference)s: the first decision is confirmed."),
    "overturned": N_("%(reference)s: the first decision is overturned."),
    "amended": N_("%(reference)s: the first decision is amended."),
    "suspended": N_("%(reference)s: the listing is suspended."),
    "reinstated": N_("%(reference)s: the listing is online again."),
    "withdrawn": N_("%(reference)s: the listing is withdrawn for good."),
    "kept": N_("%(reference)s: the listing stays online."),
    "upheld": N_("%(reference)s: the notice is upheld."),
    "dismissed": N_("%(reference)s: the notice is dismissed."),
    "seller_asked": N_("%(reference)s: the seller is asked."),
    "buyer_asked": N_("%(reference)s: the buyer is asked."),
    "protected": N_("%(reference)s: the refund is refused."),
    "refunded": N_("%(reference)s: the buyer is refunded."),
    "goodwill_granted": N_("%(reference)s: we pay the buyer ourselves."),
    "accepted": N_("%(reference)s: the request is granted."),
    "accepted_in_part": N_("%(reference)s: a part of the request is granted."),
    "refused": N_("%(reference)s: the request is refused."),
    "extended": N_("%(reference)s: two months more, the party is told."),
    "identity_asked": N_("%(reference)s: proof of identity is asked for."),
    "verify": N_("%(reference)s: the identity is verified."),
    "block": N_("%(reference)s: the authority’s order is noted."),
    "unblock": N_("%(reference)s: the order no longer stands in the way."),
    "info_requested": N_("%(reference)s: information asked for."),
    "rerouted": N_("%(reference)s moved to another queue."),
    "undo": N_("%(reference)s: the decision is taken back, nothing has left."),
    "note": N_("%(reference)s: note added."),
    "assign": N_("%(reference)s assigned."),
    "escalate": N_("%(reference)s handed to a lead."),
    "reopen": N_("%(reference)s is open again."),
    "confirm_hold": N_("%(reference)s: the proposal is confirmed."),
    "send_back": N_("%(reference)s sent back."),
    "cancel_hold": N_("%(reference)s: the proposal is withdrawn."),
    "override": N_("%(reference)s: the decision is replaced."),
    "replied": N_("%(reference)s: the reply is sent."),
    "solved": N_("%(reference)s solved."),
    "merged": N_("%(reference)s merged into the other ticket."),
    "link": N_("%(reference)s linked."),
    "recategorise": N_("%(reference)s: category changed."),
    "terminated": N_("%(reference)s: the account is ended."),
    "registrations.suspended": N_("%(reference)s: the seller is suspended."),
    "registrations.reinstated": N_("%(reference)s: the seller may sell again."),
    "registrations.kept": N_("%(reference)s: the account stays as it is."),
}
DONE_OTHERWISE = N_("%(reference)s: %(action)s, done.")
PROPOSED = N_("%(reference)s waits for a second person.")


def of_case(case: Case) -> Worded:
    """Return how a case's state, or its end, is said."""
    if case.resolution is None:
        own = AWAITED.get(case.queue) if case.state == State.OPEN else None
        return own or STATES[State(case.state)]
    return RESOLUTIONS.get(f"{case.queue}.{case.resolution}") or resolution(case.resolution)


def resolution(name: str | None) -> Worded:
    """Return how a case's end is said."""
    return RESOLUTIONS.get(name or "", Worded(name or ""))


def mail(event: str) -> str:
    """Return how an e-mail is named; one without words of its own by its event."""
    return MAILS.get(event) or MAILS.get(event.rpartition(".")[2], event)
