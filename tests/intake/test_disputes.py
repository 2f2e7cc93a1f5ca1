"""Disputes by the API: opened once, refused clearly, told only once final."""

from base64 import b64encode
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import func, select

from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.intake.dispute_form import DisputeDocument
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.proofs import KINDS
from tests.factories.appeal import act, pass_undo
from tests.factories.dispute import dispute_body, make_dispute, make_paid_order, refunding
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir, pdf

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("files_dir")
PATH = "/disputes"


def document(side: str, data: bytes, kind: str = "photo") -> dict:
    """Return a document as programs send it."""
    return {
        "side": side, "kind": kind, "filename": "piece.pdf", "content_type": "application/pdf",
        "content_base64": b64encode(data).decode(),
    }  # fmt: skip


@pytest.fixture
def order(session, app):
    return make_paid_order(session, 9890, 1000)


class TestReceiving:
    def test_it_opens_a_case_with_the_documents_of_both_sides(self, call, session, order):
        documents = [document("buyer", pdf()), document("seller", pdf(2), "preparation_slip")]
        answer = call("POST", PATH, dispute_body(order, documents=documents, lines=["2"]))
        assert answer.status_code == 201, answer.text
        assert answer.json["case"].startswith("DIS-")
        kept = session.scalars(select(Attachment).where(Attachment.sent_by != "")).all()
        assert [one.sent_by.partition(":")[0] for one in kept] == ["buyer", "seller"]

    def test_the_same_again_is_the_same_case_and_another_content_is_refused(
        self, call, session, order
    ):
        body = dispute_body(order, documents=[document("buyer", pdf())])
        first, again = call("POST", PATH, body), call("POST", PATH, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json["case"] == again.json["case"]
        for changed in ({"amount_minor": 5}, {"claim": "Autre chose."}, {"documents": []}):
            other = call("POST", PATH, body | changed)
            assert (other.status_code, other.json["case"]) == (409, first.json["case"])
        assert session.scalar(select(func.count(Dispute.id))) == 1

    def test_a_second_one_on_the_order_is_refused_while_the_first_is_open(self, call, order):
        first = call("POST", PATH, dispute_body(order))
        second = call("POST", PATH, dispute_body(order))
        assert (second.status_code, second.json["case"]) == (409, first.json["case"])

    @pytest.mark.parametrize(
        ("changes", "pointer", "said"),
        [
            ({"order": "inconnue"}, "/order", "send the order first"),
            ({"amount_minor": 10891}, "/amount_minor", "€108.90"),
            ({"currency": "USD"}, "/currency", "in EUR"),
            ({"claimed_at": "2019-05-01T10:00:00+00:00"}, "/claimed_at", "before the order"),
            ({"lines": ["2", "7"]}, "/lines/1", "no such line"),
            ({"amount_minor": 0}, "/amount_minor", ""),
            ({"claimed_at": (now() + timedelta(days=1)).isoformat()}, "/claimed_at", "future"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_where_it_stands(self, call, order, changes, pointer, said):
        answer = call("POST", PATH, dispute_body(order, **changes))
        assert answer.status_code == 422
        (error,) = answer.json["errors"]
        assert error["pointer"] == pointer
        assert said in error["detail"]


def test_the_kinds_of_documents_are_those_that_the_sides_may_bring():
    kinds = get_args(DisputeDocument.model_fields["kind"].annotation)
    assert set(kinds) == set(KINDS)


class TestTelling:
    def test_a_decision_is_told_once_it_can_no_longer_be_undone(self, call, session, order):
        dispute, case, _ = make_dispute(session, order)
        support = make_staff(session, role="support").actor
        decision = act(session, case, "refund", support, refunding(session, case, "30"))
        path = f"{PATH}/{dispute.external_id}"
        told = call("GET", path).json
        assert (told["case"]["status"], told["decided_minor"]) == ("pending", None)
        pass_undo(session, decision)
        told = call("GET", path).json
        assert told["case"]["status"] == "refunded_in_part"
        assert (told["decided_minor"], told["paid_by"]) == (3000, "seller")

    def test_an_unknown_one_is_not_found(self, call):
        assert call("GET", f"{PATH}/inconnu").status_code == 404
