"""The digest of a submission: when it leaves, what it tells, and that it tells it once."""

import csv
import io
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import func, select

from backoffice.core.case import CaseEvent
from backoffice.core.clock import PARIS, now
from backoffice.core.decide import decide
from backoffice.core.decision import Reason
from backoffice.core.link import PortalLink, Scope
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import QUEUES
from backoffice.marketplace.submission import Submission
from backoffice.notify.message import compose
from backoffice.queues.listings.digest import tell_submissions
from backoffice.queues.listings.model import Digest, DigestLine
from jobs.enclosures import enclosures
from tests.factories.appeal import appeal_against
from tests.factories.decision import decided
from tests.factories.listing import make_listing
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

LATER = timedelta(minutes=1)


def paris(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """Return an hour of a day in Paris, counted from tomorrow: later than what a test does now."""
    day = now().astimezone(PARIS).date() + timedelta(1 + days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _in_a_job(app):
    """The application, in a context as jobs have one: no request."""
    with app.app_context():
        yield


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


@pytest.fixture
def seller(session):
    return make_seller(session)


@pytest.fixture
def refuse(session, lead):
    """Return a function that refuses a listing's case for good."""

    def refuse(case):
        data = {"reasons": [reason(session)], "facts": "La marque est protégée."}
        return in_the_morning(decided(session, case, "reject", data, actor=lead))

    return refuse


@pytest.fixture
def approve(session, lead):
    """Return a function that approves a listing's case, for good unless told otherwise."""

    def approve(case, *, settled=True):
        decision = decided(session, case, "approve", actor=lead, settled=settled)
        return in_the_morning(decision) if settled else decision

    return approve


def reason(session) -> int:
    return session.scalars(select(Reason.id).where(Reason.code == "listing_rights")).one()


def digests(session) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.event == "listing.decided")
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


def decide_at(decision, at: datetime) -> None:
    """Make a decision one that was taken at a time, and its time to undo be over."""
    decision.executed_at, decision.undo_until = at, at + timedelta(seconds=15)


def in_the_morning(decision):
    """Make a decision one of the morning of the day that `paris` counts from."""
    decide_at(decision, paris(8))
    return decision


def read(session, row):
    """Return an owed e-mail as its receiver reads it."""
    letter = compose(row, enclosures(session, row))
    return message_from_bytes(letter.data, policy=policy.default)


class TestWhen:
    def test_as_soon_as_all_is_decided(self, session, seller, approve, refuse):
        first, second = (make_listing(session, seller).case for _ in range(2))
        approve(first)
        assert tell_submissions(session, paris(11)) == 0  # the other one waits
        refuse(second)
        assert tell_submissions(session, paris(11)) == 1
        (row,) = digests(session)
        assert (row.to_address, row.locale) == (seller.contact_email, seller.locale)
        assert (row.payload["approved"], row.payload["refused"], row.payload["waiting"]) == (
            1,
            1,
            0,
        )

    def test_what_may_be_undone_is_not_told(self, session, seller, approve):
        decision = approve(make_listing(session, seller).case, settled=False)
        assert tell_submissions(session, now()) == 0
        assert tell_submissions(session, decision.undo_until) == 1

    def test_the_last_to_be_undone_holds_the_others_back(self, session, seller, approve):
        cases = [make_listing(session, seller).case for _ in range(2)]
        approve(cases[0])
        approve(cases[1], settled=False)
        assert tell_submissions(session, now()) == 0

    def test_a_case_that_waits_for_an_answer_is_not_decided(self, session, seller, lead, approve):
        approve(make_listing(session, seller).case)
        asked = make_listing(session, seller).case
        until = (now() + timedelta(days=3)).date()
        decided(session, asked, "request_info", {"question": "Quoi ?", "until": until}, actor=lead)
        assert asked.state == "waiting"
        assert tell_submissions(session, paris(11)) == 0

    def test_an_import_that_runs_is_not_decided(self, session, seller, approve):
        listing = make_listing(session, seller)
        listing.revision.submission.is_complete = False
        decide_at(approve(listing.case), paris(10))
        assert tell_submissions(session, paris(11)) == 0
        assert tell_submissions(session, paris(18)) == 1

    def test_at_six_what_is_decided_is_told_and_the_rest_counted(self, session, seller, approve):
        cases = [make_listing(session, seller).case for _ in range(3)]
        decide_at(approve(cases[0]), paris(9))
        assert tell_submissions(session, paris(17, 59)) == 0
        assert tell_submissions(session, paris(18)) == 1
        (row,) = digests(session)
        assert (row.payload["approved"], row.payload["waiting"]) == (1, 2)

    def test_after_six_what_is_partly_decided_waits_for_the_next_six(
        self, session, seller, approve
    ):
        cases = [make_listing(session, seller).case for _ in range(2)]
        decide_at(approve(cases[0]), paris(19))
        assert tell_submissions(session, paris(20)) == 0
        assert tell_submissions(session, paris(17, 59, days=1)) == 0
        assert tell_submissions(session, paris(18, days=1)) == 1

    def test_a_six_without_scheduler_is_made_up_for(self, session, seller, approve):
        cases = [make_listing(session, seller).case for _ in range(2)]
        decide_at(approve(cases[0]), paris(9))
        assert tell_submissions(session, paris(1, days=1)) == 1

    @pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 8, 15)])
    def test_six_is_six_in_paris_whatever_the_season_or_the_day(
        self, session, seller, approve, day
    ):
        cases = [make_listing(session, seller).case for _ in range(2)]
        close = datetime(day.year, day.month, day.day, 18, tzinfo=PARIS)
        decide_at(approve(cases[0]), close - timedelta(hours=3))
        assert tell_submissions(session, close - timedelta(seconds=1)) == 0
        assert tell_submissions(session, close) == 1

    def test_one_a_day_for_a_submission(self, session, seller, approve):
        approve(make_listing(session, seller).case)
        assert tell_submissions(session, paris(10)) == 1
        decide_at(approve(make_listing(session, seller).case), paris(11))
        assert tell_submissions(session, paris(23, 59)) == 0
        assert tell_submissions(session, paris(0, days=1)) == 1
        assert [row.payload["approved"] for row in digests(session)] == [1, 1]

    def test_nothing_to_tell_is_not_told(self, session, seller, approve):
        approve(make_listing(session, seller).case)
        assert tell_submissions(session, paris(10)) == 1
        assert tell_submissions(session, paris(18, days=1)) == 0
        assert session.scalar(select(func.count(Digest.id))) == 1

    def test_each_submission_has_its_own(self, session, approve):
        for _ in range(2):
            approve(make_listing(session).case)
        assert tell_submissions(session, paris(10)) == 2
        assert len({row.to_address for row in digests(session)}) == 2


