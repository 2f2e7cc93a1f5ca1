"""The blueprint that every call of API v1 hangs on."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
