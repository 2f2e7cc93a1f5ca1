"""The development receiver of webhooks: verifies, keeps and shows them as an integration would."""

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from backoffice.core.clock import now
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.secrets import decrypt
from backoffice.extensions import csrf, db
from backoffice.staff.guard import public
from config.settings import get_settings

blueprint = Blueprint("webhooks", __name__, url_prefix="/dev")
SHOWN = 200


def folder() -> Path:
    """Return where they lie: beside the files of the same run."""
    return get_settings().files_dir.parent / "webhooks"


@blueprint.post("/webhooks/receive")
@public
@csrf.exempt
def receive() -> ResponseReturnValue:
    """Take one webhook as an integration does: 204 when its signature is right, else 400."""
    body = request.get_data(as_text=True)
    is_verified = any(_verifies(secret, body) for secret in _secrets())
    keep(
        {
            "id": request.headers.get("webhook-id"),
            "received_at": now().isoformat(),
            "verified": is_verified,
            **(_read(body) if is_verified else {"body": body}),
        }
    )
    return "", 204 if is_verified else 400


def _secrets() -> Iterator[str]:
    for encrypted in db.session.scalars(select(WebhookEndpoint.secret_encrypted)):
        yield decrypt(encrypted)


def _verifies(secret: str, body: str) -> bool:
    try:
        Webhook(secret).verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _read(body: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body)
    return said


def keep(received: dict[str, Any]) -> None:
    """Write one webhook to a file of its own, whole or not at all."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder() / f".{name}"
    unfinished.write_text(json.dumps(received, ensure_ascii=False), "utf-8")
    unfinished.rename(folder() / f"{name}.json")


def received() -> list[dict[str, Any]]:
    """Return the newest webhooks."""
    files = sorted(folder().glob("*.json"), key=lambda path: path.name, reverse=True)
    return [json.loads(file.read_text("utf-8")) for file in files[:SHOWN]]


@blueprint.get("/webhooks")
@public
def page() -> ResponseReturnValue:
    """Show what came in."""
    return render_template("dev/webhooks.html", webhooks=received())


@blueprint.get("/webhooks.json")
@public
def page_json() -> ResponseReturnValue:
    """The same for programs."""
    return jsonify(received())
