"""The OpenAPI document itself."""

from flask import Response, jsonify

from backoffice.intake.blueprint import blueprint
from backoffice.intake.openapi import document
from backoffice.staff.guard import public


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """Return the document of this API; it asks for no key."""
    return jsonify(document())
