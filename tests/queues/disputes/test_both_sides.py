"""Both sides of a dispute: asked at once, answering by link, seeing one file of numbered pieces."""

import json
import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from backoffice.billing.stripe_object import StripeObject
from backoffice.core import clock
from backoffice.core.answer import Sent
from backoffice.core.claim import claim
from backoffice.core.clock import PARIS, Unit, now
from backoffice.core.decide import decide
from backoffice.core.document import make_page_images
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.request import InfoRequest, open_requests
from backoffice.core.uploads import admit
from backoffice.core.waiting import expire_waits
from backoffice.queues.disputes.receive import Brought
from backoffice.queues.disputes.sides import sides
from tests.factories.appeal import act, path_of
from tests.factories.dispute import make_dispute, reasoned
from tests.factories.staff import make_staff, sign_in, submit
from tests.fakes.documents import pdf

pytestmark = pytest.mark.usefixtures("app", "files_dir")


def piece(side: str, text: str) -> Brought:
    """Return one document of one side."""
    return Brought(
        side,
        Sent(
            "photo",
            admit(f"{text}.pdf", "application/pdf", pdf(trailer=b"/Note(%s)" % text.encode())),
        ),
    )


@pytest.fixture
def received(session):
    return make_dispute(session, files=(piece("buyer", "un"), piece("seller", "deux")))


@pytest.fixture
def ask(session, received, final, support):
    """Return a function that asks one side, for good; it returns the address of its link."""

    def ask(side: str, days: int = 5) -> str:
        until = (now().astimezone(PARIS) + timedelta(days=days)).date()
        data = {"question": f"Que dites-vous, {side} ?", "until": until.isoformat()}
        decision = final(received.case, f"ask_{side}", support, data)
        links = select(PortalLink).where(PortalLink.decision_id == decision.id)
        return path_of(session.scalars(links).one())

    return ask


def answer(client, session, path, words="Voici ma réponse.", **more):
    """Answer the question that a link's page asks."""
    shown = client.get(path).get_data(as_text=True)
    number = re.search(r'name="request" value="(\d+)"', shown)[1]
    got = submit(client, path, do="answer", request=number, answer=words, **more)
    session.expire_all()
    return got


class TestAsking:
    def test_both_may_be_asked_at_once_and_the_case_waits_for_both(
        self, session, client, received, ask
    ):
        case = received.case
        buyer, seller = ask("buyer"), ask("seller", days=7)
        assert (case.state, len(open_requests(session, case))) == ("waiting", 2)
        answer(client, session, buyer)
        assert case.state == "waiting"
        answer(client, session, seller)
        assert (case.state, case.waiting_until) == ("open", None)

    def test_the_time_to_decide_begins_with_the_last_answer(self, session, client, received, ask):
        case = received.case
        path = ask("buyer")
        case.paused_at -= timedelta(days=30)
        case.due_at -= timedelta(days=30)
        answer(client, session, path)
        assert case.paused_at is None
        assert case.due_at == clock.add(now(), 5, Unit.BUSINESS_DAYS)

    def test_the_case_waits_until_the_later_of_two_dates(self, session, received, ask):
        ask("buyer", days=9)
        later = received.case.waiting_until
        ask("seller", days=3)
        assert received.case.waiting_until == later

    def test_a_second_question_to_one_side_takes_the_first_one_s_place(
        self, session, received, ask, support
    ):
        ask("buyer")
        ask("buyer")
        first, second = session.scalars(select(InfoRequest).order_by(InfoRequest.id)).all()
        assert first.withdrawn_at is not None
        assert open_requests(session, received.case) == [second]

    def test_an_undone_question_lets_the_first_stand_again(self, session, received, ask, support):
        ask("buyer")
        data = {"question": "Et encore ?", "until": (now() + timedelta(days=3)).date()}
        act(session, received.case, "ask_buyer", support, data)
        decide(session, received.case.reference, "undo", actor=support, data={},
               version=received.case.version)  # fmt: skip
        (standing,) = open_requests(session, received.case)
        assert standing.question == "Que dites-vous, buyer ?"

    def test_without_an_answer_the_clock_goes_on_with_what_was_left(self, session, received, ask):
        ask("buyer")
        case = received.case
        case.waiting_until = now() - timedelta(seconds=1)
        session.flush()
        assert expire_waits(session) == 1
        assert (case.state, "no_reply" in case.flags) == ("open", True)


