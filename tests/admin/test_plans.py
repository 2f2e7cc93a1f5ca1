"""Rows of plans: what cannot be is refused with what to change, by the form and the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, IntegrityError

from backoffice.billing.plan import Plan, plan_in_force, plan_rows_begin
from backoffice.core.clock import PARIS, add_months, begin_of, now, paris_day
from tests.factories.staff import make_staff, sign_in, submit

NEXT_MONTH = add_months(paris_day(now()).replace(day=1), 1)
AFTER_THAT = add_months(NEXT_MONTH, 1)


def typed(at):
    return f"{at:%Y-%m-%dT%H:%M}"


ROW = {
    "code": "pro", "name": "Pro neuf", "price_minor": "5990", "vat_bp": "2000",
    "commission_bp": "900", "starts_at": typed(NEXT_MONTH),
}  # fmt: skip


@pytest.fixture
def add(client, session):
    """Return what sends the form of a new row."""
    sign_in(client, session, make_staff(session, role="admin"))

    def send(**changes):
        return submit(client, "/admin/plans/new/", on="/account", **{**ROW, **changes})

    return send


def count(session):
    return session.scalar(select(func.count()).select_from(Plan))


def test_a_row_holds_from_its_first_day(session, add):
    assert add().status_code == 302
    before = begin_of(NEXT_MONTH) - timedelta(seconds=1)
    assert plan_in_force(session, "pro", before).price_minor == 4990
    assert plan_in_force(session, "pro", begin_of(NEXT_MONTH)).price_minor == 5990


def test_rows_follow_each_other(session, add):
    assert add().status_code == 302
    assert add(starts_at=typed(AFTER_THAT), price_minor="0").status_code == 302
    assert plan_in_force(session, "pro", begin_of(AFTER_THAT)).price_minor == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": "2025-03-01T00:00"}, "Les mois commencés gardent leur prix"),
        ({"starts_at": typed(now().astimezone(PARIS))}, "Les mois commencés gardent leur prix"),
        ({"code": "neuf", "starts_at": typed(begin_of(NEXT_MONTH) - timedelta(hours=3))},
         "Les mois commencés gardent leur prix"),
        ({"commission_bp": "12000"}, "Indiquez un taux de 0 à 10000"),
        ({"commission_bp": "-1"}, "Indiquez un taux de 0 à 10000"),
        ({"vat_bp": "10001"}, "Indiquez un taux de 0 à 10000"),
        ({"price_minor": "-1"}, "Indiquez un prix de 0"),
        ({"price_minor": "99999999999"}, "Indiquez un prix de 0"),
        ({"starts_at": ""}, "Ce champ est requis"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(session, add, changes, said):
    before = count(session)
    answer = add(**changes)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, count(session)) == (200, before)
    assert said in page
    for value in {**ROW, **changes}.values():
        assert f'value="{value}"' in page


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=20)])
def test_a_row_that_would_overlap_another_is_refused(session, add, later):
    last = begin_of(NEXT_MONTH).astimezone(PARIS) + later
    assert add(starts_at=typed(last)).status_code == 302
    before = count(session)
    page = add(price_minor="6990").get_data(as_text=True)
    assert "commencez après, sinon" in page
    assert 'value="6990"' in page
    assert count(session) == before
    assert add(code="premium").status_code == 302  # of another plan


def make(**changes):
    values = {
        "code": "pro", "name": "Pro", "price_minor": 5990, "vat_bp": 2000, "commission_bp": 900,
        "starts_at": plan_rows_begin(), **changes,
    }  # fmt: skip
    return Plan(**values)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": datetime(2020, 1, 1, tzinfo=PARIS)}, "begins at"),
        ({"starts_at": now() + timedelta(seconds=1)}, "a month that has begun keeps its price"),
        ({"commission_bp": 10_001}, "ck_plan_commission"),
        ({"commission_bp": -1}, "ck_plan_commission"),
        ({"vat_bp": 10_001}, "ck_plan_vat"),
        ({"price_minor": -1}, "ck_plan_price"),
    ],
)
def test_the_database_refuses_it_too(session, changes, said):
    session.add(make(**changes))
    with pytest.raises(IntegrityError, match=said):
        session.flush()


def test_the_database_refuses_an_overlap_with_what_is_to_come(session):
    session.add(make(starts_at=begin_of(AFTER_THAT)))
    session.flush()
    session.add(make())
    with pytest.raises(IntegrityError, match="begins at"):
        session.flush()


@pytest.mark.parametrize(
    "change",
    [
        "update plan set price_minor = price_minor + 1",
        "update plan set commission_bp = 0",
        "update plan set starts_at = starts_at + interval '1 day'",
        "delete from plan",
    ],
)
def test_a_row_is_never_edited_by_any_way(session, change):
    with pytest.raises(DBAPIError, match=r"stays what it is|append"):
        session.execute(sql(change))


def test_what_stripe_calls_its_price_is_written_down(session):
    plan = plan_in_force(session, "pro")
    plan.stripe_price = "price_1"
    session.flush()
