"""One notice, three readers: who reports, and two sellers who never learn of each other."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.case import Case, CaseEvent
from backoffice.core.decision import current_decision
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink, Scope, give_link
from backoffice.core.request import InfoRequest
from backoffice.queues.appeals.contest import contest
from backoffice.queues.appeals.model import Appeal
from backoffice.queues.notices.parties import notifier_party
from tests.factories.appeal import act, path_of
from tests.factories.staff import make_staff
from tests.factories.upheld import (
    make_reported,
    notifier_link,
    seller_link,
    told,
    upheld,
    uphold,
    uphold_all,
)
from tests.fakes.documents import pdf

SAID = "Nous avons une licence depuis 2019."


@pytest.fixture
def reported(session, files_dir, app):
    return make_reported(session)


@pytest.fixture
def follow(session, reported):
    """The address that the receipt gave who reports."""
    links = select(PortalLink).where(PortalLink.case_id == reported.case.id)
    return path_of(session.scalars(links.where(PortalLink.party_kind == "notifier")).one())


@pytest.fixture
def asked(session, reported, moderator):
    """Ask both sellers; returns the addresses that Anna and Boris were given."""
    until = (clock.now() + timedelta(days=6)).date()
    sellers = [reported.anna.id, reported.boris.id]
    data = {"question": "Avez-vous une licence ?", "until": until, "sellers": sellers}
    decision = act(session, reported.case, "ask_seller", moderator, data)
    told(session, decision)
    return [path_of(seller_link(session, decision, one)) for one in (reported.anna, reported.boris)]


@pytest.fixture
def decision(session, reported, moderator, lead):
    return uphold_all(session, reported, moderator, lead)


@pytest.fixture
def addresses(session, reported, decision):
    """The addresses by which Anna, Boris and who reports were told the decision."""
    anna, boris = (
        path_of(seller_link(session, decision, one)) for one in (reported.anna, reported.boris)
    )
    return anna, boris, path_of(notifier_link(session, decision, reported.notice))


def strangers_to(reported, reader):
    """Return the words that a reader must never find."""
    notice = reported.notice
    who_reports = [notice.name, notice.email, notice.explanation, notice.right.number]
    return {
        "anna": [*who_reports, reported.boris.display_name, "Vase de Boris"],
        "boris": [*who_reports, reported.anna.display_name, "Théière d’Anna", "Bol d’Anna"],
        "notifier": [reported.anna.contact_email, reported.boris.contact_email, SAID],
    }[reader]


def shown(client, path, lang="en"):
    return client.get(f"{path}?lang={lang}").get_data(as_text=True)


def file(name="licence.pdf"):
    return (io.BytesIO(pdf()), name, "application/pdf")


class TestWhoReports:
    def test_the_page_holds_what_was_sent_and_what_it_is_about(self, client, reported, follow):
        page = shown(client, follow)
        assert "We are examining your notice" in page
        assert reported.notice.explanation in page
        assert reported.notice.right.number in page
        for title in ("Théière d’Anna", "Bol d’Anna", "Vase de Boris"):
            assert title in page

    def test_in_french(self, client, reported, follow):
        assert reported.notice.explanation in shown(client, follow, "fr")

    def test_a_sellers_answer_and_files_stay_hidden(
        self, client, session, reported, follow, asked, post
    ):
        post(asked[0], "answer", answer=SAID, files=file())
        page = shown(client, follow)
        for words in (*strangers_to(reported, "notifier"), "licence.pdf"):
            assert words not in page
        number = session.scalars(
            select(Attachment.id).where(Attachment.filename == "licence.pdf")
        ).one()
        assert client.get(f"{follow}/documents/{number}").status_code == 404

    def test_the_outcome_is_said_for_each_thing(self, client, reported, addresses):
        page = shown(client, addresses[2])
        assert "We act on what you reported" in page
        for words in ("Listing withdrawn for good", "Listing suspended", "Contest below"):
            assert words in page
        for words in ("We suspend your account", "We warn you", 'name="measures"'):
            assert words not in page

    def test_a_part_that_was_not_upheld_is_said_and_may_be_contested(
        self, client, session, reported, moderator, post
    ):
        data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
        decision = upheld(session, reported.case, data, moderator)
        path = path_of(notifier_link(session, decision, reported.notice))
        page = shown(client, path)
        assert "We act on a part of what you reported" in page
        assert page.count("No action") == 2
        assert post(path, "contest", why="Et l’autre ?").status_code == 303
        assert session.scalars(select(Appeal)).one().party_kind == "notifier"


class TestSellers:
    def test_each_reads_the_question_and_her_own_things(self, client, reported, asked):
        anna, boris = (shown(client, path) for path in asked)
        assert "A notice that concerns you" in anna
        assert "Kind of notice: Trademark." in anna
        assert "Avez-vous une licence ?" in anna
        assert ("Théière d’Anna" in anna, "Bol d’Anna" in anna) == (True, True)
        assert "Vase de Boris" in boris
        for words in strangers_to(reported, "anna"):
            assert words not in anna
        for words in strangers_to(reported, "boris"):
            assert words not in boris

    def test_the_answer_brings_proofs_by_kind(self, session, reported, asked, post):
        post(asked[0], "answer", **{
            "answer": SAID,
            "document:licence": [file("a.pdf"), file("b.pdf")],
            "document:invoice": file("c.pdf"),
            "files": file("d.pdf"),
        })  # fmt: skip
        rows = session.scalars(
            select(Attachment).where(Attachment.sent_by == f"seller:{reported.anna.id}")
        )
        assert sorted((row.kind, row.filename) for row in rows) == [
            ("evidence", "d.pdf"), ("invoice", "c.pdf"), ("licence", "a.pdf"), ("licence", "b.pdf"),
        ]  # fmt: skip

    def test_one_s_answer_is_not_the_other_s(self, client, session, reported, asked, post):
        post(asked[0], "answer", answer=SAID, files=file())
        assert SAID in shown(client, asked[0])
        other = shown(client, asked[1])
        assert SAID not in other
        assert "licence.pdf" not in other
        assert 'name="answer"' in other
        assert reported.case.state == "waiting"
        post(asked[1], "answer", answer="Non.")
        assert reported.case.state == "open"

    def test_a_question_is_answered_by_whom_it_was_put_to(self, session, reported, asked, post):
        number = session.scalars(
            select(InfoRequest.id).where(InfoRequest.asked_of_id == reported.boris.id)
        ).one()
        answer = post(asked[0], "answer", answer=SAID, request=number)
        assert answer.status_code == 404

    def test_a_late_answer_counts_and_is_marked_while_nothing_is_decided(
        self, client, session, reported, asked, post
    ):
        for one in session.scalars(select(InfoRequest)):
            one.until = clock.now() - timedelta(days=1)
        session.flush()
        assert post(asked[0], "answer", answer=SAID).status_code == 303
        assert "after the date; it counts all the same" in shown(client, asked[0])
        verbs = select(CaseEvent.verb).where(CaseEvent.case_id == reported.case.id)
        assert "answered_late" in session.scalars(verbs).all()

    def test_it_counts_while_a_second_person_is_waited_for(
        self, session, reported, asked, moderator, post
    ):
        case = reported.case
        case.state, case.waiting_for, case.waiting_until = "held", None, None
        version = case.version
        session.flush()
        assert post(asked[0], "answer", answer=SAID).status_code == 303
        post(asked[1], "answer", answer="Non.")
        assert (case.state, "answered" in case.flags) == ("held", True)
        assert case.version > version

    def test_after_the_decision_the_page_says_so_and_how_to_contest(
        self, client, session, reported, asked, decision, post
    ):
        number = session.scalars(
            select(InfoRequest.id).where(InfoRequest.asked_of_id == reported.anna.id)
        ).one()
        late = post(f"{asked[0]}?lang=en", "answer", answer=SAID, request=number)
        assert late.status_code == 409
        for words in (
            "We are no longer waiting for an answer",
            SAID,
            "A notice that concerns you: our decision",
            "open the link of the e-mail that told it",
        ):
            assert words in late.text

    def test_the_decision_says_each_measure_with_its_thing(self, client, reported, addresses):
        anna, boris, _ = (shown(client, path) for path in addresses)
        for words in ("We withdraw this listing", "We suspend your account", "Poterie Anna"):
            assert words in anna
        for words in ("We suspend this listing", "We warn you", "Vase de Boris"):
            assert words in boris
        for words in strangers_to(reported, "anna"):
            assert words not in anna
        for words in strangers_to(reported, "boris"):
            assert words not in boris

    def test_in_french_too(self, client, reported, addresses):
        for path, reader in zip(addresses, ("anna", "boris", "notifier"), strict=True):
            page = shown(client, path, "fr")
            for words in strangers_to(reported, reader):
                assert words not in page

    def test_who_is_not_hit_has_nothing_to_contest(
        self, client, session, reported, asked, moderator, post
    ):
        data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
        decision = upheld(session, reported.case, data, moderator)
        path = path_of(seller_link(session, decision, reported.boris))
        page = shown(client, path)
        assert "nothing changes for you" in page
        assert 'name="why"' not in page
        refused = post(f"{path}?lang=en", "contest", why="Quand même.")
        assert refused.status_code == 409
        assert "nothing to contest" in refused.text
        assert "Quand même." in refused.text


class TestContesting:
    def appeal(self, session):
        return session.scalars(select(Appeal)).one()

    def statements(self, session, reported, decision):
        return {one.target: one.id for one in decision.told("seller", reported.anna.id)}

    def test_every_measure_is_ticked_at_first(self, client, addresses):
        page = shown(client, addresses[0])
        boxes = [line for line in page.splitlines() if 'type="checkbox"' in line]
        assert len(boxes) == 3
        assert page.count(" checked") == 3

    def test_some_of_them_are_kept(self, client, session, reported, decision, addresses, post):
        wanted = self.statements(session, reported, decision)[f"listing:{reported.first.id}"]
        assert post(addresses[0], "contest", why=SAID, measures=[wanted]).status_code == 303
        assert self.appeal(session).measures == [wanted]
        assert [one.id for one in self.appeal(session).contested] == [wanted]
        link = session.scalars(select(PortalLink).order_by(PortalLink.id.desc()).limit(1)).one()
        page = shown(client, path_of(link))
        assert "Théière d’Anna" in page
        assert "Vase de Boris" not in page

    def test_all_of_them_is_the_whole_decision(self, session, reported, decision, addresses, post):
        every = list(self.statements(session, reported, decision).values())
        post(addresses[0], "contest", why=SAID, measures=every)
        assert self.appeal(session).measures == []
        assert len(self.appeal(session).contested) == 3

    def test_none_at_all_keeps_the_words(self, session, addresses, post):
        refused = post(f"{addresses[0]}?lang=en", "contest", why=SAID)
        assert refused.status_code == 422
        assert "Tick at least one measure" in refused.text
        assert SAID in refused.text
        assert session.scalars(select(Appeal)).all() == []

    def test_another_party_s_measure_is_no_choice(
        self, session, reported, decision, addresses, post
    ):
        (theirs, *_) = decision.told("seller", reported.boris.id)
        refused = post(f"{addresses[0]}?lang=en", "contest", why=SAID, measures=[theirs.id])
        assert refused.status_code == 422
        assert SAID in refused.text
        assert session.scalars(select(Appeal)).all() == []

    def test_an_appeal_of_an_appeal(self, client, session, reported, decision, lead, post):
        case = contest(session, decision, notifier_party(session, reported.notice), "Plus.")
        by = lead_of(session)
        made = act(session, case, "confirm", by, {"facts": "C’est assez."})
        told(session, made)
        link = select(PortalLink).where(PortalLink.decision_id == made.id)
        path = path_of(session.scalars(link).one())
        assert "closes our internal procedure" in shown(client, path)
        again = post(f"{path}?lang=en", "contest", why="Encore.")
        assert again.status_code == 409
        for words in ("closes our internal procedure", "Encore.", "out-of-court", "court"):
            assert words in again.text

    def test_after_six_months_the_link_has_ended(self, client, session, decision, addresses, post):
        links = session.scalars(select(PortalLink).where(PortalLink.decision_id == decision.id))
        for link in links:
            months = clock.add(decision.executed_at, 6, clock.Unit.MONTHS)
            assert link.expires_at == decision.appeal_until == months
            link.expires_at = clock.now() - timedelta(seconds=1)
        session.flush()
        for path in addresses:
            ended = client.get(f"{path}?lang=en")
            assert ended.status_code == 410
            assert "The time to contest this decision with us has passed" in ended.text
            assert "out-of-court" in ended.text

    def test_a_stranger_s_link_leads_nowhere(self, client, session, reported, decision):
        stranger = give_link(
            session, reported.case, party=("seller", reported.anna.id + reported.boris.id),
            scope=Scope.CONTEST, expires_at=clock.now() + timedelta(days=9),
            decision_id=decision.id,
        )  # fmt: skip
        answer = client.get(f"{path_of(stranger)}?lang=en")
        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.text

    def test_one_party_s_link_contests_for_that_party(self, session, reported, addresses, post):
        post(addresses[1], "contest", why="Non.", measures=[
            one.id for one in current_decision(session, reported.case).told(
                "seller", reported.boris.id)])  # fmt: skip
        appeal = self.appeal(session)
        assert (appeal.party_id, appeal.seller_id) == (reported.boris.id, reported.boris.id)

    def test_who_nothing_changes_for_still_contests_by_the_first_link(
        self, client, session, reported, decision, addresses, post
    ):
        anna = reported.anna.party
        case = contest(session, decision, anna, "Le signe est à moi.")
        data = uphold(
            session,
            reported.notice,
            {reported.other: "suspend_listing", reported.boris: "warn_seller"},
        )
        changed = {"facts": "Soit.", "instead": "uphold", "uphold": data}
        made = act(session, case, "overturn", lead_of(session), changed)
        told(session, made, current_decision(session, reported.case))
        page = shown(client, addresses[1])
        assert "A notice that concerns you: our decision" in page
        assert "We suspend this listing" in page
        assert 'name="why"' in page
        mine = [one.id for one in decision.told("seller", reported.boris.id)]
        assert post(addresses[1], "contest", why="Et moi ?", measures=mine).status_code == 303
        queue = select(Case).where(Case.queue == "appeals")
        assert len(session.scalars(queue).all()) == 2
        first = shown(client, addresses[0])
        assert "we take our measures back" in first
        assert 'name="why"' not in first


def lead_of(session):
    """Return one more lead."""
    return make_staff(session, role="lead").actor
