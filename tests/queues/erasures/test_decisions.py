"""Deciding on a request: only once the holder is known, told in full, taken back exactly."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.clock import PARIS, now
from backoffice.core.decide import decide
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.refusal import NotFound, NotPossible
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.erasures.foreseen import outlook_of, stays
from tests.factories.appeal import act
from tests.factories.erasure import make_erasure, make_verified
from tests.factories.seller import make_seller

WHY = {"facts": "Trois comptes liés sont à examiner ensemble."}


def take(session, case, action, actor, data=None):
    """Take an action that needs no claim."""
    return decide(session, case.reference, action, actor=actor, data=data or {},
                  version=case.version)  # fmt: skip


def letter_of(session, decision) -> dict:
    """Return the words of the e-mail that tells a decision."""
    rows = select(OutboxMessage).where(OutboxMessage.decision_id == decision.id)
    return next(one.payload for one in session.scalars(rows) if one.channel == "mail")


def test_nothing_is_granted_before_the_holder_is_known(session, support):
    case = make_erasure(session).case
    with pytest.raises(NotPossible, match="identity is not verified"):
        act(session, case, "accept", support)


def test_the_letter_of_a_grant_says_what_goes_and_what_stays_until_when(session, support):
    erasure, case, _ = make_verified(session)
    words = letter_of(session, act(session, case, "accept", support))
    assert (erasure.stage, words["kind"], words["side"]) == ("scheduled", "both", "seller")
    assert words["goes"]
    assert all("until" in one["msgid"] for one in words["stays"])


def test_a_grant_that_is_undone_is_as_if_it_had_not_been(session, support):
    erasure, case, _ = make_verified(session)
    act(session, case, "accept", support)
    act(session, case, "undo", support)
    assert (erasure.stage, erasure.scheduled_at, case.state) == ("received", None, "open")


def test_a_part_keeps_what_was_chosen_and_says_on_which_ground(session, support, reasoned):
    erasure, case, _ = make_verified(session)
    data = reasoned("erasure_legal_claims", classes=[_class_that_goes(session, erasure)])
    decision = act(session, case, "accept_in_part", support, data)
    assert erasure.refused_classes == data["classes"]
    assert decision.statements[0].parts["grounds"][0]["rule"] == "RGPD art. 17(3)(e)"
    assert decision.appeal_until is not None


def test_an_account_that_stays_open_keeps_what_its_contract_needs(session, support):
    seller = make_seller(session, status=SellerStatus.ACTIVE)
    case = make_verified(session, seller.party, kind="erase").case
    with pytest.raises(NotPossible, match="its contract needs its data"):
        act(session, case, "accept", support)


class TestExtending:
    def test_it_gives_three_months_from_receipt_and_is_told(self, session, support):
        received_at = now() - timedelta(days=20)
        erasure, case, _ = make_verified(session, received_at=received_at)
        first, rule = case.due_at, case.deadline_id
        decision = act(session, case, "extend", support, WHY)
        months = (case.due_at.astimezone(PARIS).date() - first.astimezone(PARIS).date()).days
        assert 55 <= months <= 65
        assert letter_of(session, decision)["facts"] == WHY["facts"]
        assert (case.state, erasure.extension_reason) == ("open", WHY["facts"])
        act(session, case, "undo", support)
        assert (case.due_at, case.deadline_id, erasure.extended_at) == (first, rule, None)

    def test_it_is_refused_after_the_first_month_and_a_second_time(self, session, support):
        late = make_verified(session, received_at=now() - timedelta(days=40)).case
        with pytest.raises(NotPossible, match="first month has passed"):
            act(session, late, "extend", support, WHY)
        case = make_verified(session).case
        act(session, case, "extend", support, WHY)
        with pytest.raises(NotPossible, match="once already"):
            act(session, case, "extend", support, WHY)


class TestWithdrawing:
    def test_an_open_one_closes_and_the_party_is_told_at_once(self, session, press, mails):
        erasure, case, _ = make_erasure(session)
        assert press(case, "withdraw").status_code == 303
        for one in (erasure, case):
            session.refresh(one)
        assert (case.state, case.resolution, erasure.stage) == ("closed", "withdrawn", "withdrawn")
        assert mails(case)[-1][0] == "erasure.withdrawn"
        assert press(case, "withdraw").status_code == 409

    def test_a_scheduled_one_is_called_off(self, session, support, final, press):
        erasure, case, _ = make_verified(session)
        final(case, "accept", support)
        assert press(case, "withdraw").status_code == 303
        session.refresh(erasure)
        session.refresh(case)
        assert (erasure.stage, case.resolution) == ("withdrawn", "withdrawn")

    def test_the_staff_says_how_it_was_told(self, session, support):
        erasure, case, _ = make_verified(session)
        decision = take(session, case, "withdraw", support, {"how": "phone"})
        assert (erasure.stage, decision.data["how"]) == ("withdrawn", "phone")


def test_only_a_lead_lifts_what_an_authority_ordered(session, support, lead):
    erasure, case, _ = make_verified(session)
    take(session, case, "block", support, {"order": "TJ de Lyon, réquisition 26/418"})
    assert erasure.authority_order == "TJ de Lyon, réquisition 26/418"
    lifted = {"facts": "Mainlevée reçue ce matin."}
    with pytest.raises(NotFound):
        take(session, case, "unblock", support, lifted)
    take(session, case, "unblock", lead, lifted)
    assert erasure.authority_order is None


def _class_that_goes(session, erasure) -> str:
    found = outlook_of(session, erasure, now())
    return next(one.data_class for one in found if one.count and not stays(one))


def test_a_person_without_an_account_may_ask_too(session, support):
    party = Party("person", 4_000_001, "Paul Rey", "paul.rey@exemple.fr", "fr")
    erasure, case, _ = make_verified(session, party, kind="erase")
    act(session, case, "accept", support)
    assert (erasure.stage, case.seller_id) == ("scheduled", None)
