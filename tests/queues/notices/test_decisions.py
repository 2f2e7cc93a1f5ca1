"""What a decision on a notice does to each target and seller, tells, and takes back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core.case import State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.decision import DecisionState, Reason
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.refusal import Barred, Invalid
from backoffice.marketplace.listing import ListingStatus
from backoffice.marketplace.sanction import Sanction
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.notices.measures import ON_SELLERS, ON_TARGETS
from tests.factories.decision import decided
from tests.factories.listing import gtin
from tests.factories.notice import make_notice, make_online
from tests.factories.outbox import make_endpoint
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.user_text import make_review

pytestmark = pytest.mark.usefixtures("app")
FACTORS = {"number": "Trois.", "share": "Un dixième.", "gravity": "Grave.", "intention": "Voulu."}


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


@pytest.fixture
def reason(session) -> int:
    return session.scalars(select(Reason.id).where(Reason.code == "notice_trademark")).one()


@pytest.fixture
def uphold(session, lead, reason):
    """Return a function that upholds a notice: outcomes by target, measures by seller."""

    def uphold(received, *outcomes, seller=None, actor=lead, settled=True, **measure):
        data = {"reasons": [reason], "facts": "La marque est reprise dans le titre."}
        targets = zip(received.notice.targets, outcomes, strict=True)
        data |= {f"t{target.id}": {"outcome": outcome} for target, outcome in targets}
        if seller is not None:
            data[f"s{seller.id}"] = measure
        return decided(session, received.case, "uphold", data, actor=actor, settled=settled)

    return uphold


def rows(session, decision, channel: Channel) -> list[OutboxMessage]:
    of_decision = OutboxMessage.decision_id == decision.id, OutboxMessage.channel == channel
    found = select(OutboxMessage).where(*of_decision).order_by(OutboxMessage.id)
    return list(session.scalars(found))


def undo(session, case, actor) -> None:
    decide(session, case.reference, "undo", actor=actor, data={}, version=case.version)


class TestOutcomes:
    def test_each_target_has_its_own(self, session, uphold):
        first, second = make_online(session), make_online(session)
        received = make_notice(session, first, second)
        decision = uphold(received, "withdraw_listing", "none")
        assert (first.status, second.status) == (ListingStatus.WITHDRAWN, ListingStatus.LIVE)
        assert [one.outcome for one in received.notice.targets] == ["withdraw_listing", ""]
        assert (decision.resolution, received.case.resolution) == ("upheld_in_part",) * 2

    def test_when_all_is_answered_it_is_upheld_whole(self, session, uphold):
        received = make_notice(session, make_online(session), make_online(session))
        assert uphold(received, "withdraw_listing", "suspend_listing").resolution == "upheld"

    def test_what_nobody_acts_on_must_be_dismissed(self, session, uphold):
        received = make_notice(session)
        with pytest.raises(Invalid) as refused:
            uphold(received, "none")
        (said,) = refused.value.form.errors[f"t{received.notice.targets[0].id}-outcome"]
        assert "dismiss the notice" in said
        assert received.case.state == State.OPEN

    def test_all_listings_of_the_gtin_at_that_seller_and_no_others(self, session, uphold):
        seller, number = make_seller(session), gtin(4711)
        reported, same = (make_online(session, seller, gtin=number) for _ in range(2))
        other_product, other_seller = (
            make_online(session, seller),
            make_online(session, gtin=number),
        )
        uphold(make_notice(session, reported), "suspend_listings")
        statuses = [one.status for one in (reported, same, other_product, other_seller)]
        assert statuses == ["suspended", "suspended", "live", "live"]

    def test_a_review_is_removed_and_shown_again(self, session, uphold, lead):
        review = make_review(session)
        named = {"kind": "review", "external_id": review.external_id}
        received = make_notice(session, kind="review", right=..., targets=[named])
        decision = uphold(received, "remove_review", settled=False)
        assert review.status == "removed"
        assert [one.recipient_kind for one in decision.statements] == ["notifier"]  # no address
        undo(session, received.case, lead)
        assert review.status == "shown"


@pytest.mark.parametrize("measure", [one for one in ON_TARGETS if "listing" in one.targets],
                         ids=lambda measure: measure.code)  # fmt: skip
@pytest.mark.parametrize("before", [ListingStatus.LIVE, ListingStatus.SUSPENDED])
def test_a_measure_on_a_listing_is_taken_back_exactly(session, uphold, lead, measure, before):
    listing = make_online(session)
    listing.status = before
    received = make_notice(session, listing)
    uphold(received, measure.code, settled=False)
    assert listing.status == measure.event.removeprefix("listing.")
    undo(session, received.case, lead)
    assert listing.status == before
    assert [one.outcome for one in received.notice.targets] == [None]


class TestTelling:
    def test_a_statement_for_each_measure_and_an_answer_for_the_notifier(self, session, uphold):
        first, second = make_online(session), make_online(session)
        received = make_notice(session, first, second)
        seller = first.seller
        decision = uphold(received, "withdraw_listing", "suspend_listing", seller=seller,
                          measure="warn_seller")  # fmt: skip
        told = {(one.recipient_kind, one.measure, one.target) for one in decision.statements}
        assert told == {
            ("seller", "withdraw_listing", f"listing:{first.id}"),
            ("seller", "suspend_listing", f"listing:{second.id}"),
            ("seller", "warn_seller", f"seller:{seller.id}"),
            ("notifier", "", ""),
        }
        assert {one.parts["source"] for one in decision.statements} == {"notice"}

    def test_each_side_has_one_mail_and_never_the_other_s_name(self, session, uphold):
        first, second = make_online(session), make_online(session)
        received = make_notice(session, first, second)
        decision = uphold(received, "withdraw_listing", "none")
        mails = {row.to_address: row for row in rows(session, decision, Channel.MAIL)}
        assert mails.keys() == {received.notice.email, first.seller.contact_email}
        words = str(mails[first.seller.contact_email].payload)
        assert received.notice.name not in words
        assert received.notice.email not in words

    def test_a_seller_who_was_asked_learns_that_it_is_over(self, session, lead):
        received = make_notice(session)
        seller = received.notice.targets[0].seller
        until = (now() + timedelta(days=3)).date()
        asked = {"question": "Vos factures ?", "until": until, "sellers": [seller.id]}
        decided(session, received.case, "ask_seller", asked, actor=lead)
        decision = decided(session, received.case, "dismiss", {"facts": "Revendeur agréé."},
                           actor=lead)  # fmt: skip
        addresses = {row.to_address for row in rows(session, decision, Channel.MAIL)}
        assert addresses == {received.notice.email, seller.contact_email}

    def test_programs_hear_of_each_thing_hit(self, session, uphold):
        make_endpoint(session, "https://shop.example/hooks")
        listing = make_online(session)
        decision = uphold(make_notice(session, listing), "withdraw_listing")
        notice, hit = rows(session, decision, Channel.WEBHOOK)
        assert (notice.event, hit.event) == ("notice.upheld", "listing.withdrawn")
        assert hit.payload["external_id"] == listing.external_id
        assert (hit.payload["status"], hit.payload["version"]) == ("withdrawn", listing.version)
        assert "@" not in str(notice.payload)

    def test_programs_hear_of_every_listing_of_the_gtin(self, session, uphold):
        make_endpoint(session, "https://shop.example/hooks")
        seller, number = make_seller(session), gtin(4712)
        both = [make_online(session, seller, gtin=number) for _ in range(2)]
        decision = uphold(make_notice(session, both[0]), "suspend_listings")
        _, *hit = rows(session, decision, Channel.WEBHOOK)
        told = {(row.event, row.payload["external_id"], row.payload["status"]) for row in hit}
        assert told == {("listing.suspended", one.external_id, "suspended") for one in both}


class TestSellers:
    @pytest.fixture
    def received(self, session):
        return make_notice(session)

    @pytest.fixture
    def seller(self, received):
        return received.notice.targets[0].seller

    def warned(self, session, uphold, seller) -> None:
        """Warn the seller by an earlier notice."""
        earlier = make_notice(session, make_online(session, seller))
        uphold(earlier, "withdraw_listing", seller=seller, measure="warn_seller")
        session.scalars(select(Sanction)).one().notified_at = now() - timedelta(days=1)

    def test_a_suspension_waits_for_a_second_person(self, session, uphold, received, seller, lead):
        self.warned(session, uphold, seller)
        until = (now() + timedelta(days=14)).date().isoformat()
        decision = uphold(received, "withdraw_listing", seller=seller, measure="suspend_seller",
                          until=until, settled=False, **FACTORS)  # fmt: skip
        case = received.case
        assert (case.state, decision.state) == (State.HELD, DecisionState.HELD)
        assert seller.status == SellerStatus.ACTIVE
        assert rows(session, decision, Channel.MAIL) == []
        with pytest.raises(Barred):
            decide(session, case.reference, "confirm_hold", actor=lead, data={},
                   version=case.version)  # fmt: skip
        second = make_staff(session, role="lead").actor
        decide(session, case.reference, "confirm_hold", actor=second, data={},
               version=case.version)  # fmt: skip
        assert (seller.status, case.resolution) == (SellerStatus.SUSPENDED, "upheld")
        undo(session, case, second)
        assert (seller.status, case.state) == (SellerStatus.ACTIVE, State.HELD)

    def test_no_suspension_without_an_earlier_warning(self, uphold, received, seller):
        until = (now() + timedelta(days=14)).date().isoformat()
        with pytest.raises(Invalid) as refused:
            uphold(received, "none", seller=seller, measure="suspend_seller", until=until,
                   **FACTORS)  # fmt: skip
        (said,) = refused.value.form.errors[f"s{seller.id}-measure"]
        assert "Warn first" in said

    def test_nor_once_the_warning_is_taken_back_meanwhile(self, session, uphold, received, seller):
        self.warned(session, uphold, seller)
        until = (now() + timedelta(days=14)).date().isoformat()
        uphold(received, "none", seller=seller, measure="suspend_seller", until=until,
               settled=False, **FACTORS)  # fmt: skip
        session.scalars(select(Sanction)).one().lifted_at = now()
        second, case = make_staff(session, role="lead").actor, received.case
        with pytest.raises(Invalid):
            decide(session, case.reference, "confirm_hold", actor=second, data={},
                   version=case.version)  # fmt: skip

    @pytest.mark.parametrize("missing", [*FACTORS, "until"])
    def test_a_suspension_asks_for_a_date_and_each_factor(self, uphold, received, seller, missing):
        values = {**FACTORS, "until": (now() + timedelta(days=14)).date().isoformat(), missing: ""}
        with pytest.raises(Invalid) as refused:
            uphold(received, "none", seller=seller, measure="suspend_seller", **values)
        assert f"s{seller.id}-{missing}" in refused.value.form.errors

    def test_an_account_ends_after_thirty_days_notice(self, session, uphold, received, seller):
        decision = uphold(received, "none", seller=seller, measure="terminate_seller",
                          settled=False)  # fmt: skip
        assert decision.state == DecisionState.HELD
        second, case = make_staff(session, role="lead").actor, received.case
        decide(session, case.reference, "confirm_hold", actor=second, data={},
               version=case.version)  # fmt: skip
        ending = session.scalars(select(Sanction)).one()
        assert ending.effective_at >= now() + timedelta(days=30)
        assert (seller.status, ending.applied_at) == (SellerStatus.ACTIVE, None)

    def test_programs_hear_that_an_account_will_end_not_that_it_has(
        self, session, uphold, received, seller
    ):
        make_endpoint(session, "https://shop.example/hooks")
        decision = uphold(received, "none", seller=seller, measure="terminate_seller",
                          settled=False)  # fmt: skip
        second, case = make_staff(session, role="lead").actor, received.case
        decide(session, case.reference, "confirm_hold", actor=second, data={},
               version=case.version)  # fmt: skip
        events = [row.event for row in rows(session, decision, Channel.WEBHOOK)]
        assert events == ["notice.upheld", "seller.termination_announced"]

    @pytest.mark.parametrize("code", ["warn_seller", "strike_seller"])
    def test_what_is_counted_is_counted_no_more_once_undone(
        self, session, uphold, received, seller, lead, code
    ):
        uphold(received, "none", seller=seller, measure=code, settled=False)
        standing = Sanction.of("seller", seller.id).with_only_columns(func.count())
        assert session.scalar(standing) == 1
        undo(session, received.case, lead)
        assert session.scalar(standing) == 0

    def test_every_measure_on_a_seller_is_one_of_these(self):
        codes = [one.code for one in ON_SELLERS]
        assert codes == ["warn_seller", "strike_seller", "suspend_seller", "terminate_seller"]
        assert [one.code for one in ON_SELLERS if one.is_held] == codes[2:]


class TestRecord:
    def test_the_notifier_s_record_counts_and_uncounts(self, session, uphold, lead):
        received = make_notice(session)
        notifier = received.notice.notifier
        uphold(received, "withdraw_listing", settled=False)
        assert notifier.upheld_count == 1
        undo(session, received.case, lead)
        assert notifier.upheld_count == 0
        claim(session, received.case, lead)
        decided(session, received.case, "dismiss", {"facts": "Rien.", "unfounded": True},
                actor=lead)  # fmt: skip
        assert (notifier.dismissed_count, notifier.unfounded_count) == (0, 1)
