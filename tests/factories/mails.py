"""What every e-mail is written from, as the code that owes it writes it."""

from typing import Any

from tests.factories import mails_of_erasures, mails_of_ticket

STATEMENT = {
    "reference": "REG-2026-000017",
    "recipient": "Camille Moreau",
    "measure": "We do not approve your registration.",
    "scope": "The whole marketplace.",
    "duration": "Until a new decision.",
    "facts": "L’extrait Kbis est daté du 3 janvier 2026.\nIl a plus de trois mois.",
    "source": "own_initiative",
    "automated_detection": True,
    "automated_decision": False,
    "grounds": [
        {
            "code": "document_outdated",
            "label": "Document trop ancien",
            "text": "Un extrait de moins de trois mois est demandé à chaque inscription.",
            "rule": "CGV 4.2, DSA art. 30",
            "ground": "terms",
        }
    ],
    "decided_at": "2026-06-09T07:12:00+00:00",
    "appeal_until": "2026-12-09T22:59:59+00:00",
}
PARTY = {
    "recipient": "Camille Moreau",
    "reference": "REG-2026-000017",
    "title": "Ateliers Brumaire & Fils",
}
OUTCOME = {
    **PARTY,
    "statement": None,
    "appeal_until": "2026-12-09T22:59:59+00:00",
    "replaces": False,
    "portal": 12,
}
REFUSAL = {**OUTCOME, "statement": STATEMENT}
PLAN_MONTH = {
    "recipient": "Camille Moreau",
    "title": "Ateliers Brumaire & Fils",
    "reference": "SANDBOX-0042",
    "plan": "Pro",
    "amount_minor": 4990,
    "currency": "EUR",
    "period_start": "2026-06-09T07:12:00+00:00",
    "period_end": "2026-07-09T07:12:00+00:00",
    "due_at": "2026-06-16T07:12:00+00:00",
    "day": "2026-07-15T07:12:00+00:00",
    "pay_url": "https://invoice.stripe.com/i/in_42",
}
SUSPENDED = {
    **OUTCOME,
    "statement": {
        **STATEMENT,
        "measure": "We suspend your account: your listings are not shown and you cannot sell.",
        "duration": {"msgid": "Until %(day)s.", "values": {"day": "2026-06-23"}},
    },
    "until": "2026-06-23T21:59:59+00:00",
}
ENDED = {
    **OUTCOME,
    "statement": {
        **STATEMENT,
        "measure": "We end your account: you can no longer sell here.",
        "duration": {"msgid": "From %(day)s on, for good.", "values": {"day": "2026-07-09"}},
    },
    "ends_at": "2026-07-09T07:13:00+00:00",
    "is_notice": True,
}
QUESTION = {
    **PARTY,
    "question": "Quel est le SIRET de l’établissement ?\nEt sa ville ?",
    "fields": ["SIREN", "Address"],
    "until": "2026-06-16T21:59:59+00:00",
    "portal": 12,
}
RECEIPT = {
    **PARTY,
    "received_at": "2026-06-09T07:12:00+00:00",
    "due_at": "2026-06-11T16:00:00+00:00",
}
ABOUT = {"about": "REG-2026-000003"}
HELD = {
    "measure": "We have examined your appeal: our decision stands.",
    "scope": "The decision that you contested.",
    "duration": "As the first decision says.",
    "facts": "Le registre nomme toujours l’ancienne gérante.",
    "grounds": [],
    "automated_detection": False,
}
ANSWER = {**OUTCOME, **ABOUT, "statement": {**STATEMENT, **HELD}}
STAFF = {
    "name": "Inès Carpentier",
    "email": "ines@marjolaine.example",
    "staff_link": 3,
    "expires_at": "2026-06-16T07:12:00+00:00",
}
CHANGED = {
    "recipient": "Camille Moreau",
    "title": "Ateliers Brumaire & Fils",
    "old_email": "a•••@exemple.fr",
    "new_email": "b•••@exemple.fr",
    "changed_at": "2026-06-09T07:12:00+00:00",
}
MEASURED = {**PARTY, "reference": "NOT-2026-000012", "decided_at": "2026-06-09T07:12:00+00:00"}
ORDER = {
    **{name: PARTY[name] for name in ("recipient", "title")},
    "reference": "CMD-2026-88121",
    "paid_at": "2026-06-05T16:20:00+00:00",
    "shipped_at": None,
    "carrier": "",
    "tracking_number": "",
    "days": 2,
    "articles": ["2 × Bouilloire col de cygne, 1 L", "1 × Filtres en papier, par 100"],
}
SHIPPED = {
    **ORDER,
    "days": 4,
    "shipped_at": "2026-06-07T08:30:00+00:00",
    "carrier": "Colissimo",
    "tracking_number": "6A12345678901",
}
MESSAGE = {
    **{name: PARTY[name] for name in ("recipient", "title")},
    "reference": "CMD-2026-88121",
    "thread": "fil-5521",
    "author": "Claire D.",
    "sent_at": "2026-06-08T16:40:00+00:00",
    "excerpt": "Bonjour, quand ma commande part-elle ?",
    "hours": 24,
}
LISTING = {**PARTY, "reference": "LST-2026-004770", "title": "Bouilloire, style Kervanec"}
REFUSED_LISTING = {
    "title": "Bouilloire col de cygne, style Kervanec",
    "external_id": "bouilloire-12",
    "reference": "LST-2026-004770",
    "is_online": False,
    "replaces": False,
    "statement": {
        **STATEMENT,
        "measure": "We do not publish this listing.",
        "facts": "Le titre cite la marque « Kervanec ».",
        "grounds": [
            {
                "code": "listing_rights",
                "label": "Marque protégée sans autorisation",
                "text": "L’annonce emploie une marque protégée sans autorisation du titulaire.",
                "rule": "CPI art. L713-2, CGV 6.3",
                "ground": "illegal",
            }
        ],
    },
    "portal": 12,
}
DIGEST = {
    "recipient": "Camille Moreau",
    "reference": "2026-06-09-4812",
    "file": "inventaire.csv",
    "received_at": "2026-06-09T07:12:00+00:00",
    "approved": 2,
    "refused": 2,
    "waiting": 1,
    "refusals": [
        REFUSED_LISTING,
        {
            **REFUSED_LISTING,
            "title": "Guirlande en papier, 20 m",
            "external_id": "guirlande",
            "reference": "LST-2026-004771",
            "is_online": True,
            "replaces": True,
            "portal": 13,
        },
    ],
    "approvals": [
        {"title": "Théière en grès émaillé", "external_id": "theiere", "replaces": False},
        {"title": "Sucrier à couvercle", "external_id": "sucrier", "replaces": True},
    ],
    "appeal_until": "2026-12-09T22:59:59+00:00",
    "portal": 12,
    "digest": None,
}
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
INVOICE = {
    **{name: PARTY[name] for name in ("recipient", "title")},
    "invoice": 4,
    "reference": "F-2026-000123",
    "gross_minor": 12345,
    "due_minor": 0,
    "currency": "EUR",
    "begins_on": "2026-05-01",
    "ends_on": "2026-05-31",
    "due_on": "2026-06-01",
    "corrects": "",
    "reason": "",
}
CREDIT = {
    **INVOICE,
    "reference": "A-2026-000007",
    "corrects": "F-2026-000123",
    "reason": "Geste commercial",
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "registration.received": RECEIPT,
    "registration.approved": OUTCOME,
    "registration.rejected": REFUSAL,
    "registration.info_requested": QUESTION,
    "registration.suspended": SUSPENDED,
    "registration.reinstated": OUTCOME,
    "registration.terminated": ENDED,
    "registration.rerouted": {**PARTY, "new_reference": "TIC-2026-000004"},
    "profile_change.approved": {**OUTCOME, "replaces": True},
    "profile_change.rejected": REFUSAL,
    "profile_change.info_requested": QUESTION,
    "profile_change.rerouted": PARTY,
    "profile_change.email_changed": CHANGED,
    "listing.decided": DIGEST,
    "listing.suspended": REFUSAL | LISTING,
    "listing.reinstated": OUTCOME | LISTING,
    "listing.withdrawn": REFUSAL | LISTING,
    "listing.info_requested": QUESTION | LISTING,
    "notice.received": {**RECEIPT, **NOTICE, "targets": REPORTED, "portal": 12},
    "notice.info_requested": {**QUESTION, **NOTICE, "fields": []},
    "notice.seller_asked": {**QUESTION, **NOTICE, "fields": [], "targets": REPORTED},
    "notice.upheld": UPHELD,
    "notice.dismissed": UPHELD,
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
    "appeal.received": {**RECEIPT, **ABOUT, "portal": 12},
    "appeal.confirmed": ANSWER,
    "appeal.overturned": ANSWER,
    "appeal.amended": ANSWER,
    "appeal.info_requested": QUESTION,
    "seller.terminated": MEASURED,
    "seller.reinstated": MEASURED,
    "order.not_shipped": ORDER,
    **dict.fromkeys(
        (
            "subscription.invoiced",
            "subscription.unpaid",
            "subscription.suspending",
            "subscription.suspended",
            "subscription.resumed",
        ),
        PLAN_MONTH,
    ),
    "order.not_delivered": SHIPPED,
    "message.unanswered": MESSAGE,
    "invoice.issued": INVOICE,
    "credit_note.issued": CREDIT,
    "staff.invited": STAFF,
    "staff.reset": STAFF,
    **mails_of_erasures.CONTEXTS,
    **mails_of_ticket.CONTEXTS,
}
"""One context per e-mail, as the code that owes it writes it."""

VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "registration.terminated": {"at-once": {**ENDED, "is_notice": False}},
    "order.not_delivered": {"unshipped": {**ORDER, "days": 4}},
    "invoice.issued": {"to-pay": {**INVOICE, "due_minor": 12345}},
    "message.unanswered": {"about-no-order": {**MESSAGE, "reference": ""}},
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
    **mails_of_erasures.VARIANTS,
    **mails_of_ticket.VARIANTS,
}
"""More contexts of an e-mail that several parties read, or one after an appeal, each named."""
