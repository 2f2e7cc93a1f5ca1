"""The API called with whatever its document allows and forbids: no 5xx, no mismatch with it."""

from itertools import count
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from sqlalchemy import select

from backoffice import intake
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.marketplace.listing import publish
from tests.factories.dispute import make_dispute
from tests.factories.erasure import make_erasure
from tests.factories.imports import HEADING, make_import
from tests.factories.listing import make_listing
from tests.factories.notice import make_notice, named
from tests.factories.order import make_order
from tests.factories.seller import make_seller
from tests.factories.ticket import make_ticket
from tests.factories.user_text import make_message, make_review

EXAMPLES_MAX = 3
MAIL = "message/rfc822"
# What the document's types allow may still be no SIREN, or an edit of another version.
EXPECTED = ["2xx", "400", "404", "409", "412", "422"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": EXPECTED}}}
ROWS = {"/listings/": ("external_id", "listing"), "/notices/": ("reference", "notice"),
        "/disputes/": ("external_id", "dispute"),
        "/erasures/": ("external_id", "erasure")}  # fmt: skip
numbers = count(1)


@schemathesis.serializer(MAIL)
def as_it_is(context, value) -> bytes:
    """Send the body of a mail as it was made up."""
    return str(value).encode("utf-8", "surrogateescape")


class Entry:
    """The WSGI application that is called: at first one that only has the document."""

    def __init__(self) -> None:
        self.app = Flask("document")
        intake.init_app(self.app)

    def __call__(self, environ, start_response):
        """Hand the call on."""
        return self.app(environ, start_response)


entry = Entry()
api = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", entry, config=SchemathesisConfig.from_dict(CONFIG)
)


@pytest.fixture
def known(app, session, files_dir, monkeypatch) -> dict[str, Any]:
    """What may stand in a call: a seller, a case, a published listing, an import."""
    monkeypatch.setattr(entry, "app", app)
    seller = make_seller(session)
    reference = session.scalars(select(Case.reference)).one()
    listing, revision, case = make_listing(session, seller)
    publish(listing, revision, now())
    case.state, case.resolution = "closed", "approved"
    notice = make_notice(session, listing)
    imported = make_import(session, HEADING, seller=seller)
    for make in (make_review, make_message, make_order):
        make(session, seller, external_id=seller.external_id)
    session.commit()
    return {
        "external_id": seller.external_id,
        "reference": reference,
        "seller": seller.external_id,
        "listing": listing.external_id,
        "category": revision.category,
        "import_id": imported.id,
        "notice": notice.case.reference,
        "targets": [named(listing)],
        "dispute": make_dispute(session).dispute.external_id,
        "erasure": make_erasure(session).erasure.external_id,
        "ticket_id": make_ticket(session).ticket.id,
    }


@api.parametrize()
@settings(
    max_examples=EXAMPLES_MAX,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_holds_to_its_document(case, key, known):
    if case.meta.generation.mode.is_positive:
        for name in case.path_parameters or {}:
            called = next((row for part, row in ROWS.items() if part in case.path), ("", ""))
            given = known.get(called[1] if called[0] == name else name)
            case.path_parameters[name] = given or case.path_parameters[name]
        if case.method == "POST":
            case.headers["Idempotency-Key"] = f"call-{next(numbers)}"
            if isinstance(case.body, dict) and "external_id" in case.body:
                case.body["external_id"] = f"shop-{next(numbers)}"
        if case.path.endswith("/tickets"):
            case.body["requester"] = {"kind": "seller", "external_id": known["seller"]}
            case.body.pop("order", None)
        if case.method == "PUT":
            case.body = {**case.body, "seller": known["seller"]}
            case.body.pop("listing", None)
        if case.path.endswith("/notices"):
            case.body["targets"] = known["targets"]
        if case.path.endswith("/listings"):
            case.body |= {"seller": known["seller"], "category": known["category"]}
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"})
