"""The API called with whatever its document allows and forbids: no 5xx, no mismatch with it."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from backoffice import intake
from tests.factories.seller import make_seller

EXAMPLES_MAX = 30
# What the document's types allow may still be no SIREN, or an edit of another version.
REFUSED = ["2xx", "400", "404", "409", "412", "422"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": REFUSED}}}


def document() -> dict:
    """Return the document without starting the application: tests are made of it."""
    app = Flask("document")
    intake.init_app(app)
    return app.test_client().get("/api/v1/openapi.json").json


api = schemathesis.openapi.from_dict(document(), config=SchemathesisConfig.from_dict(CONFIG))


@pytest.fixture
def seller(session, files_dir) -> str:
    """The identifier of a registered seller."""
    external_id = make_seller(session).external_id
    session.commit()
    return external_id


@api.parametrize()
@settings(
    max_examples=EXAMPLES_MAX,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_holds_to_its_document(case, app, key, seller):
    case.operation.schema.app = app
    if case.meta.generation.mode.is_positive and "external_id" in (case.path_parameters or {}):
        case.path_parameters["external_id"] = seller
    case.call_and_validate(app=app, headers={"Authorization": f"Bearer {key}"})