class TestWhat:
    def test_a_refusal_has_its_statement_and_a_link_to_contest(self, session, seller, refuse):
        listing = make_listing(session, seller, title="Théière")
        decision = refuse(listing.case)
        tell_submissions(session, paris(10))
        (row,) = digests(session)
        (told,) = row.payload["refusals"]
        assert told["statement"] == decision.statements[0].parts
        link = session.get_one(PortalLink, told["portal"])
        assert (link.scope, link.decision_id, link.case_id) == (
            Scope.CONTEST, decision.id, listing.case.id,
        )  # fmt: skip
        assert link.expires_at == decision.appeal_until
        mail = read(session, row)
        words = mail.get_body(("plain",)).get_content()
        for part in ("Théière", listing.listing.external_id, "La marque est protégée.", "/p/"):
            assert part in words
        assert "1" in mail["Subject"]

    def test_an_approval_needs_no_link(self, session, seller, approve):
        approve(make_listing(session, seller, title="Théière").case)
        tell_submissions(session, paris(10))
        (row,) = digests(session)
        assert session.scalars(select(PortalLink)).all() == []
        assert "Théière" in read(session, row).get_body(("html",)).get_content()

    def test_the_case_says_that_the_seller_was_told(self, session, seller, approve):
        case = make_listing(session, seller).case
        decision = approve(case)
        tell_submissions(session, paris(10))
        line = session.scalars(select(CaseEvent).where(CaseEvent.verb == "told")).one()
        assert (line.case_id, line.decision_id, line.internal) == (case.id, decision.id, False)

    def test_names_that_look_like_markup_stay_names(self, session, seller, refuse):
        refuse(make_listing(session, seller, title="<b>Théière</b> & {{ 7 * 7 }} %(x)s").case)
        tell_submissions(session, paris(10))
        mail = read(session, digests(session)[0])
        assert "<b>Théière</b> & {{ 7 * 7 }} %(x)s" in mail.get_body(("plain",)).get_content()
        assert "&lt;b&gt;Théière" in mail.get_body(("html",)).get_content()


