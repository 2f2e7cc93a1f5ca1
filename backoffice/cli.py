"""The `backoffice` command: what is done at a terminal, by whoever runs the installation."""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from backoffice import create_app
from backoffice.billing import dac7, fec_check, ledger_check
from backoffice.billing.fec import fec, name_of, unsealed
from backoffice.core import audit
from backoffice.core.refusal import NotPossible
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.intake.commands import api_key, webhook
from backoffice.migrations import upgrade
from backoffice.reference import seed_reference
from backoffice.staff.commands import staff
from backoffice.web.sheet import csv_pieces
from config.settings import get_settings

PIECE = 1024 * 1024


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
    _tell_faults(audit.verify(db.session()), "the audit is whole")


@main.group("ledger")
def ledger_group() -> None:
    """The books."""


@ledger_group.command("verify")
def ledger_verify() -> None:
    """Name every guard that is off and every figure that does not hold; exits 1 when any."""
    _tell_faults(ledger_check.verify(db.session()), "the ledger is whole")


@ledger_group.command("fec")
@click.argument("year", type=int)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path())
def ledger_fec(year: int, out: Path) -> None:
    """Write the FEC of a year into a folder, and read it as an inspector would."""
    session = db.session()
    try:
        name, pieces = name_of(year), fec(session, year)
    except NotPossible as refusal:
        raise click.ClickException(str(refusal.said)) from refusal
    path = out / name
    with path.open("wb") as file:
        file.writelines(pieces)
    if left := unsealed(session, year):
        click.echo(f"not sealed, and not in it: {left}")
    _tell_faults_of(path)


@ledger_group.command("dac7")
@click.argument("year", type=click.IntRange(2023, 9998))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path())
def ledger_dac7(year: int, out: Path) -> None:
    """Write the sellers' data of a year as CSV, and name of whom data lacks; exits 1 when any."""
    session = db.session()
    path = out / f"dac7-{year}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_pieces(dac7.file_rows(session, year)))
    incomplete = (
        f"{one.seller.external_id}: {', '.join(one.missing)}"
        for one in dac7.reported(session, year)
        if one.missing and not one.is_excluded
    )
    _tell_faults(incomplete, f"{path}: complete")


@ledger_group.command("check-fec")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def ledger_check_fec(file: Path) -> None:
    """Name every fault of a FEC by its line and column; exits 1 when there is any."""
    _tell_faults_of(file)


def _tell_faults_of(path: Path) -> None:
    with path.open("rb") as file:
        pieces = iter(partial(file.read, PIECE), b"")
        _tell_faults(map(str, fec_check.check(path.name, pieces)), f"{path}: no fault")


def _tell_faults(found: Iterable[str], whole: str) -> None:
    faults = 0
    for fault in found:
        click.echo(fault)
        faults += 1
    click.echo(f"faults: {faults}" if faults else whole)
    sys.exit(1 if faults else 0)


main.add_command(staff)
main.add_command(api_key)
main.add_command(webhook)

if __name__ == "__main__":
    main(prog_name="backoffice")
