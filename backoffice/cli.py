"""The `backoffice` command: what is done at a terminal, by whoever runs the installation."""

import sys

import click
from sqlalchemy.orm import Session

from backoffice import create_app
from backoffice.core import audit
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.intake.commands import api_key, webhook
from backoffice.migrations import upgrade
from backoffice.reference import seed_reference
from backoffice.staff.commands import staff
from config.settings import get_settings


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Run the back-office of a marketplace."""
    if context.invoked_subcommand != "db":
        context.with_resource(create_app().app_context())


@main.group("db")
def database() -> None:
    """The tables."""


@database.command("upgrade")
def database_upgrade() -> None:
    """Bring the tables up to date and add the reference data that they lack."""
    upgrade(get_settings().database_url)
    with create_app().app_context(), unit_of_work(db.session()) as session:
        added = seed_reference(session)
    click.echo(f"tables are up to date, {added} reference rows added")


@main.group("audit")
def audit_group() -> None:
    """Who did what."""


@audit_group.command("verify")
def audit_verify() -> None:
    """Name every changed row and every gap of the audit; exits 1 when there is any."""
    session: Session = db.session()
    faults = 0
    for fault in audit.verify(session):
        click.echo(fault)
        faults += 1
    click.echo(f"faults: {faults}" if faults else "the audit is whole")
    sys.exit(1 if faults else 0)


main.add_command(staff)
main.add_command(api_key)
main.add_command(webhook)

if __name__ == "__main__":
    main(prog_name="backoffice")
