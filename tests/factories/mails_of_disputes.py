"""What the e-mails of disputes are written from."""

from typing import Any

from tests.factories.mail_parts import OUTCOME, PARTY, QUESTION, RECEIPT, STATEMENT

DISPUTE = {
    **PARTY,
    "reference": "DIS-2026-000142",
    "title": "Enceinte Ondine 2",
    "order": "2026-88104",
    "goods": "Enceinte Ondine 2",
    "claimed_minor": 24790,
    "currency": "EUR",
    "side": "seller",
}
OPENED = {**RECEIPT, **DISPUTE, "portal": 12}
DISPUTED = {
    **OUTCOME,
    **DISPUTE,
    "facts": "La photo A-2, prise au déballage, montre déjà le 48731.",
    "on_appeal": False,
    "amount_minor": 24790,
    "leaving_minor": 24790,
    "before_minor": 0,
    "compensation_minor": 0,
    "return_by": None,
    "return_address": "",
}
DISPUTE_GROUND = {
    **STATEMENT,
    "reference": DISPUTE["reference"],
    "scope": "This order alone.",
    "facts": DISPUTED["facts"],
    "source": "complaint",
    "automated_detection": False,
    "grounds": [
        {
            "code": "dispute_proof_missing",
            "label": "Contestation non prouvée",
            "text": "Les pièces du vendeur ne prouvent pas ce qu’il oppose à la demande.",
            "rule": "Conditions de retour, art. 6",
            "ground": "terms",
        }
    ],
}
BORNE = {**DISPUTE_GROUND, "measure": "We refund the buyer."}
REFUSED_REFUND = {**DISPUTE_GROUND, "measure": "We refuse your refund request."}
IN_PART = {
    **DISPUTE_GROUND,
    "measure": {
        "msgid": "You receive %(amount)s of the %(claimed)s that you asked for.",
        "values": {
            "amount": {"fr": "50,00 €", "en": "€50.00"},
            "claimed": {"fr": "247,90 €", "en": "€247.90"},
        },
    },
}
BACK = {
    "return_by": "2026-06-23T21:59:59+00:00",
    "return_address": "Sillon Audio\n12 rue du Port\n44000 Nantes",
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "dispute.received": OPENED,
    "dispute.buyer_asked": {**QUESTION, **DISPUTE, "fields": []},
    "dispute.seller_asked": {**QUESTION, **DISPUTE, "fields": []},
    "dispute.protected": {**DISPUTED, "side": "buyer", "statement": REFUSED_REFUND},
    "dispute.refunded": {**DISPUTED, "statement": BORNE},
    "dispute.goodwill_granted": {
        **DISPUTED,
        "side": "buyer",
        "amount_minor": 5000,
        "leaving_minor": 5000,
        "statement": {**IN_PART, "grounds": []},
    },
}
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "dispute.received": {"buyer": {**OPENED, "side": "buyer"}},
    "dispute.protected": {
        "seller": DISPUTED,
        "seller-compensated": {
            **DISPUTED,
            "replaces": True,
            "on_appeal": True,
            "compensation_minor": 22559,
        },
    },
    "dispute.refunded": {
        "buyer": {**DISPUTED, "side": "buyer"},
        "buyer-returns": {**DISPUTED, **BACK, "side": "buyer"},
        "buyer-in-part": {
            **DISPUTED,
            "side": "buyer",
            "amount_minor": 5000,
            "leaving_minor": 2000,
            "before_minor": 3000,
            "replaces": True,
            "statement": IN_PART,
        },
        "seller-returns": {**DISPUTED, **BACK, "statement": BORNE},
    },
    "dispute.goodwill_granted": {"seller": DISPUTED},
}
