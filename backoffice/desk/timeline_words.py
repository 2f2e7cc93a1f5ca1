"""How what happened to a case is said in its timeline."""

from backoffice.core.text import N_
from backoffice.desk.words import Worded

EVENTS = {
    "opened": Worded(N_("opened the case"), "", "plus"),
    "claimed": Worded(N_("took the case")),
    "released": Worded(N_("gave the case back")),
    "note": Worded(N_(", internal note"), "warn", "note"),
    "assigned": Worded(N_("assigned the case to %(to)s")),
    "escalated": Worded(N_("handed the case to a lead"), "", "up"),
    "approved": Worded(N_("approved"), "ok", "check"),
    "rejected": Worded(N_("refused"), "bad", "x"),
    "confirmed": Worded(N_("confirmed the first decision"), "ok", "check"),
    "overturned": Worded(N_("overturned the first decision"), "warn", "swap"),
    "amended": Worded(N_("amended the first decision"), "warn", "edit"),
    "info_requested": Worded(N_("asked for information"), "", "ask"),
    "answered": Worded(N_("answered"), "", "chat"),
    "answered_late": Worded(N_("answered after the date"), "warn", "clock"),
    "told": Worded(N_("The seller was told the decision by e-mail"), "", "mail"),
    "corrected": Worded(N_("corrected: %(fields)s"), "", "edit"),
    "uploaded": Worded(N_("sent a document"), "", "file"),
    "no_reply": Worded(N_("No answer in time: the case is open again"), "warn", "clock"),
    "held": Worded(N_("proposed: %(action)s; it waits for a second person"), "hold", "users"),
    "sent_back": Worded(N_("sent back the proposal: %(action)s"), "warn", "back"),
    "hold_cancelled": Worded(N_("withdrew the proposal: %(action)s"), "", "x"),
    "undone": Worded(N_("took back: %(action)s"), "", "back"),
    "superseded": Worded(N_("replaced the decision: %(action)s"), "warn", "swap"),
    "rerouted": Worded(N_("moved the case to another queue"), "", "swap"),
    "reopen": Worded(N_("reopened the case"), "", "back"),
    "appealed": Worded(N_("contested the decision"), "hold", "scale"),
    "examination_asked": Worded(N_("asked to examine what is online"), "", "ask"),
    "withdrawn": Worded(N_("withdrew the case"), "", "back"),
    "listing.withdrawn": Worded(N_("withdrew the listing for good"), "bad", "x"),
    "suspended": Worded(N_("suspended the listing"), "warn", "lock"),
    "reinstated": Worded(N_("put the listing back online"), "ok", "back"),
    "kept": Worded(N_("kept the listing online"), "ok", "check"),
    "upheld": Worded(N_("upheld the notice"), "ok", "check"),
    "dismissed": Worded(N_("dismissed the notice"), "", "x"),
    "seller_asked": Worded(N_("asked the seller"), "", "chat"),
    "buyer_asked": Worded(N_("asked the buyer"), "", "chat"),
    "protected": Worded(N_("refused the refund"), "", "shield"),
    "refunded": Worded(N_("refunded the buyer"), "ok", "check"),
    "goodwill_granted": Worded(N_("granted the buyer a payment of ours"), "ok", "euro"),
    "repeated": Worded(N_("sent the same again (%(count)s)"), "", "refresh"),
    "refund_succeeded": Worded(N_("Stripe moved %(amount)s as decided"), "ok", "check"),
    "refund_failed": Worded(N_("The refund of %(amount)s failed: %(why)s"), "bad", "alert"),
    "not_returned": Worded(N_("The goods were not back by %(day)s"), "warn", "truck"),
    "chargeback_opened": Worded(
        N_("The buyer’s bank contests the payment (%(amount)s): refunds are locked"), "bad", "lock"
    ),
    "chargeback_closed": Worded(
        N_("The chargeback of %(amount)s is settled: %(status)s"), "", "check"
    ),
    "checks_done": Worded(N_("Checks run: %(outcomes)s"), "", "bars"),
    "accepted": Worded(N_("granted the request"), "ok", "check"),
    "accepted_in_part": Worded(N_("granted a part of the request"), "warn", "check"),
    "refused": Worded(N_("refused the request"), "bad", "x"),
    "extended": Worded(N_("took two months more"), "wait", "clock"),
    "identity_asked": Worded(N_("asked for proof of identity"), "", "ask"),
    "identity_confirmed": Worded(N_("confirmed the request by the personal link"), "ok", "check"),
    "identity_disowned": Worded(N_("did not ask for this, says the personal link"), "bad", "alert"),
    "withdrawal_asked": Worded(N_("withdrew the request by the personal link"), "", "back"),
    "verified": Worded(N_("verified the identity"), "ok", "user"),
    "blocked": Worded(N_("noted an authority’s order to keep the data"), "warn", "lock"),
    "unblocked": Worded(N_("noted that the authority lifted its order"), "", "lock"),
    "executed": Worded(N_("The request is executed: %(count)s records"), "ok", "check"),
    "completed": Worded(N_("The last letter has left: the request is completed"), "ok", "check"),
    "replied": Worded(N_("replied"), "", "chat"),
    "solved": Worded(N_("solved the ticket"), "ok", "check"),
    "merged": Worded(N_("merged the ticket into another"), "", "link"),
    "merged_here": Worded(N_("merged %(case)s into this ticket"), "", "link"),
    "taken_out": Worded(N_("took %(case)s out of this ticket again"), "", "back"),
    "linked": Worded(N_("linked the case with %(case)s"), "", "link"),
    "recategorised": Worded(N_("changed the category: %(category)s"), "", "edit"),
    "answered_by_itself": Worded(N_("sent an automatic answer"), "", "mail"),
    "case_opened": Worded(N_("opened %(case)s from this ticket"), "", "plus"),
    "carried": Worded(N_("brought the conversation of %(case)s along"), "", "chat"),
    "rated": Worded(N_("rated us %(rating)s of 5"), "", "chat"),
    "undeliverable": Worded(N_("Our e-mail to %(address)s came back: %(status)s"), "bad", "mail"),
    "spoofed_reference": Worded(
        N_("The e-mail named a case of ours without the right signature: nothing was joined"),
        "bad",
        "alert",
    ),
    "account_examination_asked": Worded(N_("asked to examine the account"), "", "ask"),
    "terminated": Worded(N_("ended the account"), "bad", "x"),
    "registration.suspended": Worded(N_("suspended the seller"), "warn", "lock"),
    "registration.reinstated": Worded(N_("reinstated the seller"), "ok", "back"),
    "registration.kept": Worded(N_("left the account as it is"), "ok", "check"),
}
IMPERSONAL = frozenset(
    {
        "no_reply",
        "checks_done",
        "told",
        "refund_succeeded",
        "refund_failed",
        "not_returned",
        "chargeback_opened",
        "chargeback_closed",
        "executed",
        "completed",
        "undeliverable",
        "spoofed_reference",
    }
)


def event(verb: str, noun: str = "") -> Worded:
    """Return how a line of the timeline is said; an unknown verb is read as written.

    What a word means in one queue alone stands under that queue's noun.
    """
    own = EVENTS.get(f"{noun}.{verb}")
    return own or EVENTS.get(verb, Worded(verb.replace("_", " ")))
