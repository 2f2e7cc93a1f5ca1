"""What is owed, for tests: e-mails with contexts as the queues write them, endpoints, webhooks."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.integration import Integration, WebhookEndpoint
from backoffice.core.outbox import Channel, OutboxMessage, put_mail
from backoffice.core.secrets import encrypt
from tests.factories.mails import CONTEXTS

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_numbers = count(1)


def make_mail(session: Session, event: str = "registration.rejected", **more: Any) -> OutboxMessage:
    """Owe one e-mail, ready to leave."""
    to = more.pop("to", f"vendeur{next(_numbers)}@exemple.fr")
    context = more.pop("context", CONTEXTS.get(event, {}))
    row = put_mail(session, event=event, to=to, locale="fr", context=context, **more)
    session.flush()
    return row


def make_endpoint(session: Session, url: str, secret: str = SECRET) -> WebhookEndpoint:
    """Register an address that wants webhooks."""
    integration = Integration(name=f"Boutique {next(_numbers)}")
    session.add(integration)
    session.flush()
    endpoint = WebhookEndpoint(
        integration_id=integration.id, url=url, secret_encrypted=encrypt(secret)
    )
    session.add(endpoint)
    session.flush()
    return endpoint


def make_webhook(session: Session, endpoint: WebhookEndpoint, **more: Any) -> OutboxMessage:
    """Owe one webhook to this endpoint alone, ready to leave."""
    values = {"event": "registration.approved", "payload": {"external_id": "shop-1", "version": 2}}
    row = OutboxMessage(channel=Channel.WEBHOOK, endpoint_id=endpoint.id, **values | more)
    session.add(row)
    session.flush()
    return row
