"""The API called with whatever its document allows and forbids: no 5xx, no mismatch with it."""

from itertools import count

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from sqlalchemy import select

from backoffice import intake
from backoffice.core.case import Case
from tests.factories.seller import make_seller

EXAMPLES_MAX = 20
# What the document's types allow may still be no SIREN, or an edit of another version.
EXPECTED = ["2xx", "400", "404", "409", "412", "422"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": EXPECTED}}}
numbers = count(1)


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
def known(app, session, files_dir, monkeypatch) -> dict[str, str]:
    """What may stand in an address: a registered seller, and a case."""
    monkeypatch.setattr(entry, "app", app)
    seller = make_seller(session)
    session.commit()
    reference = session.scalars(select(Case.reference)).one()
    return {"external_id": seller.external_id, "reference": reference}


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
            case.path_parameters[name] = known[name]
        if case.method == "POST":
            case.body["external_id"] = f"shop-{next(numbers)}"
            case.headers["Idempotency-Key"] = f"call-{next(numbers)}"
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"})
