"""What the e-mails of tickets are written from."""

from typing import Any

TICKET = {
    "recipient": "Camille Moreau",
    "reference": "TIC-2026-000017",
    "title": "Où en est mon virement ?",
    "portal": 12,
}
REPLIED = {
    **TICKET,
    "text": "Le virement est parti ce matin.\n\nIl arrive en deux jours ouvrés.",
    "files": [],
    "quoted": "Bonjour,\nle virement de lundi n’est pas arrivé.",
    "quoted_at": "2026-06-08T07:12:00+00:00",
}
FILES = {"files": ["releve.pdf", "avis-de-virement.pdf"]}
SOLVED = {**REPLIED, "text": "", "reopen_until": "2026-07-09T21:59:59+00:00"}
CONTEXTS: dict[str, dict[str, Any]] = {
    "ticket.received": {**TICKET, "due_at": "2026-06-11T16:00:00+00:00"},
    "ticket.replied": REPLIED,
    "ticket.solved": SOLVED,
    "ticket.merged": {**TICKET, "into": "TIC-2026-000009", "into_title": "Virement du 2 juin"},
    "ticket.opened": {**TICKET, "text": REPLIED["text"], "files": []},
}
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "ticket.replied": {"files": {**REPLIED, **FILES}},
    "ticket.solved": {"closing-words": {**SOLVED, **FILES, "text": REPLIED["text"]}},
}
