"""`backoffice staff`: accounts from a terminal, for the first administrator and for emergencies."""

import click

from backoffice.core.permissions import ROLES, SYSTEM
from backoffice.core.refusal import Refused
from backoffice.core.secrets import token
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.staff import accounts, links
from backoffice.staff.model import LinkKind, Staff
from config.settings import get_settings


@click.group()
def staff() -> None:
    """The people who work here."""


@staff.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice(list(ROLES)))
@click.option("--locale", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def create(email: str, name: str, roles: tuple[str, ...], locale: str) -> None:
    """Create an account and print the link by which its owner chooses a password."""
    with unit_of_work(db.session()) as session:
        try:
            person = accounts.create(
                session, email=email, name=name, roles=list(roles), locale=locale, actor=SYSTEM
            )
        except Refused as refusal:
            raise click.ClickException(refusal.said.msgid) from refusal
        link = links.make(session, person, LinkKind.INVITATION)
    address = f"{get_settings().base_url}/invitation/{token('invitation', link.id)}"
    click.echo(f"{person.email} chooses a password here, once, within seven days:\n{address}")


@staff.command("reset-totp")
@click.argument("email")
def reset_totp(email: str) -> None:
    """Forget somebody's second factor and end her sessions."""
    with unit_of_work(db.session()) as session:
        person = accounts.find(session, email)
        if person is None:
            raise click.ClickException(f"no account has the address {email}")
        accounts.reset_second_factor(session, person, SYSTEM)
    click.echo(f"{person.email} enrols again at the next sign-in")


@staff.command("list")
def list_staff() -> None:
    """Print every account: state, second factor, address, name, roles."""
    for person in db.session.query(Staff).order_by(Staff.email):
        state = "closed" if not person.active else "active" if person.password_hash else "invited"
        factor = "2fa" if person.totp_secret else "-"
        roles = ",".join(person.roles) or "-"
        click.echo("\t".join((state, factor, person.email, person.name, roles)))
