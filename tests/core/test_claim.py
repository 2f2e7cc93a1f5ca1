"""Leases: given once, renewed, released, capped."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.case import Case, State
from backoffice.core.claim import claim, claim_next, held_next, release, renew
from backoffice.core.refusal import Full, Taken
from tests.factories.staff import make_staff


def test_next_is_the_most_urgent_free_case(session, make_case, moderator):
    first, second = make_case(), make_case()
    second.due_at = first.due_at - timedelta(hours=1)
    session.flush()
    assert claim_next(session, "registrations", moderator).id == second.id
    assert claim_next(session, "registrations", moderator).id == first.id
    assert claim_next(session, "registrations", moderator) is None


@pytest.mark.parametrize("ranks", [(-7, 0, 3), (3, -7, 0), (0, 3, -7)])
def test_of_those_due_at_once_next_is_the_one_of_least_rank(session, make_case, moderator, ranks):
    cases = [make_case() for _ in range(4)]
    for case, rank in zip(cases, (*ranks, 0), strict=True):
        case.due_at, case.rank = cases[0].due_at, rank
    session.flush()
    taken = [claim_next(session, "registrations", moderator) for _ in cases]
    assert taken == sorted(cases, key=lambda case: (case.rank, case.id))
    assert held_next(session, "registrations", moderator) is taken[0]


def test_no_rank_goes_before_what_is_due_earlier(session, make_case, moderator):
    first, second = make_case(), make_case()
    first.due_at, first.rank = second.due_at - timedelta(seconds=1), 9
    second.rank = -9
    session.flush()
    assert claim_next(session, "registrations", moderator) is first


def test_next_stays_within_the_filter(session, make_case, moderator):
    first, second = make_case(), make_case()
    assert claim_next(session, "registrations", moderator, [Case.id != first.id]) is second


def test_next_passes_over_what_is_not_free(session, make_case, moderator, lead):
    taken, assigned, barred, escalated, waiting = (make_case() for _ in range(5))
    claim(session, taken, lead)
    assigned.assignee_id = lead.id
    barred.barred = [moderator.id]
    escalated.flag("escalated")
    waiting.state = State.WAITING
    session.flush()
    assert claim_next(session, "registrations", moderator) is None
    assert claim_next(session, "registrations", lead) is not None


def test_an_expired_lease_is_free_again(session, case, moderator, lead):
    claim(session, case, lead)
    case.lease_until = clock.now() - timedelta(seconds=1)
    session.flush()
    claim(session, case, moderator)
    assert case.is_held_by(moderator.id)
    assert not renew(session, case, lead)


def test_a_case_in_somebody_s_hands_is_not_taken(session, case, moderator, lead):
    claim(session, case, lead)
    with pytest.raises(Taken):
        claim(session, case, moderator)


def test_five_are_enough(session, make_case, moderator):
    for _ in range(6):
        make_case()
    for _ in range(5):
        assert claim_next(session, "registrations", moderator)
    with pytest.raises(Full):
        claim_next(session, "registrations", moderator)
    free = session.scalars(select(Case).where(Case.holder_id.is_(None)).limit(1)).one()
    with pytest.raises(Full):
        claim(session, free, moderator)


def test_taking_twice_is_taking_once(session, case, moderator):
    claim(session, case, moderator)
    until = case.lease_until
    claim(session, case, moderator)
    assert case.lease_until == until


def test_released_it_is_anybody_s(session, case, moderator):
    claim(session, case, moderator)
    release(session, case, moderator)
    other = make_staff(session, role="moderator").actor
    claim(session, case, other)
    assert case.is_held_by(other.id)
