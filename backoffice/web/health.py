"""Whether the process lives (`/healthz`) and whether it can work (`/readyz`)."""

import logging
from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)

Probe = Callable[[], object]
"""Returns when the part answers, raises when it does not."""


def init_app(app: Flask, probes: Mapping[str, Probe]) -> None:
    """Register the two addresses; the factory knows what to probe."""
    app.extensions["probes"] = probes
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer that the process runs."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when every part can be reached, else 503 with the ones that cannot."""
    parts = {name: _state(name, probe) for name, probe in current_app.extensions["probes"].items()}
    is_ready = all(state == "ok" for state in parts.values())
    return jsonify(status="ok" if is_ready else "unavailable", **parts), 200 if is_ready else 503


def _state(name: str, probe: Probe) -> str:
    try:
        probe()
    except Exception as error:  # a part that starts is asked often: a line each is enough
        log.warning("%s is not ready: %r", name, error)
        return "unavailable"
    return "ok"
