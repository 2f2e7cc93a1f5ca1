"""Webhooks as they travel: JSON bodies signed as Standard Webhooks says."""

import json

from standardwebhooks import Webhook

from backoffice.core.clock import now
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.outbox import OutboxMessage
from backoffice.core.secrets import decrypt


def body_of(row: OutboxMessage) -> str:
    """Return the body, the same at each attempt: what happened, when, to what."""
    said = {"type": row.event, "timestamp": row.created_at.isoformat(), "data": row.payload}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def headers_of(row: OutboxMessage, endpoint: WebhookEndpoint, body: str) -> dict[str, str]:
    """Return the headers of one attempt: the row's identity, the present time, the signature."""
    identity, at = f"msg_{row.uid}", now()
    signature = Webhook(decrypt(endpoint.secret_encrypted)).sign(identity, at, body)
    return {
        "content-type": "application/json",
        "user-agent": "marketplace-back-office/1.0",
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
