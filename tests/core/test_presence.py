"""Several people before one case: who is there, and one draft that loses nobody's words."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.presence import (
    DraftChanged,
    Presence,
    be_present,
    clear_draft,
    draft_of,
    forget_presence,
    others_present,
    save_draft,
    write_draft,
)
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def case(session):
    return make_ticket(session).case


@pytest.fixture
def two(session):
    return make_staff(session, role="support").id, make_staff(session, role="support").id


def test_a_draft_is_kept_version_by_version(session, case, two):
    first, second = two
    assert save_draft(session, case.id, "Bonjour", version=0, staff_id=first) == 1
    assert save_draft(session, case.id, "Bonjour,", version=1, staff_id=second) == 2
    assert (draft_of(session, case.id).body, draft_of(session, case.id).staff_id) == (
        "Bonjour,", second,
    )  # fmt: skip


def test_what_another_wrote_meanwhile_is_not_written_over(session, case, two):
    first, second = two
    save_draft(session, case.id, "Bonjour", version=0, staff_id=first)
    with pytest.raises(DraftChanged) as changed:
        save_draft(session, case.id, "Salut", version=0, staff_id=second)
    assert changed.value.more["draft"].body == "Bonjour"
    assert save_draft(session, case.id, "Bonjour", version=0, staff_id=second) == 1


def test_an_emptied_draft_is_newer_than_the_pages_that_showed_it(session, case, two):
    first, second = two
    save_draft(session, case.id, "Envoyé", version=0, staff_id=first)
    clear_draft(session, case.id)
    with pytest.raises(DraftChanged):
        save_draft(session, case.id, "Autre", version=1, staff_id=second)
    write_draft(session, case.id, "Repris", first)
    assert draft_of(session, case.id).body == "Repris"


def test_who_is_there_and_who_writes(session, case, two):
    first, second = two
    be_present(session, case.id, first, is_writing=False)
    be_present(session, case.id, second, is_writing=True)
    (other,) = others_present(session, case.id, first)
    assert (other.staff_id, other.writes(now())) == (second, True)
    (other,) = others_present(session, case.id, second)
    assert not other.writes(now())


def test_who_is_gone_is_no_longer_there(session, case, two):
    first, second = two
    be_present(session, case.id, second, is_writing=True)
    row = session.get_one(Presence, (case.id, second))
    row.seen_at = row.typed_at = now() - timedelta(minutes=1)
    session.flush()
    assert others_present(session, case.id, first) == []
    row.seen_at = now() - timedelta(days=2)
    session.flush()
    forget_presence(session)
    session.expire_all()
    assert session.get(Presence, (case.id, second)) is None
