"""`backoffice api-key …` and `backoffice webhook …`: the marketplace's programs, at a terminal."""

from datetime import timedelta

import click
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.integration import ApiKey, WebhookEndpoint
from backoffice.core.permissions import SYSTEM
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.intake.endpoints import create_endpoint, disable_endpoint
from backoffice.intake.keys import Scope, create_key, integration_named, revoke_key

SCOPES = [scope.value for scope in Scope]


@click.group("api-key")
def api_key() -> None:
    """The keys by which the marketplace's programs call the API."""


@api_key.command("create")
@click.option("--integration", required=True, help="The program's name; a new one is added.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=SCOPES,
              help="What the key may do; every scope where none is given.")  # fmt: skip
@click.option("--days", type=click.IntRange(min=1), help="After how many days it expires.")
def create(integration: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key and print it, once."""
    expires_at = now() + timedelta(days=days) if days else None
    with unit_of_work(db.session()) as session:
        row = integration_named(session, integration)
        key = create_key(session, row, scopes=scopes, actor=SYSTEM, expires_at=expires_at)
    click.echo(key)


@api_key.command("revoke")
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """End a key at once, named by its prefix: the part between the underscores."""
    with unit_of_work(db.session()) as session:
        if revoke_key(session, prefix, actor=SYSTEM) is None:
            raise click.ClickException(f"no key has the prefix {prefix}")
    click.echo(f"{prefix} is revoked")


@api_key.command("list")
def list_keys() -> None:
    """Print every key: prefix, integration, state, last use, scopes."""
    for key in db.session.scalars(select(ApiKey).order_by(ApiKey.id)):
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}Z" if key.last_used_at else "-"
        scopes = ",".join(key.scopes)
        click.echo("\t".join((key.prefix, key.integration.name, _state(key), used, scopes)))


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    return "expired" if key.expires_at and key.expires_at <= now() else "active"


@click.group("webhook")
def webhook() -> None:
    """The addresses that hear of every outcome."""


@webhook.command("create")
@click.option("--integration", required=True, help="The program's name; a new one is added.")
@click.option("--url", required=True)
def create_webhook(integration: str, url: str) -> None:
    """Add an address and print the secret that its events are signed with, once."""
    with unit_of_work(db.session()) as session:
        row = integration_named(session, integration)
        try:
            endpoint, secret = create_endpoint(session, row, url, actor=SYSTEM)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{endpoint.id}\t{secret}")


@webhook.command("disable")
@click.argument("number", type=int)
def disable_webhook(number: int) -> None:
    """Send nothing new to an address."""
    with unit_of_work(db.session()) as session:
        if disable_endpoint(session, number, actor=SYSTEM) is None:
            raise click.ClickException(f"there is no endpoint {number}")
    click.echo(f"{number} is disabled")


@webhook.command("list")
def list_webhooks() -> None:
    """Print every address: number, state, address."""
    for endpoint in db.session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id)):
        state = "disabled" if endpoint.disabled_at else "active"
        click.echo(f"{endpoint.id}\t{state}\t{endpoint.url}")
