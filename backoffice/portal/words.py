"""What the portal calls things: each queue's case, and each outcome, said to the party."""

from typing import NamedTuple

from backoffice.core.decision import Decision
from backoffice.core.party import Party
from backoffice.core.text import N_


class Concerned(NamedTuple):
    """What a case of somebody else's is called towards a party that it concerns."""

    called: str
    examined: str
    hit: str  # decided, with a measure against the party
    spared: str  # decided, without
    freed: str  # decided anew, without one where there was one


CASES = {
    "registration": N_("Registration"),
    "profile_change": N_("Profile change"),
    "listing": N_("Listing"),
    "notice": N_("Your notice"),
    "dispute": N_("Dispute"),
    "appeal": N_("Appeal"),
    "erasure": N_("Request about your account"),
    "ticket": N_("Your question"),
}
EXAMINED = {
    "registration": N_("We are examining your registration"),
    "profile_change": N_("We are examining your profile change"),
    "listing": N_("We are examining your listing"),
    "notice": N_("We are examining your notice"),
    "dispute": N_("We are examining the dispute"),
    "appeal": N_("We are examining your appeal"),
    "erasure": N_("We are examining the request about your account"),
    "ticket": N_("We have received your question"),
}
OUTCOMES = {
    ("registration", "approved"): N_("Your registration is approved"),
    ("registration", "rejected"): N_("Your registration is not approved"),
    ("profile_change", "approved"): N_("Your profile change is approved"),
    ("profile_change", "rejected"): N_("Your profile change is not approved"),
    ("listing", "approved"): N_("Your listing is approved"),
    ("listing", "rejected"): N_("Your listing is not approved"),
    ("listing", "kept"): N_("Your listing stays online"),
    ("listing", "suspended"): N_("Your listing is suspended"),
    ("listing", "reinstated"): N_("Your listing is online again"),
    ("listing", "withdrawn"): N_("Your listing is withdrawn from sale"),
    ("notice", "upheld"): N_("We act on what you reported"),
    ("notice", "upheld_in_part"): N_("We act on a part of what you reported"),
    ("notice", "dismissed"): N_("We take no measure on your notice"),
    ("dispute", "protected"): N_("The refund is refused"),
    ("dispute", "refunded"): N_("The buyer is refunded"),
    ("dispute", "refunded_in_part"): N_("The buyer is refunded in part"),
    ("dispute", "goodwill"): N_("The marketplace pays the buyer itself"),
    ("appeal", "confirmed"): N_("Your appeal: our decision stands"),
    ("appeal", "overturned"): N_("Your appeal: our decision is reversed"),
    ("appeal", "amended"): N_("Your appeal: our decision is changed"),
    ("erasure", "accepted"): N_("Your request is granted"),
    ("erasure", "accepted_in_part"): N_("A part of your request is granted"),
    ("erasure", "refused"): N_("Your request is not granted"),
    ("erasure", "withdrawn"): N_("Your request is withdrawn"),
    ("ticket", "solved"): N_("Your question is solved"),
    ("ticket", "merged"): N_("We answer your question together with another of yours"),
}
ANSWERED = {"ticket": N_("We have answered your question")}
"""Of cases that are conversations, while the last word in them is ours."""
CONCERNED = {
    ("notice", "seller"): Concerned(
        N_("A notice that concerns you"),
        N_("We are examining a notice that concerns you"),
        N_("A notice that concerns you: our decision"),
        N_("A notice that concerned you: nothing changes for you"),
        N_("A notice that concerned you: we take our measures back"),
    )
}
"""By noun and kind of party, where the party did not bring the case in itself."""


def called(noun: str, party: Party, otherwise: str) -> str:
    """Return what kind of case a party reads of."""
    concerned = CONCERNED.get((noun, party.kind))
    return concerned.called if concerned else CASES.get(noun, otherwise)


def examined(noun: str, party: Party) -> str:
    """Return the headline of a case that is not decided."""
    concerned = CONCERNED.get((noun, party.kind))
    if concerned:
        return concerned.examined
    return EXAMINED.get(noun, N_("We are examining your case"))


def told_outcome(noun: str, decision: Decision, party: Party, before: Decision | None) -> str:
    """Return the headline of a decision for one party, who was told the one `before`."""
    concerned = CONCERNED.get((noun, party.kind))
    if concerned is None or decision.resolution == "rerouted":
        return outcome(noun, decision)
    if decision.told(party.kind, party.id):
        return concerned.hit
    was_hit = before is not None and before.told(party.kind, party.id)
    return concerned.freed if was_hit else concerned.spared


def outcome(noun: str, decision: Decision) -> str:
    """Return the headline of a decision."""
    if decision.resolution == "rerouted":
        return N_("Your case goes on in another queue, under another reference")
    return OUTCOMES.get((noun, decision.resolution or ""), N_("We have decided"))
