"""The transparency report against notices, measures and complaints whose fate is known."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.decision import reasons_for
from backoffice.insight.transparency import Year, report
from backoffice.marketplace.notifier import NotifierKind, TrustedStatus
from backoffice.marketplace.sanction import Basis, suspend_notifier, warn
from backoffice.queues.appeals.contest import contest
from backoffice.queues.appeals.model import Appeal
from backoffice.queues.notices.parties import notifier_party
from tests.factories.appeal import act
from tests.factories.listing import make_case_for
from tests.factories.notice import make_notice
from tests.factories.staff import make_staff, sign_in
from tests.factories.upheld import (
    FACTORS,
    make_reported,
    reason_id,
    told,
    upheld,
    uphold,
    uphold_all,
)

pytestmark = pytest.mark.usefixtures("app")
YEAR = Year(2025)
JUNE = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)


def table(session, name, year=YEAR):
    """Return a section's lines by their label, without those that are all nought."""
    (section,) = (one for one in report(session, year) if one.name == name)
    rows = {getattr(row.label, "msgid", row.label): list(row.values) for row in section.rows}
    return {label: values for label, values in rows.items() if any(values)}


def received(received_one, at=JUNE):
    """Let a notice have come at a time."""
    received_one.notice.received_at = received_one.case.received_at = at
    return received_one


def decided_at(session, decision, at):
    """Let a decision have been taken at a time."""
    decision.executed_at = at
    decision.case.closed_at = at
    session.flush()


@pytest.fixture
def moderator(session):
    return make_staff(session, role="moderator").actor


@pytest.fixture
def decide_by(session, moderator):
    """Return a function that decides a notice so many hours after it came."""

    def decide_by(one, hours, reason=None):
        if reason is None:
            decision = act(session, one.case, "dismiss", moderator, {"facts": "Rien."})
            told(session, decision)
        else:
            listing = one.notice.targets[0].listing
            data = uphold(session, one.notice, {listing: "suspend_listing"})
            decision = upheld(session, one.case, data | {"reasons": [reason]}, moderator)
        decided_at(session, decision, one.notice.received_at + timedelta(hours=hours))
        return decision

    return decide_by


class TestNotices:
    def test_what_came_and_what_followed_by_kind(self, session, decide_by):
        law, terms = reason_id(session), reason_id(session, "notice_behaviour")
        by_law, by_terms, dismissed, waiting = (received(make_notice(session)) for _ in range(4))
        by = waiting.notice.notifier
        by.kind, by.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.ACTIVE
        decide_by(by_law, 10, law)
        decide_by(by_terms, 20, terms)
        decide_by(dismissed, 60)
        ten = [4, 1, 1, 1, 1, 0, timedelta(hours=20)]
        assert table(session, "notices") == {"Trademark": ten, "All": ten}

    def test_kinds_add_up_and_the_median_is_over_all(self, session, decide_by):
        one = received(make_notice(session))
        other = received(make_notice(session, kind="dangerous", right=None))
        decide_by(one, 10)
        decide_by(other, 30)
        assert table(session, "notices") == {
            "Trademark": [1, 0, 0, 0, 1, 0, timedelta(hours=10)],
            "Dangerous product": [1, 0, 0, 0, 1, 0, timedelta(hours=30)],
            "All": [2, 0, 0, 0, 2, 0, timedelta(hours=20)],
        }

    def test_a_decision_that_was_replaced_counts_once_its_first_time(self, session, decide_by):
        one = received(make_notice(session))
        first = decide_by(one, 10)
        lead = make_staff(session, role="lead").actor
        listing = one.notice.targets[0].listing
        data = uphold(session, one.notice, {listing: "suspend_listing"})
        second = act(session, one.case, "override", lead, {"action": "uphold", **data})
        told(session, second)
        decided_at(session, second, JUNE + timedelta(hours=200))
        decided_at(session, first, JUNE + timedelta(hours=10))
        assert table(session, "notices")["All"] == [1, 0, 1, 0, 0, 0, timedelta(hours=10)]

    @pytest.mark.parametrize(
        ("at", "year"),
        [
            (datetime(2024, 12, 31, 22, 59, tzinfo=UTC), 2024),
            (datetime(2024, 12, 31, 23, 0, tzinfo=UTC), 2025),
            (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), 2025),
            (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), 2026),
        ],
    )
    def test_a_year_turns_at_midnight_in_paris(self, session, at, year):
        received(make_notice(session), at)
        session.flush()
        found = {n: table(session, "notices", Year(n)) for n in (2024, 2025, 2026)}
        assert [n for n, rows in found.items() if rows] == [year]

    def test_one_still_undecided_has_no_time(self, session):
        received(make_notice(session))
        session.flush()
        assert table(session, "notices")["All"] == [1, 0, 0, 0, 0, 0, None]


