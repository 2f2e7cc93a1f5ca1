"""A worker killed after the transparency database stored, before that was written down."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from backoffice.marketplace.transparency.model import EntryState, TransparencyEntry
from config.settings import get_settings
from tests.chaos.conftest import House
from tests.factories.transparency import owe_entries
from tests.fakes.smtp import Mailbox, mail_server
from tests.fakes.transparency import KEY, Fake, serving

ENTRIES = 5

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


class Pair(House):
    """The relay and one worker: both are killed."""

    modules: Mapping[str, str] = {"relay": "jobs.relay", "worker": "jobs.worker"}


def states(house):
    """Return the states of all entries."""
    with house.session() as session:
        return session.scalars(select(TransparencyEntry.state)).all()


def test_what_a_killed_worker_had_stored_is_there_once(
    fresh_database, tmp_path, short_waits, monkeypatch
):
    fake = Fake()
    fake.store_in_silence()
    with mail_server(Mailbox()) as smtp_url, serving(fake) as url:
        settings = {
            "TRANSPARENCY_URL": url, "TRANSPARENCY_TOKEN": KEY, "PROVIDER_SIZE": "larger"
        }  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        house = Pair(fresh_database, tmp_path, smtp_url, **settings)
        try:
            with house.session() as session:
                puids = [entry.puid for entry in owe_entries(session, ENTRIES)]
            house.wait_for(lambda: len(fake.sandbox.stored) == ENTRIES)
            assert set(states(house)) == {EntryState.QUEUED}
            house.herd.kill_all()
            house.wait_for(lambda: set(states(house)) == {EntryState.ACCEPTED})
        finally:
            house.stop()
    assert sorted(fake.sandbox.stored) == sorted(puids)
    assert sorted(fake.looked_up) == sorted(puids)
    assert len(fake.sent) == 1
