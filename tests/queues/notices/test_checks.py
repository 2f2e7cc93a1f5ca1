"""The checks of a notice: each says what it found, with its proof, in a few statements."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.checks import Outcome
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.listing import ListingStatus, set_status
from backoffice.marketplace.notifier import Notifier, NotifierKind, TrustedStatus
from backoffice.marketplace.right import Right
from backoffice.marketplace.sanction import Basis, strike, warn
from backoffice.queues.notices.checks import CHECKS
from tests.factories.notice import make_notice, make_online, named
from tests.factories.seller import make_seller
from tests.factories.user_text import make_review
from tests.statements import counted

FAIL, WARN, PASS = Outcome.FAIL, Outcome.WARN, Outcome.PASS


def findings(session, received, name):
    check = next(one for one in CHECKS if one.name == name)
    session.flush()
    return check.findings(session, received.case, received.notice)


def found(session, received, name):
    (only,) = findings(session, received, name)
    return only


def outcome(session, received, name):
    return found(session, received, name).outcome


class TestReport:
    def test_each_thing_the_law_wants_has_a_row_of_its_own(self, session):
        targets = [named(make_online(session)), {"typed": "https://shop.example/rien"}]
        received = make_notice(session, explanation="Contrefaçon de marque.", targets=targets)
        rows = {one.part: one.outcome for one in findings(session, received, "complete")}
        assert rows == {
            "explanation": WARN, "location": FAIL, "identity": PASS, "good_faith": PASS,
        }  # fmt: skip

    def test_only_one_kind_may_be_reported_without_a_name(self, session):
        notice = make_notice(session).notice
        notice.email, notice.right = "", None
        for kind, expected in (("trademark", FAIL), ("child_abuse", PASS)):
            notice.kind = kind
            check = next(one for one in CHECKS if one.name == "complete")
            rows = {one.part: one for one in check.findings(session, None, notice)}
            assert rows["identity"].outcome == expected
            assert ("right" in rows) == (kind == "trademark")

    def test_the_same_notifier_and_the_same_thing_before_are_named_with_their_end(self, session):
        first = make_notice(session)
        first.case.state, first.case.resolution = "closed", "dismissed"
        listing, said = first.notice.targets[0].listing, {"notifier__email": first.notice.email}
        again = make_notice(session, listing, **said)
        assert outcome(session, make_notice(session, listing), "repeated") == PASS
        assert outcome(session, make_notice(session, **said), "repeated") == PASS
        result = found(session, again, "repeated")
        assert result.outcome == WARN
        assert [line.values["reference"] for line in result.proof] == [first.case.reference]
        assert result.proof[0].values["ended"]["msgid"] == "dismissed"

    @pytest.mark.parametrize(
        ("counts", "expected"),
        [((0, 0, 0), PASS), ((8, 1, 0), PASS), ((3, 4, 1), WARN), ((2, 1, 3), FAIL)],
    )
    def test_the_notifier_is_known_by_how_notices_ended(self, session, counts, expected):
        received = make_notice(session)
        one = received.notice.notifier
        one.upheld_count, one.dismissed_count, one.unfounded_count = counts
        assert outcome(session, received, "notifier") == expected

    def test_a_suspension_is_due_once_a_warning_stands(self, session):
        received = make_notice(session)
        one = received.notice.notifier
        one.unfounded_count = 3
        assert "no warning stands" in found(session, received, "notifier").proof[1].msgid
        warn(session, one, Basis(now() - timedelta(days=3)))
        assert "the four factors" in found(session, received, "notifier").proof[1].msgid

    def test_a_trusted_flagger_whose_status_was_taken_is_named(self, session):
        received = make_notice(session)
        one: Notifier = received.notice.notifier
        one.kind, one.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.REVOKED
        assert outcome(session, received, "notifier") == WARN


class TestRight:
    def test_numbers_are_read_again_and_what_to_look_up_is_said(self, session):
        plain = make_notice(session)
        assert outcome(session, plain, "number") == PASS
        abroad = make_notice(session, right__register="WIPO", right__number="532401A")
        assert outcome(session, abroad, "number") == PASS  # it designates France
        abroad.notice.right.territories = []
        assert outcome(session, abroad, "number") == WARN
        plain.notice.right.number = "UK00918123456"
        assert outcome(session, plain, "number") == FAIL

    def test_an_expired_right_fails_and_an_end_unknown_is_to_be_looked_up(self, session):
        received = make_notice(session)
        right: Right = received.notice.right
        assert outcome(session, received, "protection") == WARN
        right.expires_on = now().date() + timedelta(days=40)
        assert outcome(session, received, "protection") == PASS
        right.expires_on = now().date() - timedelta(days=40)
        assert outcome(session, received, "protection") == FAIL
        right.expires_on, right.verified_at = None, now()
        assert outcome(session, received, "protection") == PASS

    def test_a_right_must_hold_in_france(self, session):
        received = make_notice(session, right__register="WIPO", right__number="532402")
        right: Right = received.notice.right
        for territories, expected in ((["EM"], PASS), (["CH", "US"], FAIL), ([], WARN)):
            right.territories = territories
            assert outcome(session, received, "territory") == expected
        right.register = "EUIPO"
        assert outcome(session, received, "territory") == PASS

    def test_services_alone_cover_no_goods(self, session):
        received = make_notice(session)
        for classes, expected in (([21], PASS), ([35, 42], WARN), ([], WARN)):
            received.notice.right.classes = classes
            assert outcome(session, received, "classes") == expected

    def test_a_number_known_under_another_holder_fails(self, session):
        first = make_notice(session)
        assert outcome(session, first, "holder") == PASS
        number = first.notice.right.number
        other = make_notice(session, right__number=number, right__holder={"name": "Autre SARL"})
        result = found(session, other, "holder")
        assert result.outcome == FAIL
        assert result.headline.values["holder"] == "Terrabelle SAS"
        assert [line.values["holder"] for line in result.proof] == ["Autre SARL"]

    def test_an_agent_is_asked_for_the_mandate(self, session):
        received = make_notice(session, right__role="agent")
        assert outcome(session, make_notice(session), "mandate") == PASS
        assert outcome(session, received, "mandate") == WARN
        file = {
            "filename": "mandat.pdf", "declared_content_type": "application/pdf", "size_bytes": 1,
            "kind": "evidence", "uploaded_by": "api", "storage_key": "x",
        }  # fmt: skip
        sender = f"notifier:{received.notice.notifier_id}"
        session.add(Attachment(case_id=received.case.id, sent_by="seller:1", **file))
        assert outcome(session, received, "mandate") == WARN
        session.add(Attachment(case_id=received.case.id, sent_by=sender, **file))
        assert outcome(session, received, "mandate") == PASS

    def test_without_a_right_nothing_is_said_of_one(self, session):
        received = make_notice(session, kind="dangerous", right=None)
        names = ("number", "protection", "territory", "classes", "holder", "mandate")
        assert [findings(session, received, name) for name in names] == [[]] * len(names)


class TestTargets:
    def test_what_is_no_longer_online_is_named(self, session):
        shown, gone = make_online(session), make_online(session)
        received = make_notice(session, shown, gone)
        assert outcome(session, received, "online") == PASS
        set_status(gone, ListingStatus.WITHDRAWN, now())
        result = found(session, received, "online")
        assert (result.outcome, len(result.proof)) == (WARN, 1)

    def test_the_same_gtin_or_brand_is_found_at_this_and_at_other_sellers(self, session):
        listing = make_online(session, brand="Terrabelle")
        received = make_notice(session, listing)
        assert outcome(session, received, "elsewhere") == PASS
        make_online(session, gtin=listing.gtin.lstrip("0"))
        make_online(session, listing.seller, brand="TERRABELLE")
        hidden = make_online(session, brand="Terrabelle")
        set_status(hidden, ListingStatus.SUSPENDED, now())
        result = found(session, received, "elsewhere")
        assert result.outcome == WARN
        assert result.headline.values == {"here": 1, "there": 1}
        assert len(result.proof) == 2

    def test_a_review_has_no_gtin(self, session):
        received = make_notice(session, make_review(session), kind="review", right=None)
        assert findings(session, received, "elsewhere") == []
        assert outcome(session, received, "online") == PASS


class TestSellers:
    def test_what_stands_against_a_seller_suggests_a_measure(self, session):
        listing = make_online(session)
        received = make_notice(session, listing)
        assert outcome(session, received, "standing") == PASS
        earlier = Basis(now() - timedelta(days=9), reason_codes=("listing_counterfeit",))
        strike(session, listing.seller, earlier)
        strike(session, listing.seller, earlier)
        said = found(session, received, "standing").headline.values["standing"]["values"]
        assert (said["strikes"], said["weight"]) == (2, 8)
        assert said["suggested"]["msgid"] == "suggested: a warning"
        warn(session, listing.seller, earlier)
        said = found(session, received, "standing").headline.values["standing"]["values"]
        assert said["suggested"]["values"] == {"days": 14}

    def test_a_seller_whom_the_owner_allows_the_brand_is_named(self, session):
        listing = make_online(session)
        received = make_notice(session, listing)
        assert findings(session, received, "authorised") == []
        brand = ProtectedBrand(
            name="Terrabelle", owner="Terrabelle SAS", register="INPI", number="4999999",
            starts_at=now() - timedelta(days=1),
        )  # fmt: skip
        session.add(brand)
        assert outcome(session, received, "authorised") == PASS
        brand.authorised = [listing.seller.external_id]
        assert outcome(session, received, "authorised") == WARN


def test_many_targets_ask_no_more_statements_than_one(session):
    counts = []
    for number in (1, 12):
        listings = [make_online(session, make_seller(session), brand="Terrabelle")
                    for _ in range(number)]  # fmt: skip
        received = make_notice(session, *listings)
        reference = received.case.id
        session.flush()
        session.expunge_all()
        case = session.get_one(type(received.case), reference)
        notice = session.get_one(type(received.notice), case.subject_id)
        with counted(session.connection()) as statements:
            for check in CHECKS:
                check.findings(session, case, notice)
        counts.append(len(statements))
    assert counts[1] == counts[0] <= 20


def test_no_check_decides_anything(session):
    received = make_notice(session)
    session.flush()
    version = received.case.version
    for check in CHECKS:
        check.findings(session, received.case, received.notice)
    assert not session.dirty | session.new
    session.expire_all()
    assert (received.case.state, received.case.version) == ("open", version)
    assert session.scalars(select(Right)).first() is not None