class TestMeasures:
    def test_those_on_our_own_initiative_count_not_those_a_notice_caused(
        self, session, moderator, decide_by
    ):
        year = Year(clock.now().astimezone(clock.PARIS).year)
        case = make_case_for(session, "suspend")
        reason = reason_id(session, suspend_reason(session))
        decision = act(
            session, case, "suspend", moderator, {"reasons": [reason], "facts": "Vu par nous."}
        )
        told(session, decision)
        decide_by(make_notice(session), 1, reason_id(session))
        rows = table(session, "own", year)
        is_law = decision.reasons[0].ground == "illegal"
        counts = [1, int(is_law), int(not is_law), 0]
        assert rows == {"%(queue)s: %(measure)s": counts, "All": counts}

    def test_suspensions_by_what_was_misused(self, session, moderator):
        year = Year(clock.now().astimezone(clock.PARIS).year)
        lead = make_staff(session, role="lead").actor
        reported = make_reported(session)
        uphold_all(session, reported, moderator, lead)
        by, at = reported.notice.notifier, clock.now()
        warn(session, by, Basis(at - timedelta(days=40)))
        suspend_notifier(session, by, at + timedelta(days=9), FACTORS, Basis(at))
        assert table(session, "suspensions", year) == {
            "Manifestly illegal content": [1],
            "Manifestly unfounded notices": [1],
        }

    def test_no_order_of_an_authority_was_recorded(self, session):
        sections = {one.name: one for one in report(session, YEAR)}
        assert [row.values for row in sections["orders"].rows] == [[0]]
        assert "was recorded" in sections["orders"].note


class TestComplaints:
    def test_against_what_how_they_ended_and_how_fast(self, session, moderator):
        lead = make_staff(session, role="lead").actor
        reported = make_reported(session)
        decision = uphold_all(session, reported, moderator, lead)
        anna, boris, notifier = (
            contest(session, decision, party, "Non.")
            for party in (
                reported.anna.party,
                reported.boris.party,
                notifier_party(session, reported.notice),
            )
        )
        judge = make_staff(session, role="lead").actor
        act(session, boris, "confirm", judge, {"facts": "Rien de neuf."})
        act(session, anna, "overturn", judge, {
            "facts": "Soit.",
            "instead": "uphold",
            "uphold": uphold(session, reported.notice, {reported.other: "suspend_listing",
                                                        reported.boris: "warn_seller"}),
        })  # fmt: skip
        for case, hours in ((anna, 30), (boris, 10), (notifier, None)):
            case.received_at = JUNE
            case.closed_at = JUNE + timedelta(hours=hours) if hours else None
        for one in session.scalars(select(Appeal)):
            one.received_at = JUNE
        session.flush()
        assert table(session, "complaints") == {
            "A measure on the basis of the law": [2, 1, 1, 0, 1, timedelta(hours=20)],
            "What was done about a notice, by who sent it": [1, 0, 0, 0, 0, None],
            "All": [3, 1, 1, 0, 1, timedelta(hours=20)],
        }


class TestPages:
    @pytest.mark.parametrize("role", ["lead", "admin", "auditor"])
    def test_it_opens_to_whom_it_may_and_says_the_year(self, client, session, role):
        sign_in(client, session, make_staff(session, role=role))
        received(make_notice(session))
        session.flush()
        page = client.get("/insight/transparency?year=2025&lang=en").text
        assert "Transparency report 2025" in page
        assert "No order to act against illegal content" in page
        assert "/insight/transparency.csv?year=2025" in page

    def test_to_nobody_else(self, client, session):
        sign_in(client, session, make_staff(session, role="moderator"))
        assert client.get("/insight/transparency?year=2025").status_code == 404
        assert "/insight/transparency" not in client.get("/").text

    @pytest.mark.parametrize("typed", ["", "1999", "3000", "abc", "2025'--"])
    def test_a_year_that_cannot_be_is_the_present_one(self, client, session, typed):
        sign_in(client, session, make_staff(session, role="lead"))
        year = clock.now().astimezone(clock.PARIS).year
        page = client.get("/insight/transparency", query_string={"year": typed, "lang": "en"})
        assert f"Transparency report {year}" in page.text

    def test_the_file_holds_every_figure_once(self, client, session):
        sign_in(client, session, make_staff(session, role="auditor"))
        received(make_notice(session))
        session.flush()
        answer = client.get("/insight/transparency.csv?year=2025&lang=en")
        assert answer.headers["Content-Disposition"].endswith("transparency-2025.csv")
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
        assert len({tuple(row[:3]) for row in rows}) == len(rows)
        assert ["Notices", "Trademark", "Received", "1"] in rows
        assert ["Notices", "All", "Median time", ""] in rows


def suspend_reason(session):
    """Return the code of a reason for which a listing may be suspended."""
    return reasons_for(session, "listing:suspend")[0].code
