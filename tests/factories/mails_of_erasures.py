"""What the e-mails about account deletions are written from, as the queue writes them."""

from typing import Any

ABOUT = {
    "recipient": "Ateliers Brumaire & Fils",
    "reference": "DEL-2026-000008",
    "kind": "both",
    "portal": 12,
}
ASKED = {
    **ABOUT,
    "by_another": False,
    "received_at": "2026-06-09T07:12:00+00:00",
    "due_at": "2026-07-09T21:59:59+00:00",
}
GOES = [
    {
        "msgid": "%(what)s: %(action)s",
        "values": {
            "what": {"msgid": "Contact data", "values": {}},
            "action": {"msgid": "deleted", "values": {}},
        },
    }
]
STAYS = [
    {
        "msgid": "%(what)s: kept until %(day)s (%(basis)s)",
        "values": {
            "what": {"msgid": "Accounting documents", "values": {}},
            "basis": {"msgid": "Commercial Code, art. L123-22", "values": {}},
            "day": "2036-12-31",
        },
    }
]
DECIDED = {
    **ABOUT,
    "title": "Ateliers Brumaire & Fils",
    "side": "seller",
    "facts": "",
    "waits": [],
    "goes": GOES,
    "stays": STAYS,
    "statement": None,
    "appeal_until": "2026-12-09T22:59:59+00:00",
    "replaces": False,
}
STATEMENT = {
    "reference": "DEL-2026-000008",
    "recipient": "Ateliers Brumaire & Fils",
    "about": "",
    "measure": "We grant a part of your request and keep the rest.",
    "scope": "The data of this account.",
    "duration": "Until the days that the law sets for each kind of data.",
    "facts": "Un litige est porté devant le tribunal de commerce de Lyon.",
    "source": "own_initiative",
    "automated_detection": False,
    "automated_decision": False,
    "grounds": [
        {
            "code": "erasure_legal_claims",
            "label": "Constatation, exercice ou défense de droits en justice",
            "text": "Ces données sont nécessaires à la défense de droits en justice.",
            "rule": "RGPD art. 17(3)(e)",
            "ground": "exception",
        }
    ],
    "decided_at": "2026-06-09T07:12:00+00:00",
    "appeal_until": "2026-12-09T22:59:59+00:00",
}
WAITS = ["A dispute is open", "Goods may still be sent back"]
DOUBT = {
    **ABOUT,
    "title": "Ateliers Brumaire & Fils",
    "question": "L’adresse du compte a changé hier.\nUne copie masquée de votre pièce suffit.",
    "fields": ["Proof of identity"],
    "until": "2026-06-16T21:59:59+00:00",
}
MORE_TIME = {
    **ASKED,
    "facts": "Trois comptes liés sont à examiner ensemble.",
    "due_at": "2026-09-09T21:59:59+00:00",
}
REFUSED = {
    **DECIDED,
    "goes": [],
    "stays": [],
    "statement": {**STATEMENT, "measure": "We do not grant your request."},
}
EXECUTED = {
    **{name: value for name, value in ASKED.items() if name not in ("portal", "due_at")},
    "side": "seller",
    "executed_at": "2026-06-12T08:00:00+00:00",
    "goes": GOES,
    "stays": STAYS,
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "erasure.received": ASKED,
    "erasure.asked_by_other": {"reference": ABOUT["reference"]},
    "erasure.accepted": {**DECIDED, "waits": WAITS},
    "erasure.accepted_in_part": {**DECIDED, "statement": STATEMENT},
    "erasure.refused": REFUSED,
    "erasure.extended": MORE_TIME,
    "erasure.identity_asked": DOUBT,
    "erasure.withdrawn": DECIDED,
    "erasure.executed": EXECUTED,
}
"""One context per e-mail."""

VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "erasure.received": {
        "by-another-address": {**ASKED, "by_another": True},
        "close-alone": {**ASKED, "kind": "close"},
    },
    "erasure.accepted": {"buyer": {**DECIDED, "side": "buyer", "kind": "erase", "facts": "Merci."}},
}
"""More contexts of an e-mail, each named."""
