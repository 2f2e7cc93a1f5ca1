"""Where Stripe tells us what happened: `/webhooks/stripe`, for our own account and the sellers'."""

import logging
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from backoffice.billing.stripe import BadSignature, read_event
from backoffice.billing.stripe_events import keep_event
from backoffice.extensions import csrf, db
from backoffice.staff.guard import public
from config.settings import get_settings

log = logging.getLogger(__name__)

blueprint = Blueprint("stripe", __name__, url_prefix="/webhooks")

BODY_MAX = 1024 * 1024


@blueprint.post("/stripe")
@public
@csrf.exempt
def receive() -> Response:
    """Keep one event and owe its application; the same event again is answered the same."""
    request.max_content_length = BODY_MAX
    try:
        event = _signed(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except RequestEntityTooLarge:
        return _say(413, "An event is at most 1 MB; nothing was kept.")
    except BadSignature as problem:
        log.warning("an event of Stripe's was refused: %s", problem)
        return _say(400, "This is no event that Stripe signed for us lately; nothing was kept.")
    if event["livemode"] != get_settings().stripe_is_live:
        # Answered with 200: a live endpoint of Connect is sent test events too, again and again.
        return _say(200, "This event is of the other mode (live or test); it was not kept.")
    is_new = keep_event(db.session(), event)
    return _say(200, "Kept." if is_new else "Known already.")


def _signed(body: bytes, signature: str) -> dict[str, Any]:
    """Return the event that either of our two endpoints' secrets verifies."""
    settings = get_settings()
    try:
        return read_event(body, signature, settings.stripe_webhook_secret.get_secret_value())
    except BadSignature:
        secret = settings.stripe_connect_webhook_secret.get_secret_value()
        return read_event(body, signature, secret)


def _say(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
