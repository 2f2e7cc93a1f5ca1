"""Opening a dispute from an order, by staff."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.clock import PARIS, now
from backoffice.core.files import Attachment
from backoffice.queues.disputes.model import Dispute
from backoffice.queues.disputes.queue import QUEUE as DISPUTES
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.staff import make_staff, sign_in, submit
from tests.fakes.documents import files_dir, pdf

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("files_dir")


@pytest.fixture
def order(session, app):
    return make_paid_order(session, 9890, 1000)


@pytest.fixture
def path(client, session, order):
    sign_in(client, session, make_staff(session, role="support"))
    return f"/orders/{order.external_id}/dispute"


def filled(**changes):
    """Return what a person types."""
    return {
        "basis": "conformity",
        "claim": "Le son grésille.",
        "claimed_on": (now().astimezone(PARIS) - timedelta(days=2)).date().isoformat(),
        "amount": "98,90",
        "lines": ["1"],
        "grounds": ["used"],
        "answer": "Appareil rendu rayé.",
        **changes,
    }


def test_it_opens_a_case_with_the_seller_s_documents(client, session, path):
    answer = submit(client, path, **filled(files=(BytesIO(pdf()), "photo.pdf")))
    case = session.scalars(select(Case).where(Case.queue == "disputes")).one()
    assert answer.location.endswith(case.reference)
    dispute = session.scalars(select(Dispute)).one()
    assert (dispute.amount_minor, dispute.lines, case.channel) == (9890, ["1"], "staff")
    kept = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).one()
    assert kept.sent_by == f"seller:{dispute.seller_id}"


@pytest.mark.parametrize(
    "changes",
    [{"amount": "200"}, {"amount": "abc"}, {"claim": ""}, {"claimed_on": "2019-01-01"},
     {"claimed_on": "2999-01-01"}, {"basis": ""}],
)  # fmt: skip
def test_an_error_keeps_what_was_typed(client, session, path, changes):
    answer = submit(client, path, **filled(**changes))
    assert answer.status_code == 422
    assert "Appareil rendu rayé." in answer.get_data(as_text=True)
    assert session.scalars(select(Dispute)).all() == []


def test_where_one_is_open_it_is_named_and_nothing_typed_is_lost(client, session, order, path):
    case = make_dispute(session, order).case
    answer = submit(client, path, **filled())
    assert answer.status_code == 422
    for words in (case.reference, "Appareil rendu rayé."):
        assert words in answer.get_data(as_text=True)


def test_pressed_twice_it_is_one(client, session, path):
    first, again = (submit(client, path, **filled(once="a1")).location for _ in range(2))
    assert first == again
    assert len(session.scalars(select(Dispute)).all()) == 1


def test_no_list_has_a_column_of_checks_that_never_run(client, session, path):
    make_dispute(session)
    assert "Contrôles" not in client.get("/queues/disputes").get_data(as_text=True)
    heading = client.get("/queues/disputes/export.csv").get_data(as_text=True).splitlines()[0]
    assert heading.count(";") + 1 == len(DISPUTES.columns) + 5


def test_it_is_not_there_for_others(client, session, order):
    for role in ("moderator", "finance", "auditor"):
        sign_in(client, session, make_staff(session, role=role))
        assert client.get(f"/orders/{order.external_id}/dispute").status_code == 404


def test_an_unknown_order_is_not_found(client, path):
    assert client.get("/orders/inconnue/dispute").status_code == 404
