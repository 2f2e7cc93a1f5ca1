"""What the portal calls things: each queue's case, and each outcome, said to the party."""

from backoffice.core.decision import Decision
from backoffice.core.text import N_

CASES = {
    "registration": N_("Registration"),
    "profile_change": N_("Profile change"),
    "appeal": N_("Appeal"),
}
EXAMINED = {
    "registration": N_("We are examining your registration"),
    "profile_change": N_("We are examining your profile change"),
    "appeal": N_("We are examining your appeal"),
}
OUTCOMES = {
    ("registration", "approved"): N_("Your registration is approved"),
    ("registration", "rejected"): N_("Your registration is not approved"),
    ("profile_change", "approved"): N_("Your profile change is approved"),
    ("profile_change", "rejected"): N_("Your profile change is not approved"),
    ("appeal", "confirmed"): N_("Your appeal: our decision stands"),
    ("appeal", "overturned"): N_("Your appeal: our decision is reversed"),
    ("appeal", "amended"): N_("Your appeal: our decision is changed"),
}


def outcome(noun: str, decision: Decision) -> str:
    """Return the headline of a decision."""
    if decision.resolution == "rerouted":
        return N_("Your case goes on in another queue, under another reference")
    return OUTCOMES.get((noun, decision.resolution or ""), N_("We have decided"))
