"""The `backoffice` command, as somebody at a terminal calls it."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from backoffice.cli import main
from backoffice.core.audit import record
from backoffice.core.permissions import SYSTEM
from backoffice.core.work import WorkSession, unit_of_work
from config.settings import ROOT, get_settings


class Command:
    """The command on a database of its own, called within this process."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str) -> Result:
        get_settings.cache_clear()
        try:
            return CliRunner().invoke(main, words, env={"DATABASE_URL": self.url})
        finally:
            get_settings.cache_clear()


@pytest.fixture
def backoffice(fresh_database):
    """The command, on a database of this test alone."""
    return Command(fresh_database)


def test_db_upgrade_may_be_called_again_by_a_process_of_its_own(fresh_database):
    environ = {**os.environ, "DATABASE_URL": fresh_database}
    argv = [sys.executable, "-m", "backoffice.cli", "db", "upgrade"]
    answer = subprocess.run(
        argv, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "0 reference rows added" in answer.stdout


def test_audit_verify_names_a_spoiled_row(backoffice):
    engine = create_engine(backoffice.url, poolclass=NullPool)
    with WorkSession(engine) as session, unit_of_work(session):
        for number in range(3):
            record(session, stream="s", verb="thing.done", actor=SYSTEM, detail={"n": number})
    assert backoffice("audit", "verify").exit_code == 0
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("update audit_entry set actor = 'x' where seq = 2"))
    answer = backoffice("audit", "verify")
    assert answer.exit_code == 1
    assert "s #2" in answer.stdout
    assert "faults: 1" in answer.stdout


def test_ledger_verify_names_a_guard_that_is_off(backoffice):
    engine = create_engine(backoffice.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("alter table ledger_line disable trigger ledger_line_append_only"))
    answer = backoffice("ledger", "verify")
    assert answer.exit_code == 1
    assert "ledger_line_append_only is off" in answer.stdout


def test_a_key_is_shown_once_and_listed_without_its_secret(backoffice):
    shown = backoffice("api-key", "create", "--integration", "Boutique", "--scope", "cases:read")
    assert shown.exit_code == 0, shown.stderr
    key = next(word for word in shown.stdout.split() if word.startswith("mk_"))
    listed = backoffice("api-key", "list").stdout
    assert "Boutique" in listed
    assert key.rpartition("_")[2] not in listed


def test_ledger_dac7_writes_the_sellers_of_a_year(backoffice, tmp_path):
    answer = backoffice("ledger", "dac7", "2026", "--out", str(tmp_path))
    assert answer.exit_code == 0, answer.stderr
    head = (tmp_path / "dac7-2026.csv").read_text(encoding="utf-8-sig")
    assert head.startswith("Seller;Identity;ResCountryCode;TIN;")
    assert backoffice("ledger", "dac7", "1999").exit_code == 2
