"""Who asks: the account's own address says so by its link, whoever asked."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from backoffice.core.case import CaseEvent
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.outbox import OutboxMessage
from backoffice.core.refusal import NotPossible
from backoffice.core.request import InfoRequest
from backoffice.core.store import file_store
from backoffice.marketplace.erasing.files import FORGET, forget_files
from backoffice.queues.erasures.identity import DISOWNED
from backoffice.queues.erasures.papers import FORGET_IDENTITY, forget_papers
from tests.factories.appeal import act, pass_undo
from tests.factories.erasure import make_erasure, make_verified
from tests.fakes.documents import pdf

STRANGER = "inconnu@exemple.fr"


def forget_owed_files(session):
    """Do the work that is owed once rows name certain bytes no more."""
    owed = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.event == FORGET))
    for payload in owed.all():
        forget_files(session, **payload)


class TestTheLink:
    def test_opening_it_changes_nothing(self, session, client, path_of):
        erasure, case, _ = make_erasure(session)
        before = (erasure.identity, case.version)
        page = client.get(path_of(case))
        assert page.status_code == 200
        assert 'value="confirm"' in page.text
        session.refresh(erasure)
        assert (erasure.identity, case.version) == before == ("asked", 1)

    def test_the_holder_confirms_once(self, session, press):
        erasure, case, _ = make_erasure(session)
        assert press(case, "confirm").status_code == 303
        session.refresh(erasure)
        assert (erasure.identity, erasure.identity_how) == ("verified", "link")
        assert erasure.identity_at is not None
        assert press(case, "confirm").status_code == 409

    def test_what_the_holder_disowns_goes_on_top_and_is_never_granted(
        self, session, press, support
    ):
        erasure, case, _ = make_erasure(session)
        due_at = case.due_at
        assert press(case, "disown").status_code == 303
        session.refresh(erasure)
        session.refresh(case)
        assert (erasure.identity, case.flags) == ("failed", [DISOWNED])
        assert case.due_at < due_at
        with pytest.raises(NotPossible, match="identity is not verified"):
            act(session, case, "accept", support)
        assert press(case, "confirm").status_code == 409


class TestAskedBySomebodyElse:
    def test_the_asker_learns_nothing_of_the_account(self, session, app, mails):
        erasure, case, _ = make_erasure(session, asked_by=STRANGER)
        own = erasure.email
        assert [(event, to) for event, to, _ in mails(case)] == [
            ("erasure.received", own), ("erasure.asked_by_other", STRANGER),
        ]  # fmt: skip
        row = session.scalars(
            select(OutboxMessage).where(OutboxMessage.event == "erasure.asked_by_other")
        ).one()
        assert row.payload == {"reference": case.reference}

    def test_the_holder_reads_which_address_asked(self, session, client, path_of):
        case = make_erasure(session, asked_by=STRANGER).case
        assert STRANGER in client.get(path_of(case)).text

    def test_the_own_address_is_no_other(self, session, mails):
        first = make_erasure(session)
        again = make_erasure(
            session, asked_by=first.erasure.email.upper(),
            party=first.erasure.party._replace(id=first.erasure.party.id + 10_000, kind="person"),
        )  # fmt: skip
        assert again.erasure.asked_by == ""
        assert len(mails(again.case)) == 1


class TestAskedTwice:
    def test_the_same_again_opens_nothing(self, session):
        first = make_erasure(session, external_id="suppression-x")
        again = make_erasure(session, first.erasure.party, external_id="suppression-x")
        assert (again.case.id, again.is_repeat) == (first.case.id, True)

    def test_another_about_the_account_waits_until_the_first_is_settled(self, session, press):
        first = make_erasure(session)
        with pytest.raises(NotPossible, match="is being examined"):
            make_erasure(session, first.erasure.party)
        press(first.case, "withdraw")
        session.refresh(first.erasure)
        assert make_erasure(session, first.erasure.party).case.id != first.case.id


class TestDocuments:
    @pytest.fixture
    def doubted(self, session, support, files_dir):
        """A request whose holder must show who asks."""
        received = make_erasure(session)
        until = (now() + timedelta(days=5)).date()
        data = {"question": "Une copie masquée suffit.", "until": until}
        pass_undo(session, act(session, received.case, "ask_identity", support, data))
        return received

    def answered(self, session, press, doubted):
        request = session.scalars(
            select(InfoRequest).where(InfoRequest.case_id == doubted.case.id)
        ).one()
        file = (BytesIO(pdf(3)), "passeport-camille-moreau.pdf", "application/pdf")
        answer = press(doubted.case, "answer", request=request.id, answer="Voici.",
                       **{"document:identity": file})  # fmt: skip
        assert answer.status_code == 303, answer.text
        return session.scalars(
            select(Attachment).where(Attachment.case_id == doubted.case.id)
        ).one()

    def test_only_this_question_stops_the_clock(self, session, doubted, press):
        assert (doubted.case.state, doubted.erasure.identity) == ("waiting", "doubtful")
        assert doubted.case.paused_at is not None
        assert press(doubted.case, "confirm").status_code == 409  # a link is not enough any more

    def test_they_are_gone_once_the_staff_has_seen_them(self, session, doubted, press, support):
        paper = self.answered(session, press, doubted)
        assert paper.kind == "identity"
        key = paper.storage_key
        act(session, doubted.case, "verify", support, {"how": "document"})
        assert (doubted.erasure.identity, doubted.erasure.identity_how) == ("verified", "staff")
        row = session.scalars(
            select(OutboxMessage).where(OutboxMessage.event == FORGET_IDENTITY)
        ).one()
        assert row.available_at <= now()
        for _ in range(2):  # a worker may be killed between the two
            forget_papers(session, **row.payload)
        forget_owed_files(session)
        assert (paper.filename, paper.sha256, paper.storage_key, paper.pages) == (
            "",
            None,
            None,
            [],
        )
        with pytest.raises(FileNotFoundError):
            file_store().open(key)

    def test_bytes_that_another_case_names_stay(self, session, doubted, press):
        paper = self.answered(session, press, doubted)
        other = make_verified(session)
        copy = Attachment(
            case_id=other.case.id, kind="kbis", filename="kbis.pdf",
            declared_content_type="application/pdf", size_bytes=1, uploaded_by="api",
            storage_key=paper.storage_key,
        )  # fmt: skip
        session.add(copy)
        session.flush()
        forget_papers(session, doubted.case.id)
        forget_owed_files(session)
        with file_store().open(copy.storage_key) as kept:
            assert kept.read(4) == b"%PDF"

    def test_a_refusal_deletes_them_once_it_cannot_be_undone(
        self, session, doubted, press, support, reasoned
    ):
        self.answered(session, press, doubted)
        session.refresh(doubted.case)
        decision = act(session, doubted.case, "refuse", support, reasoned("erasure_identity"))
        row = session.scalars(
            select(OutboxMessage).where(OutboxMessage.event == FORGET_IDENTITY)
        ).one()
        assert row.available_at >= decision.undo_until
        act(session, doubted.case, "undo", support)
        assert row.state == "cancelled"


def test_what_happened_is_on_the_timeline(session, press):
    case = make_erasure(session).case
    press(case, "confirm")
    verbs = session.scalars(select(CaseEvent.verb).where(CaseEvent.case_id == case.id)).all()
    assert verbs == ["opened", "identity_confirmed"]
