"""Merging, linking and sorting tickets."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.case import Case, CaseEvent, CaseLink
from backoffice.core.decide import decide
from backoffice.core.party import Party
from backoffice.core.refusal import NotPossible
from backoffice.core.search import matching
from tests.factories.dispute import make_dispute
from tests.factories.registration import make_registration
from tests.factories.ticket import make_ticket


@pytest.fixture
def two(session, app):
    """Two tickets of one requester."""
    first = make_ticket(session, body="Virement perdu.")
    return first, make_ticket(session, first.ticket.requester)


class TestMerging:
    def test_the_other_goes_on_with_both_and_the_earlier_due_time(self, session, take, two):
        (ticket, case, _), (other, target, _) = two
        case.due_at -= timedelta(hours=5)
        take(case, "merge", into=target.reference.lower())
        assert (case.resolution, ticket.merged_into_id) == ("merged", other.id)
        assert (target.state, target.due_at) == ("open", case.due_at)
        assert set(session.scalars(select(Case).where(matching("perdu")))) == {case, target}
        said = select(CaseEvent.verb).where(CaseEvent.case_id == target.id)
        assert session.scalars(said).all()[-1] == "merged_here"

    def test_one_that_waits_is_open_again_for_what_nobody_answered(self, session, take, two):
        (_, case, _), (_, target, _) = two
        take(target, "reply", body="De quel virement s’agit-il ?")
        due_at = target.due_at
        take(case, "merge", into=target.reference)
        assert (target.state, target.paused_at) == ("open", None)
        assert target.due_at - due_at < timedelta(minutes=1)

    def test_undo_parts_them_as_they_were(self, session, take, two, support):
        (ticket, case, _), (_, target, _) = two
        take(target, "reply", body="De quel virement s’agit-il ?")
        before = target.state, target.due_at, target.paused_at, target.waiting_until, target.title
        take(case, "merge", into=target.reference)
        decide(session, case.reference, "undo", actor=support, data={}, version=case.version)
        after = target.state, target.due_at, target.paused_at, target.waiting_until, target.title
        assert (after, ticket.merged_into_id, case.state) == (before, None, "open")
        assert session.scalars(select(CaseLink)).all() == []
        assert session.scalars(select(Case).where(matching("perdu"))).all() == [case]

    def test_an_answer_meanwhile_outlives_the_undo(self, session, take, answered, two, support):
        (_, case, _), (other, target, _) = two
        take(target, "reply", body="De quel virement s’agit-il ?")
        take(case, "merge", into=target.reference)
        answered(other, target)
        decide(session, case.reference, "undo", actor=support, data={}, version=case.version)
        assert target.state == "open"

    def test_people_are_the_same_by_their_address(self, session, take):
        seller, other = make_ticket(session), make_ticket(session)
        person = Party("person", 0, "Camille", seller.ticket.email.upper(), "fr")
        asked = make_ticket(session, person)
        with pytest.raises(NotPossible, match="another requester"):
            take(asked.case, "merge", into=other.case.reference)
        take(asked.case, "merge", into=seller.case.reference)
        assert asked.case.resolution == "merged"

    @pytest.mark.parametrize(
        ("how", "said"),
        [
            (lambda take, one, two: one, "into itself"),
            (lambda take, one, two: take(two, "solve", body="") and two, "is closed"),
            (lambda take, one, two: take(two, "merge", into=one.reference) and two, "goes on as"),
        ],
    )
    def test_what_cannot_be_is_said(self, session, take, two, how, said):
        (_, case, _), (_, target, _) = two
        into = how(take, case, target)
        with pytest.raises(NotPossible, match=said):
            take(case, "merge", into=into.reference)

    def test_a_case_of_another_queue_is_no_ticket(self, session, take, two):
        dispute = make_dispute(session).case
        with pytest.raises(NotPossible, match="There is no ticket"):
            take(two[0].case, "merge", into=dispute.reference)


class TestSteps:
    def test_it_is_linked_once_with_what_one_may_read(self, session, take, two):
        case, other = two[0].case, make_dispute(session).case
        version = case.version
        take(case, "link", to=other.reference)
        link = session.scalars(select(CaseLink)).one()
        assert (link.from_id, link.to_id, case.version) == (case.id, other.id, version)
        with pytest.raises(NotPossible, match="linked already"):
            take(case, "link", to=other.reference)

    def test_what_one_may_not_read_does_not_exist(self, session, take, two, support):
        hidden = make_registration(session).case
        for reference in (hidden.reference, "REG-1999-000001"):
            with pytest.raises(NotPossible, match="There is no case"):
                take(two[0].case, "link", to=reference)

    def test_its_category_changes(self, session, take, two):
        take(two[0].case, "recategorise", category="access")
        assert two[0].ticket.category == "access"
