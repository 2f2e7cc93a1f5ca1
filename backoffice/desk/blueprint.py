"""The blueprint that every page of this room hangs on, and what its templates may call."""

from typing import Any
from uuid import uuid4

from flask import Blueprint

from backoffice.desk import words

blueprint = Blueprint("desk", __name__)


@blueprint.context_processor
def shared() -> dict[str, Any]:
    """Give templates the words of states and flags, and a fresh number for a form."""
    return {"words": words, "once": lambda: uuid4().hex}
