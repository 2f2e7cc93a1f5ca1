"""What every e-mail is written from, as the code that owes it writes it."""

from typing import Any

from tests.factories import (
    mails_of_billing,
    mails_of_disputes,
    mails_of_erasures,
    mails_of_notices,
    mails_of_ticket,
)
from tests.factories.mail_parts import OUTCOME, PARTY, QUESTION, RECEIPT, STATEMENT

REFUSAL = {**OUTCOME, "statement": STATEMENT}
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
    "appeal.received": {**RECEIPT, **ABOUT, "portal": 12},
    "appeal.confirmed": ANSWER,
    "appeal.overturned": ANSWER,
    "appeal.amended": ANSWER,
    "appeal.info_requested": QUESTION,
    "seller.terminated": MEASURED,
    "seller.reinstated": MEASURED,
    "order.not_shipped": ORDER,
    "order.not_delivered": SHIPPED,
    "message.unanswered": MESSAGE,
    "staff.invited": STAFF,
    "staff.reset": STAFF,
    **mails_of_billing.CONTEXTS,
    **mails_of_disputes.CONTEXTS,
    **mails_of_erasures.CONTEXTS,
    **mails_of_notices.CONTEXTS,
    **mails_of_ticket.CONTEXTS,
}
"""One context per e-mail, as the code that owes it writes it."""

VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "registration.terminated": {"at-once": {**ENDED, "is_notice": False}},
    "order.not_delivered": {"unshipped": {**ORDER, "days": 4}},
    "message.unanswered": {"about-no-order": {**MESSAGE, "reference": ""}},
    **mails_of_billing.VARIANTS,
    **mails_of_disputes.VARIANTS,
    **mails_of_erasures.VARIANTS,
    **mails_of_notices.VARIANTS,
    **mails_of_ticket.VARIANTS,
}
"""More contexts of an e-mail that several parties read, or one after an appeal, each named."""
