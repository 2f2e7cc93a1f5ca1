"""What the portal calls things: each queue's case, and each outcome, said to the party."""

from backoffice.core.decision import Decision
from backoffice.core.text import N_

CASES = {
    "registration": N_("Registration"),
    "profile_change": N_("Profile change"),
    "listing": N_("Listing"),
    "notice": N_("Notice"),
    "appeal": N_("Appeal"),
}
EXAMINED = {
    "registration": N_("We are examining your registration"),
    "profile_change": N_("We are examining your profile change"),
    "listing": N_("We are examining your listing"),
    "notice": N_("We are examining a notice"),
    "appeal": N_("We are examining your appeal"),
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
    ("notice", "upheld"): N_("A notice is upheld"),
    ("notice", "upheld_in_part"): N_("A notice is upheld in part"),
    ("notice", "dismissed"): N_("A notice is dismissed"),
    ("appeal", "confirmed"): N_("Your appeal: our decision stands"),
    ("appeal", "overturned"): N_("Your appeal: our decision is reversed"),
    ("appeal", "amended"): N_("Your appeal: our decision is changed"),
}


def outcome(noun: str, decision: Decision) -> str:
    """Return the headline of a decision."""
    if decision.resolution == "rerouted":
        return N_("Your case goes on in another queue, under another reference")
    return OUTCOMES.get((noun, decision.resolution or ""), N_("We have decided"))
