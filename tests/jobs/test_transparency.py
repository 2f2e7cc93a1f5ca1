"""Declarations to a database that answers well and badly: each identifier ends up there once."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.lease import lease
from backoffice.core.outbox import Channel, OutboxMessage, resend
from backoffice.core.permissions import SYSTEM
from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.marketplace.transparency import database
from jobs.drain import drain
from jobs.transparency import declare
from tests.factories.transparency import TYPED, owe_entries
from tests.fakes.transparency import BROKEN, BUSY, KEY, Fake, serving


@pytest.fixture
def fake():
    """A database that behaves, until told otherwise."""
    return Fake()


@pytest.fixture(autouse=True)
def switched_on(app, fake, change_settings):
    """The settings name the fake, and its key."""
    with serving(fake) as url:
        change_settings(provider_size="larger", transparency_url=f"{url}/", transparency_token=KEY)
        yield


@pytest.fixture
def impatient(monkeypatch):
    """A client that does not wait long for an answer."""
    monkeypatch.setattr(database, "TIMEOUT", httpx.Timeout(0.3, connect=3))


def states(session, entries):
    """Return the states of entries as the database has them now."""
    for entry in entries:
        session.refresh(entry)
    return [entry.state for entry in entries]


def rows(session):
    """Return the rows of the outbox, as the database has them now."""
    found = select(OutboxMessage).where(OutboxMessage.channel == Channel.TRANSPARENCY)
    ordered = found.order_by(OutboxMessage.id)
    return session.scalars(ordered.execution_options(populate_existing=True)).all()


def ready_again(session):
    """Let every row be taken now, as if its wait or its lease had passed."""
    for row in rows(session):
        row.available_at, row.leased_until = now() - timedelta(seconds=1), None
    session.flush()


def test_one_is_sent_alone(session, fake):
    (entry,) = owe_entries(session, 1)
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["accepted"]
    assert [one.path for one in fake.asked] == ["/statement"]
    assert fake.asked[0].key == f"Bearer {KEY}"
    assert entry.uuid == fake.sandbox.stored[entry.puid]["uuid"]
    assert (entry.attempts, entry.response) == (1, {"status": 201})
    assert [row.state for row in rows(session)] == ["sent"]


def test_several_are_sent_in_one_request(session, fake):
    entries = owe_entries(session, 3)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 3
    assert [one.path for one in fake.asked] == ["/statements"]
    assert {entry.uuid for entry in entries} == {
        one["uuid"] for one in fake.sandbox.stored.values()
    }


def test_what_is_sent_is_what_was_kept_and_nobody_s_words(session, fake):
    (entry,) = owe_entries(session, 1)
    drain(Channel.TRANSPARENCY)
    stored = dict(fake.sandbox.stored[entry.puid])
    del stored["uuid"]
    assert stored == entry.body
    assert TYPED.split()[2] not in fake.asked[0].body.decode()


def test_of_a_batch_the_wrong_ones_are_named_and_the_rest_is_stored(session, fake, caplog):
    entries = owe_entries(session, 4)
    errors = {"category": ["The selected category is invalid."]}
    for wrong in entries[1:3]:
        fake.refuse(wrong.puid, **errors)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted", "rejected", "rejected", "accepted"]
    assert set(fake.sandbox.stored) == {entries[0].puid, entries[3].puid}
    assert entries[1].response == {"status": 422, "errors": errors}
    assert [len(one) for one in fake.sent] == [4, 2]
    assert [row.state for row in rows(session)] == ["sent", "dead", "dead", "sent"]
    assert entries[1].puid in caplog.text


def test_a_rejected_one_can_be_sent_again(session, fake):
    (entry,) = owe_entries(session, 1)
    fake.say(json_answer(422, {"message": "No.", "errors": {"category": ["Not now."]}}))
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["rejected"]
    resend(session, rows(session)[0], SYSTEM)
    session.flush()
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["accepted"]


def test_a_refusal_that_names_nobody_is_asked_one_by_one(session, fake):
    entries = owe_entries(session, 3)
    fake.refuse(entries[0].puid, category=["Wrong."])
    fake.say(json_answer(422, {"message": "Something is wrong."}))
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["rejected", "accepted", "accepted"]
    assert [len(one) for one in fake.sent] == [3, 1, 1, 1]


def test_an_identifier_that_is_there_already_is_accepted(session, fake):
    (entry,) = owe_entries(session, 1)
    kept = fake.sandbox._keep(entry.body)
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["accepted"]
    assert (entry.uuid, fake.looked_up) == (kept["uuid"], [])  # the refusal says it


def test_in_a_batch_what_is_there_already_is_looked_up(session, fake):
    entries = owe_entries(session, 3)
    kept = fake.sandbox._keep(entries[1].body)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 3
    assert (entries[1].uuid, fake.looked_up) == (kept["uuid"], [entries[1].puid])


def test_retry_after_is_respected(session, fake):
    entries = owe_entries(session, 3)
    fake.say(BUSY)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["queued"] * 3
    assert len(fake.asked) == 1
    for row in rows(session):
        assert timedelta(minutes=25) < row.available_at - now() <= timedelta(minutes=30)
        assert (row.state, row.attempts) == ("pending", 0)
    ready_again(session)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 3
    assert fake.looked_up == []  # nothing was stored by a request that was told to wait


def test_what_is_ready_behind_a_batch_waits_with_it(session, fake, monkeypatch):
    monkeypatch.setattr("jobs.drain.DRAINS", {Channel.TRANSPARENCY: (declare, 2)})
    entries = owe_entries(session, 5)
    fake.say(BUSY)
    drain(Channel.TRANSPARENCY)
    assert len(fake.asked) == 1
    assert states(session, entries) == ["queued"] * 5


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_stops_all_aloud(session, fake, caplog, status):
    entries = owe_entries(session, 2)
    fake.say(json_answer(status, {"message": "Unauthenticated."}))
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["queued"] * 2
    assert "closed to us" in caplog.text
    assert [(row.state, row.attempts) for row in rows(session)] == [("pending", 0)] * 2
    assert str(status) in rows(session)[0].last_error


def test_a_wrong_key_stores_nothing_and_is_not_logged(session, fake, change_settings, caplog):
    change_settings(transparency_token="wrong-and-secret")
    caplog.set_level("DEBUG")
    owe_entries(session, 2)
    drain(Channel.TRANSPARENCY)
    assert fake.sandbox.stored == {}
    assert "wrong-and-secret" not in caplog.text
    assert "wrong-and-secret" not in rows(session)[0].last_error


def test_a_key_that_was_taken_away_leaves_rows_waiting(session, fake, change_settings):
    entries = owe_entries(session, 1)
    change_settings(transparency_token="")
    drain(Channel.TRANSPARENCY)
    assert fake.asked == []
    assert states(session, entries) == ["queued"]
    assert rows(session)[0].last_error == "no key is set"


@pytest.mark.parametrize(
    "answer", [BROKEN, Answer(418, b"[]"), Answer(302, b"", {"Location": "http://127.0.0.1:1/"})]
)
def test_any_other_answer_lets_rows_wait_longer_each_time(session, fake, answer):
    entries = owe_entries(session, 2)
    for wait in (30, 120):
        fake.say(answer)
        ready_again(session)
        drain(Channel.TRANSPARENCY)
        for row in rows(session):
            assert timedelta(seconds=wait / 2) < row.available_at - now()
            assert row.available_at - now() <= timedelta(seconds=wait)
        fake.troubles += [lambda rightly: rightly()] * 2  # the look-ups before the second
    assert states(session, entries) == ["queued"] * 2


def test_what_was_stored_in_silence_is_found_again(session, fake, impatient):
    entries = owe_entries(session, 3)
    fake.store_in_silence()
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["queued"] * 3
    assert len(fake.sandbox.stored) == 3
    ready_again(session)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 3
    assert fake.looked_up == [entry.puid for entry in entries]
    assert len(fake.sent) == 1
    assert [row.state for row in rows(session)] == ["sent"] * 3
    assert entries[0].uuid == fake.sandbox.stored[entries[0].puid]["uuid"]


def test_what_was_not_stored_in_silence_is_sent_again(session, fake, impatient):
    entries = owe_entries(session, 2)
    fake.troubles.append(lambda rightly: None)  # hangs up
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["queued"] * 2
    ready_again(session)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 2
    assert len(fake.sandbox.stored) == 2


def test_a_redirect_is_never_followed(session, fake):
    (entry,) = owe_entries(session, 1)
    fake.sandbox._keep(entry.body)
    rows(session)[0].attempts = 1
    session.flush()
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["accepted"]
    assert [one.path for one in fake.asked] == [f"/statement/existing-puid/{entry.puid}"]


def test_a_worker_killed_between_storing_and_marking_stores_nothing_twice(session, fake):
    entries = owe_entries(session, 3)
    taken = lease(session, Channel.TRANSPARENCY, 100)
    fake.sandbox.answer(
        "POST", "/statements", f"Bearer {KEY}", body_of(entries)
    )  # stored, then killed: nothing is marked
    assert [row.attempts for row in taken] == [1] * 3
    ready_again(session)
    drain(Channel.TRANSPARENCY)
    assert states(session, entries) == ["accepted"] * 3
    assert fake.sent == []
    assert sorted(fake.sandbox.stored) == sorted(entry.puid for entry in entries)


def body_of(entries):
    """Return the request that a worker made before it was killed."""
    return httpx.Request(
        "POST", "http://x", json={"statements": [entry.body for entry in entries]}
    ).content


def test_all_of_it_at_once_leaves_each_identifier_there_once(session, fake, impatient):
    entries = owe_entries(session, 12)
    fake.refuse(entries[4].puid, category=["Wrong."])
    fake.refuse(entries[9].puid, decision_facts=["Wrong."])
    fake.say(BUSY)
    fake.say(BROKEN)
    for _ in range(2):
        drain(Channel.TRANSPARENCY)
        ready_again(session)
    fake.troubles += [lambda rightly: rightly()] * 13  # twelve look-ups, a refusal of two
    fake.troubles += [lambda rightly: rightly()] * 2  # which are looked up too
    fake.store_in_silence()
    drain(Channel.TRANSPARENCY)
    ready_again(session)
    drain(Channel.TRANSPARENCY)
    right = [entry for entry in entries if entry not in (entries[4], entries[9])]
    assert states(session, right) == ["accepted"] * 10
    assert states(session, [entries[4], entries[9]]) == ["rejected"] * 2
    assert sorted(fake.sandbox.stored) == sorted(entry.puid for entry in right)
    posted = [puid for puids in fake.sent for puid in puids]
    assert len(posted) > len(right)  # they were sent more than once


def test_what_cannot_leave_within_the_lease_is_given_back(session, fake):
    entries = owe_entries(session, 2)
    taken = lease(session, Channel.TRANSPARENCY, 100)
    for row in taken:
        row.leased_until = now() + timedelta(seconds=1)
    session.flush()
    declare(session, taken)
    assert (fake.asked, states(session, entries)) == ([], ["queued"] * 2)
    assert [(row.attempts, row.leased_until) for row in rows(session)] == [(0, None)] * 2


def test_an_answer_that_cannot_be_read_is_a_yes_all_the_same(session, fake):
    (entry,) = owe_entries(session, 1)
    fake.say(Answer(201, b"<p>stored"))
    drain(Channel.TRANSPARENCY)
    assert (states(session, [entry]), entry.uuid) == (["accepted"], None)


def test_words_of_the_database_are_kept_as_a_column_can_hold_them(session, fake):
    (entry,) = owe_entries(session, 1)
    errors = {"puid": ["\x00" + "x" * 5000], "more": [{"a\x00": 1}] * 200}
    fake.say(json_answer(422, {"errors": errors}))
    drain(Channel.TRANSPARENCY)
    assert states(session, [entry]) == ["rejected"]
    assert entry.response["errors"]["puid"] == ["x" * 999]
    assert len(entry.response["errors"]["more"]) == database.WORDS_MAX
