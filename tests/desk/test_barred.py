"""Nobody takes the appeal of her own decision, nor of one she confirmed, however she tries."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.queues.appeals.contest import contest
from tests.desk.cases import act, forms
from tests.factories import appeal as appeals
from tests.factories.upheld import make_reported, uphold_all


@pytest.fixture(params=["who proposed it", "who confirmed it"])
def barred(request, desk_of):
    """A lead who proposed, or confirmed, a suspension that took two."""
    desk = desk_of("lead")
    desk.proposes = request.param == "who proposed it"
    return desk


@pytest.fixture
def appeal(session, barred, desk_of):
    """The appeal against that suspension."""
    reported, other = make_reported(session), desk_of("lead")
    two = (barred.actor, other.actor) if barred.proposes else (other.actor, barred.actor)
    decision = uphold_all(session, reported, *two)
    assert barred.actor.id in (decision.actor_id, decision.confirmed_by_id)
    return contest(session, decision, reported.anna.party, "Le signe est le mien.")


def is_untouched(session, appeal) -> bool:
    session.refresh(appeal)
    decided = session.scalars(select(Decision).where(Decision.case_id == appeal.id)).all()
    return appeal.state == "open" and appeal.holder_id is None and decided == []


def test_the_page_offers_her_nothing(session, barred, appeal):
    page = barred.page(f"/cases/{appeal.reference}", lang="en")
    assert "Le signe est le mien." in page
    assert not {"claim", "overturn", "amend", "confirm", "request_info"} & set(forms(page))


@pytest.mark.parametrize("name", ["claim", "confirm", "overturn", "amend", "request_info"])
def test_an_address_typed_by_hand_does_nothing(session, barred, appeal, name):
    fields = {"facts": "Non.", "instead": "dismiss", "dismiss-facts": "Non.", "question": "Quoi ?"}
    answer = act(barred, appeal, name, until=(now() + timedelta(days=3)).date(), **fields)
    assert answer.status_code in (303, 403, 409)
    assert is_untouched(session, appeal)


def test_next_passes_it_over(session, barred, appeal, desk_of):
    answer = barred.post("/queues/appeals/next")
    assert appeal.reference not in answer.location
    assert is_untouched(session, appeal)
    assert appeal.reference in desk_of("lead").post("/queues/appeals/next").location


def test_a_bulk_leaves_it_out_and_names_it(session, barred, appeal):
    other = appeals.make_case(session)
    appeal.due_at = other.due_at - timedelta(hours=1)  # hers stands first
    session.flush()
    chosen = {"action": "request_info", "case": [appeal.reference, other.reference]}
    address = barred.post("/queues/appeals/bulk", **chosen).location
    draft = barred.page(address, lang="en")
    assert appeal.reference in draft
    assert "You took part in the decision" in draft
    until = (now() + timedelta(days=3)).date()
    assert barred.post(f"{address}/run", question="Quoi ?", until=until, over="1").location
    result = barred.page(address, lang="en")
    assert appeal.reference in re.search(r'id="out".*', result, re.S)[0]
    assert is_untouched(session, appeal)
    session.refresh(other)
    assert other.state == "waiting"


def test_a_bulk_of_nothing_else_does_nothing(session, barred, appeal):
    chosen = {"action": "request_info", "case": [appeal.reference]}
    address = barred.post("/queues/appeals/bulk", **chosen).location
    until = (now() + timedelta(days=3)).date()
    barred.post(f"{address}/run", question="Quoi ?", until=until, over="1")
    assert is_untouched(session, appeal)


def test_a_colleague_cannot_hand_it_to_her(session, barred, appeal, desk_of):
    colleague = desk_of("lead")
    answer = act(colleague, appeal, "assign", to=barred.actor.id)
    assert answer.status_code == 422
    session.refresh(appeal)
    assert appeal.assignee_id is None