class TestDecidedAgain:
    def override(self, session, case, **data):
        lead = make_staff(session, role="lead").actor
        return decided(session, case, "override", data, actor=lead)

    def test_before_it_was_told_only_the_new_decision_is(self, session, seller, approve):
        case = make_listing(session, seller).case
        approve(case)
        self.override(session, case, action="reject", reasons=[reason(session)], facts="Non.")
        tell_submissions(session, paris(10))
        (row,) = digests(session)
        assert (row.payload["approved"], row.payload["refused"]) == (0, 1)
        assert row.payload["refusals"][0]["replaces"] is False

    def test_afterwards_a_later_digest_tells_that_it_replaces(self, session, seller, refuse):
        case = make_listing(session, seller).case
        refuse(case)
        tell_submissions(session, paris(10))
        self.override(session, case, action="approve")
        assert tell_submissions(session, paris(23)) == 0
        assert tell_submissions(session, paris(0, days=1)) == 1
        assert digests(session)[1].payload["approvals"][0]["replaces"] is True

    def test_an_undone_decision_is_not_told(self, session, seller, approve, lead):
        case = make_listing(session, seller).case
        approve(case, settled=False)
        decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
        assert tell_submissions(session, paris(18, days=1)) == 0

    def test_what_stands_again_after_an_undo_is_not_told_twice(self, session, seller, refuse):
        case = make_listing(session, seller).case
        refuse(case)
        tell_submissions(session, paris(10))
        lead = make_staff(session, role="lead").actor
        decided(session, case, "override", {"action": "approve"}, actor=lead, settled=False)
        decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
        assert case.resolution == "rejected"
        assert tell_submissions(session, paris(18, days=1)) == 0
        assert session.scalar(select(func.count()).select_from(DigestLine)) == 1

    def test_a_reopened_case_is_told_when_it_is_decided(self, session, seller, approve, lead):
        case = make_listing(session, seller).case
        approve(case)
        decided(session, case, "reopen", {"facts": "À revoir."}, actor=lead)
        assert tell_submissions(session, paris(18)) == 0
        approve(case)
        assert tell_submissions(session, paris(18)) == 1
        assert digests(session)[0].payload["approved"] == 1

    def test_an_overturned_refusal_is_told_once_beside_the_appeal_s_answer(
        self, session, seller, refuse, lead
    ):
        listing = make_listing(session, seller)
        refusal = refuse(listing.case)
        tell_submissions(session, paris(10))
        refusal.undo_until = now() - LATER
        appeal = appeal_against(session, refusal)
        judge = make_staff(session, role="lead").actor
        over = {"facts": "L’autorisation est jointe.", "instead": "approve", "approve-facts": ""}
        made = decided(session, appeal, "overturn", over, actor=judge)
        approval = session.scalars(select(type(made)).where(type(made).part_of_id == made.id)).one()
        approval.undo_until = now() - LATER
        session.flush()
        assert listing.listing.status == "live"
        assert tell_submissions(session, paris(0, days=1)) == 1
        assert tell_submissions(session, paris(18, days=3)) == 0
        owed = session.scalars(
            select(OutboxMessage.event).where(
                OutboxMessage.channel == "mail", OutboxMessage.event != "registration.received"
            )
        )
        assert sorted(owed) == [
            "appeal.overturned", "appeal.received", "listing.decided", "listing.decided",
        ]  # fmt: skip


def test_of_more_than_a_mail_names_the_whole_list_is_attached(session, seller, approve, refuse):
    for number in range(102):
        case = make_listing(session, seller, title=f"=HYPERLINK({number})").case
        refuse(case) if number % 3 == 0 else approve(case)
    tell_submissions(session, paris(10))
    many = digests(session)[0]
    assert (many.payload["approved"], many.payload["refused"]) == (68, 34)
    assert len(many.payload["refusals"]) + len(many.payload["approvals"]) == 100  # stays small
    (attached,) = read(session, many).iter_attachments()
    assert attached.get_content_type() == "text/csv"
    assert attached.get_filename().endswith(".csv")
    lines = list(
        csv.reader(io.StringIO(attached.get_content().removeprefix("\ufeff")), delimiter=";")
    )
    assert len(lines) == 103
    assert {line[3] for line in lines[1:35]} == {lines[1][3]}  # refusals first
    assert all(line[1].startswith("'=HYPERLINK") for line in lines[1:])
    assert all("/p/" in line[-1] for line in lines[1:35])
    assert all(line[-1] == "" for line in lines[35:])
    assert all("La marque est protégée." in line for line in lines[1:35])
    first, again = (enclosures(session, many)[0] for _ in range(2))  # a resend attaches the same
    assert first == again
    assert session.scalar(select(func.count()).select_from(DigestLine)) == 102
    assert session.scalars(select(Submission.told_day)).one() == paris(10).date()


def test_the_table_of_contents_names_its_table():
    assert set(QUEUES["listings"].enclosures) == {"listing.decided"}
