"""The history of the tables: it leads to what the models say, and runs once."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from backoffice.core.checks import CheckResult
from backoffice.migrations import check, upgrade
from config.settings import ROOT

UPGRADE = "import sys; from backoffice.migrations import upgrade; upgrade(sys.argv[1])"

AT = datetime(2026, 11, 20, 9, 30, 1, 250_000, tzinfo=UTC)
BEFORE_REPORTS = (
    "INSERT INTO deadline (id, queue, kind, length, unit, warn_percent, rule, starts_at)"
    " VALUES (1, 'listings', '', 1, 'business_days', 75, '', now())",
    "INSERT INTO cases (id, reference, queue, kind, subject_id, title, words, version, state,"
    " flags, priority, channel, received_at, due_at, warn_at, deadline_id, barred, check_counts)"
    " VALUES (1, 'LST-1', 'listings', '', 1, '', '', 1, 'open', '{}', 0, 'api', now(), now(),"
    " now(), 1, '{}', '{}')",
    "INSERT INTO check_result (case_id, name, part, label, outcome, headline, proof, facts,"
    " source, evidence, at, retry_at) VALUES"
    """ (1, 'gtin', '', 'GTIN', 'pass', '{"msgid": "Right.", "values": {}}', '[]', '{}', '',"""
    " null, '2026-11-20 10:30:01.25+01', null),"
    """ (1, 'vat', 'it', 'VAT', 'unavailable', '{"msgid": "Later.", "values": {}}',"""
    """ '[{"msgid": "500", "values": {}}]', '{"verifies": []}', 'VIES', '{}',"""
    " '2026-11-20 10:30:01.25+01', '2026-11-20 11:30:01.25+01')",
)


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


def test_what_went_first_goes_first(empty_database):
    upgrade(empty_database, "0009")
    engine = create_engine(empty_database, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in BEFORE_REPORTS[:2]:
            connection.exec_driver_sql(statement)
        connection.execute(text("UPDATE cases SET priority = 10341"))
    upgrade(empty_database)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT rank FROM cases")) == -10341


def test_results_of_checks_stay_what_they_were(empty_database):
    upgrade(empty_database, "0008")
    engine = create_engine(empty_database, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in BEFORE_REPORTS:
            connection.exec_driver_sql(statement)
    upgrade(empty_database)
    with engine.connect() as connection:
        kept = connection.scalar(text("SELECT results FROM check_report WHERE case_id = 1"))
        evidence = connection.execute(text("SELECT * FROM check_evidence")).all()
    plain, whole = map(CheckResult.from_json, kept)
    assert plain == CheckResult("gtin", "GTIN", "pass", {"msgid": "Right.", "values": {}}, AT)
    assert whole == CheckResult(
        "vat", "VAT", "unavailable", {"msgid": "Later.", "values": {}}, AT, part="it",
        source="VIES", proof=[{"msgid": "500", "values": {}}], facts={"verifies": []},
        retry_at=AT + timedelta(hours=1),
    )  # fmt: skip
    assert [(*row[:3], bytes(row[3])) for row in evidence] == [(1, "vat", "it", b"{}")]
