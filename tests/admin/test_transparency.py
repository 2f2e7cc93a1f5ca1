"""The window on what is declared, and its entries as a file that the database's schema accepts."""

import json
from datetime import timedelta

import jsonschema_rs
import pytest
from sqlalchemy import select

from backoffice.core.audit import AuditEntry
from backoffice.core.clock import PARIS, now
from backoffice.core.decide import decide
from backoffice.marketplace.transparency.model import EntryState
from tests.factories.staff import make_staff, sign_in
from tests.factories.transparency import entry_of, suspend
from tests.marketplace.transparency.conftest import change_settings
from tests.marketplace.transparency.test_entry import SCHEMA, needs_schema

__all__ = ["change_settings"]


@pytest.fixture(autouse=True)
def switched_on(app, change_settings):
    """A provider that must declare."""
    change_settings(provider_size="larger")


@pytest.fixture
def lead(client, session):
    """A lead's browser."""
    sign_in(client, session, make_staff(session, role="lead"))
    return client


def page(client, **query):
    """Return the page's text."""
    answer = client.get("/admin/transparency/", query_string=query)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def file(client, **query):
    """Return what the file of a day holds, today's when none is said."""
    today = now().astimezone(PARIS).date().isoformat()
    answer = client.get(
        "/admin/transparency/file", query_string={"first": today, "last": today} | query
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return json.loads(answer.get_data())


def test_the_list_is_of_one_state(lead, session):
    draft, accepted = (entry_of(session, suspend(session)) for _ in range(2))
    accepted.state = EntryState.ACCEPTED
    session.flush()
    assert {draft.puid, accepted.puid} <= set(page(lead).replace("<", ">").split(">"))
    assert draft.puid not in page(lead, state="accepted")
    assert accepted.puid in page(lead, state="accepted")
    assert draft.puid in page(lead, state="no-such")


def test_one_is_found_by_its_identifier_and_shown_whole(lead, session):
    entries = [entry_of(session, suspend(session)) for _ in range(2)]
    found = page(lead, search=entries[0].puid)
    assert entries[0].puid in found
    assert entries[1].puid not in found
    answer = lead.get(f"/admin/transparency/details/?id={entries[0].id}")
    assert "DECISION_GROUND_ILLEGAL_CONTENT" in answer.get_data(as_text=True)
    assert entries[0].statement.parts["reference"] in answer.get_data(as_text=True)


@needs_schema
def test_the_file_is_accepted_by_the_schema(lead, session):
    entries = [
        entry_of(session, suspend(session, code)) for code in ("listing_gtin", "listing_rights")
    ]
    schema = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)
    listed = file(lead)
    assert [one["puid"] for one in listed] == [entry.puid for entry in entries]
    assert all(map(schema.is_valid, listed))


def test_the_file_has_a_day_s_and_a_state_s(lead, session):
    entries = [entry_of(session, suspend(session)) for _ in range(3)]
    entries[0].state = EntryState.ACCEPTED
    entries[1].decided_at = entries[1].statement.at - timedelta(days=3)
    entries[1].state = EntryState.ACCEPTED
    session.flush()
    assert [one["puid"] for one in file(lead)] == [entries[0].puid, entries[2].puid]
    assert [one["puid"] for one in file(lead, state="accepted")] == [entries[0].puid]
    before = (now().astimezone(PARIS).date() - timedelta(days=5)).isoformat()
    assert [one["puid"] for one in file(lead, first=before)] == [
        entries[1].puid, entries[0].puid, entries[2].puid
    ]  # fmt: skip


def test_the_file_leaves_out_what_was_or_may_be_taken_back(lead, session):
    actor = make_staff(session, role="lead").actor
    decision = suspend(session, actor=actor, settled=False)
    assert file(lead) == []
    case = decision.case
    decide(session, case.reference, "undo", actor=actor, data={}, version=case.version)
    decision.undo_until = now() - timedelta(seconds=1)
    session.flush()
    assert file(lead) == []


def test_a_small_provider_s_file_is_full_all_the_same(lead, session, change_settings):
    change_settings(provider_size="micro_small")
    entry = entry_of(session, suspend(session))
    assert [one["puid"] for one in file(lead)] == [entry.puid]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"first": "2026-01-01"},
        {"first": "yesterday", "last": "2026-01-01"},
        {"first": "2026-02-30", "last": "2026-03-01"},
        {"first": "2026-02-02", "last": "2026-02-01"},
        {"first": "0001-01-01", "last": "9999-12-31"},
    ],
)
def test_days_that_are_none_are_said_and_what_was_typed_stays(lead, query):
    answer = lead.get("/admin/transparency/file", query_string=query, follow_redirects=True)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'role="status"' in text or 'role="alert"' in text
    for typed in query.values():
        assert f'value="{typed}"' in text


def test_a_download_is_audited(lead, session):
    file(lead)
    assert "transparency.exported" in session.scalars(select(AuditEntry.verb)).all()


@pytest.mark.parametrize("role", ["moderator", "support", "finance"])
def test_others_have_no_file(client, session, role):
    sign_in(client, session, make_staff(session, role=role))
    assert client.get("/admin/transparency/file").status_code == 404
