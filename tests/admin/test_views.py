"""The pages under /admin: who sees them, what they add, what they never change."""

import pytest
from sqlalchemy import select

from backoffice.billing.plan import Plan, plan_in_force, plan_rows_begin
from backoffice.core.audit import AuditEntry
from backoffice.core.clock import PARIS
from backoffice.core.outbox import OutboxMessage, OutboxState
from tests.factories.staff import make_staff, sign_in, submit

TABLES = (
    "plans", "reasons", "deadlines", "categories", "brands", "listing_rules",
    "rights", "right_holders", "mandates",
)  # fmt: skip
WINDOWS = (
    "audit", "outbox", "sanctions", "transparency", "ledger", "ledger_lines", "stripe_events",
)  # fmt: skip


@pytest.fixture
def as_role(client, session):
    """Return a function that signs somebody of this role in."""

    def enter(role: str):
        sign_in(client, session, make_staff(session, role=role))
        return client

    return enter


def post(client, path: str, **fields: str):
    """Post with the token of a page that everybody has."""
    return submit(client, path, on="/account", **fields)


@pytest.mark.parametrize("table", TABLES + WINDOWS)
def test_a_moderator_learns_of_no_table(as_role, table):
    assert as_role("moderator").get(f"/admin/{table}/").status_code == 404


@pytest.mark.parametrize("table", TABLES + WINDOWS)
def test_an_auditor_reads_every_table(as_role, table):
    assert as_role("auditor").get(f"/admin/{table}/").status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_an_auditor_adds_nothing(as_role, table):
    client = as_role("auditor")
    assert client.get(f"/admin/{table}/new/").status_code == 404
    assert b"/new/" not in client.get(f"/admin/{table}/").data


@pytest.mark.parametrize("table", WINDOWS)
def test_a_window_offers_no_change_even_by_a_direct_post(as_role, table):
    client = as_role("admin")
    for action in ("new", "edit", "delete"):
        assert post(client, f"/admin/{table}/{action}/?id=1").status_code in (302, 404)


@pytest.mark.parametrize("table", TABLES)
def test_a_dated_row_is_neither_edited_nor_deleted(as_role, session, table):
    client = as_role("admin")
    before = session.scalars(select(Plan.price_minor).order_by(Plan.id)).all()
    post(client, f"/admin/{table}/edit/?id=1", price_minor="1")
    post(client, f"/admin/{table}/delete/?id=1", id="1")
    assert session.scalars(select(Plan.price_minor).order_by(Plan.id)).all() == before


def test_a_new_plan_row_takes_over_and_is_audited(as_role, session):
    begin = plan_rows_begin().astimezone(PARIS)
    row = {
        "code": "pro", "name": "Pro", "price_minor": "5990", "currency": "EUR", "vat_bp": "2000",
        "commission_bp": "900", "starts_at": f"{begin:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    answer = post(as_role("admin"), "/admin/plans/new/", **row)
    assert answer.status_code == 302
    assert plan_in_force(session, "pro", begin).price_minor == 5990
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.stream, entry.verb) == ("settings", "plan.added")


def test_a_wrong_row_says_what_to_change_and_keeps_what_was_typed(as_role, session):
    answer = post(as_role("admin"), "/admin/plans/new/", code="pro", price_minor="x")
    assert answer.status_code == 200
    assert b'value="x"' in answer.data
    assert b"aria-invalid" in answer.data


def test_a_dead_row_is_sent_again_by_who_may(as_role, session):
    row = OutboxMessage(
        channel="mail", event="registration.approved", payload={}, state=OutboxState.DEAD
    )
    session.add(row)
    session.flush()
    uid = row.uid
    client = as_role("auditor")
    assert post(client, f"/admin/outbox/{row.id}/resend").status_code == 404
    assert post(as_role("admin"), f"/admin/outbox/{row.id}/resend").status_code == 302
    session.refresh(row)
    assert (row.state, row.uid) == (OutboxState.PENDING, uid)
