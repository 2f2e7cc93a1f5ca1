"""Notifiers: known by their address, ranked by their record."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.clock import now
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.notifier import (
    Notifier,
    accuracy_bonus,
    count_outcome,
    notifier_of,
    priority_of,
)
from tests.factories.notifier import make_notifier

STRANGER = {"name": "Un autre", "organisation": "", "locale": "en"}


@pytest.mark.parametrize(("organisation", "kind"), [("", "individual"), ("ACME", "entity")])
def test_a_new_one_is_an_individual_or_an_entity(session, organisation, kind):
    found = notifier_of(
        session, email="Anne@Exemple.FR ", name="Anne", organisation=organisation, locale="fr"
    )
    assert (found.email, found.kind, found.trusted_status) == ("anne@exemple.fr", kind, None)


def test_a_report_changes_nothing_of_a_known_one(session):
    known = make_notifier(
        session, kind="trusted_flagger", trusted_status="active", trusted_since=now()
    )
    found = notifier_of(session, email=known.email.upper(), **STRANGER)
    assert found is known
    session.refresh(known)
    assert (known.name, known.organisation, known.locale) == (
        "Anne Le Goff", "Cabinet Le Goff", "fr",
    )  # fmt: skip
    assert (known.kind, known.trusted_status) == ("trusted_flagger", "active")


def test_what_is_no_address_is_refused(session):
    with pytest.raises(InvalidInput):
        notifier_of(session, email="anne@", **STRANGER)


def test_many_first_reports_at_once_make_one_notifier(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)

    def report(_):
        with Session(engine) as session:
            found = notifier_of(session, email="anne@exemple.fr", **STRANGER).id
            session.commit()
            return found

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(report, range(16)))
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Notifier)) == len(found) == 1


def test_outcomes_are_counted_at_once_and_taken_back(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)
    with Session(engine) as session:
        number = make_notifier(session).id
        session.commit()

    def decide(outcome):
        with Session(engine) as session:
            count_outcome(session.get_one(Notifier, number), outcome)
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decide, ["upheld"] * 9 + ["dismissed"] * 2 + ["unfounded"]))
    with Session(engine) as session:
        notifier = session.get_one(Notifier, number)
        count_outcome(notifier, "unfounded", by=-1)
        session.commit()
        counts = (notifier.upheld_count, notifier.dismissed_count, notifier.unfounded_count)
        assert counts == (9, 2, 0)


@pytest.mark.parametrize(
    ("right", "wrong", "bonus"),
    [
        (10, 42, -10.34), (2, 12, -7.58), (1, 6, -5.59), (2, 4, -3.39), (7, 3, 0), (14, 6, 0),
        (121, 44, 2.04), (9, 2, 3.41), (25, 4, 6.56), (120, 12, 12.27), (4, 1, 0), (0, 5, 0),
        (0, 0, 0),
    ],
)  # fmt: skip
def test_accuracy_is_as_known_elsewhere(right, wrong, bonus):
    assert accuracy_bonus(right, wrong) == pytest.approx(bonus, abs=0.011)


def test_priority_follows_status_then_record():
    none = {"upheld_count": 0, "dismissed_count": 0, "unfounded_count": 0}

    def ranked(kind="individual", status=None, **counts):
        return priority_of(Notifier(kind=kind, trusted_status=status, **none | counts))

    good, bad = {"upheld_count": 120, "dismissed_count": 12}, {"unfounded_count": 1_000_000}
    assert ranked() == 0
    assert ranked(**good) > ranked() > ranked(**bad)
    assert ranked("authority", **bad) > ranked(**good)
    assert ranked("trusted_flagger", "active", **bad) > ranked("entity", **good)
    assert ranked("trusted_flagger", "active", **good) > ranked("trusted_flagger", "active", **bad)
    for status in ("suspended", "revoked"):
        assert ranked("trusted_flagger", status) == ranked()
