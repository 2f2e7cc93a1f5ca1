"""The history of the tables: it leads to what the models say, and runs once."""

import subprocess
import sys

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from backoffice.migrations import check, upgrade
from config.settings import ROOT

UPGRADE = "import sys; from backoffice.migrations import upgrade; upgrade(sys.argv[1])"


def test_leads_to_what_the_models_say(empty_database):
    upgrade(empty_database)
    check(empty_database)


def test_of_two_at_once_one_does_it(empty_database):
    argv = [sys.executable, "-c", UPGRADE, empty_database]
    both = [subprocess.Popen(argv, cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    with create_engine(empty_database, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(fresh_database):
    upgrade(fresh_database)
    check(fresh_database)
