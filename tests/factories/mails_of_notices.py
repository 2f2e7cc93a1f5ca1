"""What the e-mails of notices are written from."""

from typing import Any

from tests.factories.mail_parts import OUTCOME, PARTY, QUESTION, RECEIPT, STATEMENT

NOTICE = {**PARTY, "reference": "NOT-2026-000021", "title": "Bouilloire, style Kervanec (+1)"}
REPORTED = ["Bouilloire, style Kervanec", "Théière, style Kervanec"]
UPHELD = {
    **OUTCOME,
    **NOTICE,
    "side": "notifier",
    "statement": {
        **STATEMENT,
        "measure": "We have examined your notice and act on a part of what you reported.",
        "facts": "La théière est vendue par un revendeur agréé.",
    },
    "outcomes": [
        {"title": REPORTED[0], "outcome": "Listing withdrawn for good"},
        {"title": REPORTED[1], "outcome": "No action"},
    ],
}
HIT = {
    **STATEMENT,
    "reference": NOTICE["reference"],
    "about": REPORTED[0],
    "measure": "We withdraw this listing from sale.",
    "duration": "For good.",
    "facts": "Le titre et la photo montrent le signe KERVANEC.",
    "source": "notice",
    "grounds": [
        {
            "code": "notice_trademark",
            "label": "Marque d’un tiers",
            "text": "Le signe est employé sans l’accord du titulaire de la marque.",
            "rule": "CPI art. L713-2",
            "ground": "illegal",
        }
    ],
}
WARNED = {
    **HIT,
    "about": "Ateliers Brumaire & Fils",
    "measure": "We warn you: the same again may lead to a suspension.",
    "duration": "It is kept on your file.",
}
TO_SELLER = {
    **OUTCOME,
    **NOTICE,
    "side": "seller",
    "targets": REPORTED,
    "statements": [HIT, WARNED],
    "lifted": [],
    "on_appeal": False,
}
LIFTED = [{"title": REPORTED[0], "measure": "Withdraw the listing for good"}]
AGAIN = {**TO_SELLER, "replaces": True, "on_appeal": True, "lifted": LIFTED}
SPARED = {**TO_SELLER, "statements": []}
CONTEXTS: dict[str, dict[str, Any]] = {
    "notice.received": {**RECEIPT, **NOTICE, "targets": REPORTED, "portal": 12},
    "notice.info_requested": {**QUESTION, **NOTICE, "fields": []},
    "notice.seller_asked": {**QUESTION, **NOTICE, "fields": [], "targets": REPORTED},
    "notice.upheld": UPHELD,
    "notice.dismissed": UPHELD,
}
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "notice.upheld": {
        "seller": TO_SELLER,
        "seller-spared": SPARED,
        "seller-in-part-freed": {**AGAIN, "statements": [{**WARNED, "restates": True}]},
        "seller-freed": {**AGAIN, "statements": []},
        "notifier-again": {**UPHELD, "replaces": True, "on_appeal": True},
    },
    "notice.dismissed": {
        "seller": SPARED,
        "seller-freed": {**AGAIN, "statements": []},
        "notifier-again": {**UPHELD, "replaces": True, "on_appeal": True},
    },
}