class TestFile:
    def test_pieces_are_numbered_by_side_as_they_came(self, session, client, received, ask):
        path = ask("buyer")
        answer(client, session, path, files=(BytesIO(pdf(2)), "trois.pdf"))
        buyer, seller = sides(session, received.case, received.dispute)
        assert [one.number for one in buyer.pieces] == ["A-1", "A-2"]
        assert [one.number for one in seller.pieces] == ["V-1"]
        assert [one.body for one in buyer.words][-1] == "Voici ma réponse."

    def test_what_came_after_the_date_is_marked_late(self, session, client, received, ask):
        path = ask("buyer")
        session.scalars(select(InfoRequest)).one().until = now() - timedelta(minutes=1)
        session.flush()
        answer(client, session, path, files=(BytesIO(pdf(3)), "tard.pdf"))
        buyer, _seller = sides(session, received.case, received.dispute)
        assert [one.is_late for one in buyer.pieces] == [False, True]

    def test_each_side_sees_the_pages_of_the_other_s_pieces_and_never_the_original(
        self, session, client, received, ask
    ):
        path = ask("buyer")
        theirs = session.scalars(
            select(Attachment).where(Attachment.sent_by.like("seller:%"))
        ).one()
        make_page_images(session, theirs.id)
        shown = client.get(path).get_data(as_text=True)
        assert "V-1" in shown
        assert "L’exemplaire revenu" in shown
        assert client.get(f"{path}/file/{theirs.id}").status_code == 200
        with client.get(f"{path}/file/{theirs.id}/pages/1") as image:
            assert image.mimetype == "image/jpeg"
        assert client.get(f"{path}/documents/{theirs.id}").status_code == 404

    def test_a_link_opens_no_piece_of_another_case(self, session, client, ask):
        path = ask("buyer")
        other = make_dispute(session, files=(piece("seller", "quatre"),))
        theirs = session.scalars(select(Attachment).where(Attachment.case_id == other.case.id))
        assert client.get(f"{path}/file/{theirs.one().id}").status_code == 404

    def test_the_evidence_is_one_file_with_its_digests(self, session, client, received):
        sign_in(client, session, make_staff(session, role="support"))
        got = client.get(f"/cases/{received.case.reference}/evidence.zip")
        assert got.headers["Content-Disposition"].startswith("attachment")
        with ZipFile(BytesIO(got.data)) as archive:
            listed = json.loads(archive.read("manifest.json"))["pieces"]
            assert archive.testzip() is None
            assert [one["number"] for one in listed] == ["A-1", "V-1"]
            assert set(archive.namelist()) == {"manifest.json", *(one["file"] for one in listed)}

    def test_who_may_not_read_disputes_gets_no_evidence(self, session, client, received):
        sign_in(client, session, make_staff(session, role="moderator"))
        assert client.get(f"/cases/{received.case.reference}/evidence.zip").status_code == 404


class TestTold:
    def test_both_are_told_and_only_who_lost_reads_how_to_contest(
        self, session, received, final, support
    ):
        decision = final(received.case, "protect", support, reasoned(session, "protect"))
        rows = select(OutboxMessage).where(
            OutboxMessage.decision_id == decision.id, OutboxMessage.channel == Channel.MAIL
        )
        told = {row.payload["side"]: row.payload["statement"] for row in session.scalars(rows)}
        assert told["buyer"]["measure"] == "We refuse your refund request."
        assert told["seller"] is None

    def test_both_get_a_receipt_with_a_link_of_their_own(self, session, received):
        rows = select(OutboxMessage).where(OutboxMessage.event == "dispute.received")
        mails = [one for one in session.scalars(rows) if one.channel == Channel.MAIL]
        assert {one.payload["side"] for one in mails} == {"buyer", "seller"}
        assert len({one.payload["portal"] for one in mails}) == 2

    def test_a_chargeback_is_shown_and_locks_the_refund_before_it_is_filled_in(
        self, session, client, received
    ):
        order = received.dispute.order
        session.add(
            StripeObject(
                id="du_1", type="dispute", charge=order.charge, order_id=order.id,
                status="under_review", amount_minor=9890, currency="EUR", payload={},
                told_at=now(),
            )
        )  # fmt: skip
        person = make_staff(session, role="support")
        claim(session, received.case, person.actor)
        sign_in(client, session, person)
        shown = client.get(f"/cases/{received.case.reference}?lang=en").get_data(as_text=True)
        assert shown.count("contests this payment") == 3  # the banner, the two that pay
        assert 'data-action="refund"' not in shown
        assert 'data-action="protect"' in shown

    def test_staff_read_the_whole_file_on_one_page(self, session, client, received, ask):
        ask("seller")
        sign_in(client, session, make_staff(session, role="support"))
        shown = client.get(f"/cases/{received.case.reference}").get_data(as_text=True)
        for words in ("A-1", "V-1", "Le son grésille", "98,90", "evidence.zip"):
            assert words in shown
