"""Where an integration hears of outcomes: its webhook endpoints, each with a secret of its own."""

import secrets
from base64 import b64encode
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.integration import Integration, WebhookEndpoint
from backoffice.core.permissions import Actor
from backoffice.core.secrets import encrypt
from backoffice.intake.keys import STREAM

SECRET_MARK = "whsec_"  # noqa: S105 (how Standard Webhooks begins every secret)
SECRET_BYTES = 32


def is_web_address(url: str) -> bool:
    """Tell whether this names a place on the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def create_endpoint(
    session: Session, integration: Integration, url: str, *, actor: Actor
) -> tuple[WebhookEndpoint, str]:
    """Send every event to this address from now on; returns the signing secret, to show once.

    Raises ValueError where the address is not one of the web.
    """
    if not is_web_address(url):
        raise ValueError(f"not a web address: {url}")
    secret = SECRET_MARK + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    endpoint = WebhookEndpoint(
        integration_id=integration.id, url=url, secret_encrypted=encrypt(secret)
    )
    session.add(endpoint)
    session.flush()
    record(session, stream=STREAM, verb="webhook.created", actor=actor,
           detail={"endpoint": endpoint.id, "url": url})  # fmt: skip
    return endpoint, secret


def disable_endpoint(session: Session, number: int, *, actor: Actor) -> WebhookEndpoint | None:
    """Send nothing new to an endpoint; None when there is none of this number."""
    endpoint = session.get(WebhookEndpoint, number)
    if endpoint and endpoint.disabled_at is None:
        endpoint.disabled_at = now()
        record(session, stream=STREAM, verb="webhook.disabled", actor=actor,
               detail={"endpoint": number})  # fmt: skip
    return endpoint
