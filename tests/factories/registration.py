"""Registrations for tests: bodies as a marketplace sends them, and received ones."""

import json
from base64 import b64encode
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.billing.subscribing import subscribe
from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.open import open_case
from backoffice.core.permissions import SYSTEM
from backoffice.dev.sandboxes.demo_companies import invented_siren, siret_of
from backoffice.marketplace.identifiers import vat_number_of
from backoffice.marketplace.sanction import FACTORS, Basis, suspend_seller, warn
from backoffice.marketplace.seller import SellerStatus, set_status
from backoffice.queues.registrations.account import ACCOUNT
from backoffice.queues.registrations.form import RegistrationForm
from backoffice.queues.registrations.queue import QUEUE
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


def make_account_case(session: Session, status: SellerStatus = SellerStatus.ACTIVE) -> Case:
    """Register one more seller, who was warned and who is suspended if asked; open the case."""
    registration, case = make_registration(session)
    seller, today = registration.seller, now()
    set_status(seller, SellerStatus.ACTIVE, at=today - timedelta(days=60))
    subscribe(session, seller, registration.plan)
    case.state, case.resolution, case.closed_at = State.CLOSED, "approved", now()
    warn(session, seller, Basis(today - timedelta(days=30)))
    if status == SellerStatus.SUSPENDED:
        weighed = dict.fromkeys(FACTORS, "Trois annonces sur quatre.")
        basis = Basis(today - timedelta(days=1))
        suspend_seller(session, seller, today + timedelta(days=10), weighed, basis)
    session.flush()
    return open_case(session, QUEUE, registration, actor=SYSTEM, channel="staff", kind=ACCOUNT)


def make_case_for(session: Session, action: str) -> Case:
    """Open one more case of the kind that an action is for."""
    if action in ("suspend", "terminate", "keep"):
        return make_account_case(session)
    if action == "reinstate":
        return make_account_case(session, SellerStatus.SUSPENDED)
    return make_case(session)
