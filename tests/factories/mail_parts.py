"""What e-mails of several kinds have in common."""

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
