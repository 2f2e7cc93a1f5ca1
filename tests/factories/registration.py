"""Registrations for tests: bodies as a marketplace sends them, and received ones."""

import json
from base64 import b64encode
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.permissions import SYSTEM
from backoffice.dev.sandboxes.demo_companies import invented_siren, siret_of
from backoffice.marketplace.identifiers import vat_number_of
from backoffice.queues.registrations.form import RegistrationForm
from backoffice.queues.registrations.receive import Attempt, receive
from tests.fakes.documents import pdf

_numbers = count(40_000)


def registration_body(**changes: Any) -> dict[str, Any]:
    """Return what a marketplace posts for one more company; `a__b=value` changes a part of it.

    A value `...` (Ellipsis) leaves the part out.
    """
    number = next(_numbers)
    siren = invented_siren(number)
    body: dict[str, Any] = {
        "external_id": f"shop-{number}",
        "plan": "pro",
        "locale": "fr",
        "company": {
            "legal_name": f"Atelier {number}",
            "siren": siren,
            "siret": siret_of(siren),
            "vat_number": vat_number_of(siren),
            "address": {
                "line1": f"{number} rue des Lilas",
                "postal_code": "75011",
                "city": "Paris",
                "country": "FR",
            },
        },
        "representative": {
            "first_name": "Jeanne",
            "last_name": f"Martin {number}",
            "email": f"jeanne.martin{number}@example.com",
            "phone": "+33199000001",
            "birth_date": "1980-02-29",
        },
        "contact_email": f"contact{number}@example.com",
        "iban": "FR7630006000011234567890189",
        "self_certified": True,
        "documents": [document("kbis")],
    }
    for path, value in changes.items():
        put(body, path, value)
    return body


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set or leave out a part of a body named as `company__siren`."""
    *steps, name = path.split("__")
    for step in steps:
        body = body.setdefault(step, {})
    if value is ...:
        body.pop(name, None)
    else:
        body[name] = value


def document(kind: str, data: bytes | None = None, **changes: Any) -> dict[str, str]:
    """Return a document as it is posted."""
    return {
        "kind": kind,
        "filename": f"{kind}.pdf",
        "content_type": "application/pdf",
        "content_base64": b64encode(pdf() if data is None else data).decode(),
        **changes,
    }


def make_registration(session: Session, **changes: Any) -> Attempt:
    """Receive one more registration."""
    body = json.dumps(registration_body(**changes))
    return receive(session, RegistrationForm.model_validate_json(body), actor=SYSTEM)


def make_case(session: Session) -> Case:
    """Open one more case, as the tests that go over every queue ask each factory."""
    return make_registration(session).case
