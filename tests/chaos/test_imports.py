"""The import worker killed at random moments: the import finishes, every row exactly once."""

import os
import random
import sys
import time
from collections import Counter
from itertools import count

import pytest
from sqlalchemy import func, select

from backoffice.core import audit
from backoffice.core.case import Case
from backoffice.core.checks import CheckReport
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.listing_checks import LOOKS
from backoffice.marketplace.listing_import import (
    ImportReference,
    ImportRowError,
    ImportState,
    ListingImport,
)
from backoffice.queues.listings.importing.begin import begin
from config.settings import get_settings
from tests.chaos.conftest import SETTINGS, Herd
from tests.factories.imports import HEADING, known_category, make_import
from tests.factories.listing import gtin
from tests.live import Live
from tests.servers import REDIS_BINARY

KILLS = 50 if os.environ.get("BACKOFFICE_LONG") else 2
ROWS = 1_500 * KILLS
BAD_EVERY = 50
SECONDS = 60 + 30 * KILLS

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


def rows():
    """Yield the rows of the file; every so often one that is refused."""
    for number in range(1, ROWS + 1):
        price = "1,23456" if number % BAD_EVERY == 0 else "12,50"
        yield f"ref-{number};{gtin(number)};Bol numéro {number};Un bol;maison;{price};3\n"


class Yard(Live):
    """A database and a Redis of one test, with the relay and the import worker; one is killed."""

    def __init__(self, url, folder, files):
        super().__init__(url, folder, os.environ.get(REDIS_BINARY, ""))
        environ = {**self.environ, **SETTINGS, "FILES_DIR": str(files)}
        self.relay = Herd(environ, folder, relay="jobs.relay")
        self.worker = Herd(environ, folder, imports="jobs.worker imports")

    def stop(self):
        """End everything."""
        self.relay.stop()
        self.worker.stop()
        super().stop()


def standing(yard, import_id):
    with yard.session() as session:
        return session.get_one(ListingImport, import_id)


def test_every_row_comes_in_once_whatever_is_killed(fresh_database, tmp_path, short_waits):
    yard = Yard(fresh_database, tmp_path, get_settings().files_dir)
    try:
        with yard.session() as session:
            known_category(session, "maison", "Maison")
            imported = make_import(session, HEADING + "".join(rows()))
            begin(session, imported, actor=SYSTEM)
            import_id = imported.id
        seen = Counter()
        for number in count(1):
            read = standing(yard, import_id).rows_read
            yard.wait_for(lambda read=read: moved(yard, import_id, read), SECONDS)
            if number > KILLS or standing(yard, import_id).state == ImportState.DONE:
                break
            time.sleep(random.uniform(0, 0.5))
            yard.worker.kill_one()
            seen[standing(yard, import_id).rows_read] += 1
        yard.wait_for(lambda: standing(yard, import_id).state == ImportState.DONE, SECONDS)
    finally:
        yard.stop()
    sys.stdout.write(f"{yard.worker.kills} kills at rows {sorted(seen)}\n")
    assert yard.worker.kills == KILLS
    check(yard, import_id)


def moved(yard, import_id, read):
    """Tell whether more was read than at the last kill, or all."""
    imported = standing(yard, import_id)
    return imported.rows_read > read or imported.state == ImportState.DONE


def check(yard, import_id):
    """Compare what is stored with what was sent."""
    bad = ROWS // BAD_EVERY
    with yard.session() as session:
        imported = session.get_one(ListingImport, import_id)
        assert (imported.rows_read, imported.rows_created) == (ROWS, ROWS - bad)
        assert (imported.rows_refused, imported.rows_updated, imported.rows_unchanged) == (
            bad,
            0,
            0,
        )
        wanted = {f"ref-{number}" for number in range(1, ROWS + 1) if number % BAD_EVERY}
        assert Counter(session.scalars(select(Listing.external_id))) == Counter(wanted)
        for model in (ListingRevision, ImportReference):
            assert session.scalar(select(func.count()).select_from(model)) == len(wanted)
        subjects = session.scalars(select(Case.subject_id).where(Case.queue == "listings")).all()
        assert len(subjects) == len({*subjects}) == len(wanted)
        lines = session.scalars(select(ImportRowError.line)).all()
        assert sorted(lines) == [1 + n for n in range(BAD_EVERY, ROWS + 1, BAD_EVERY)]
        lengths = select(func.json_array_length(CheckReport.results))
        counted = Counter(session.scalars(lengths))
        assert counted.total() == len(wanted)
        assert min(counted) >= len(LOOKS)
        assert list(audit.verify(session)) == []
