"""What the e-mails about plans and invoices are written from."""

from typing import Any

from tests.factories.mail_parts import PARTY

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
    "invoice.issued": INVOICE,
    "credit_note.issued": CREDIT,
}
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "invoice.issued": {"to-pay": {**INVOICE, "due_minor": 12345}},
}
