"""Opening a dispute, an erasure, an appeal or a notice from a ticket."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from backoffice.core.answer import Sent
from backoffice.core.case import Case, CaseEvent, CaseLink
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import subject_of
from backoffice.core.uploads import admit
from backoffice.queues.tickets.receive import Asked, receive
from tests.factories.appeal import refused_by
from tests.factories.dispute import make_paid_order
from tests.factories.notice import make_online
from tests.factories.seller import make_seller
from tests.factories.ticket import make_ticket
from tests.fakes.documents import files_dir, pdf

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("files_dir")
PERSON = Party("person", 0, "Jeanne Morel", "jeanne@exemple.example", "fr")


@pytest.fixture
def agent(desk_of):
    return desk_of("support")


def ticket_of(session, requester, *documents, **said):
    """Receive a ticket of three days ago."""
    asked = {"subject": "Mon dossier", "body": "Le son grésille.", **said}
    at = now() - timedelta(days=3)
    files = [Sent("evidence", admit(name, "application/pdf", pdf())) for name in documents]
    return receive(session, Asked(requester, received_at=at, **asked), actor=SYSTEM,
                   channel="api", documents=files)  # fmt: skip


def path_of(received, slug):
    return f"/cases/{received.case.reference}/open/{slug}"


def newest(session, queue):
    return session.scalars(select(Case).where(Case.queue == queue).order_by(Case.id.desc())).first()


def dispute_fields(order, **changes):
    return {
        "order": order.external_id, "basis": "conformity", "claim": "Le son grésille.",
        "claimed_on": order.ordered_at.date().isoformat(), "amount": "98,90", **changes,
    }  # fmt: skip


def test_a_dispute_takes_the_conversation_and_the_files_along(session, agent):
    order = make_paid_order(session, 9890, 1000)
    received = ticket_of(session, order.buyer.party, "photo.pdf", order=order)
    path = path_of(received, "disputes")
    assert "Le son grésille.</textarea>" in agent.page(path)
    answer = agent.post(path, **dispute_fields(order))
    new = newest(session, "disputes")
    assert answer.location.endswith(new.reference)
    assert new.received_at == received.ticket.received_at
    link = session.get_one(CaseLink, (received.case.id, new.id))
    assert link.relation == "opened"
    first = session.scalars(select(Attachment).where(Attachment.case_id == received.case.id)).one()
    copy = session.scalars(select(Attachment).where(Attachment.case_id == new.id)).one()
    assert copy.storage_key == first.storage_key
    assert copy.sent_by == f"buyer:{order.buyer_id}"
    told = {one.verb: one for one in session.scalars(
        select(CaseEvent).where(CaseEvent.case_id.in_((new.id, received.case.id))))}  # fmt: skip
    assert "Le son grésille." in told["carried"].body
    assert told["carried"].internal
    assert told["case_opened"].values == {"case": new.reference}
    assert received.case.state == "open"
    assert new.reference in agent.page(f"/cases/{received.case.reference}")


def test_a_dispute_needs_an_order_of_the_requester_s(session, agent):
    order, other = make_paid_order(session, 9890), make_paid_order(session, 5000)
    path = path_of(ticket_of(session, order.buyer.party), "disputes")
    assert 'name="claim"' not in agent.page(path)
    assert "data-failed" in agent.page(path, order="inconnue")
    assert 'name="claim"' not in agent.page(path, order=other.external_id)
    assert 'name="claim"' in agent.page(path, order=order.external_id)
    assert agent.post(path, **dispute_fields(other)).status_code == 422


@pytest.mark.parametrize(
    "changes", [{"amount": "999"}, {"basis": ""}, {"claimed_on": "2019-01-01"}]
)
def test_an_error_keeps_what_was_typed_and_opens_nothing(session, agent, changes):
    order = make_paid_order(session, 9890)
    path = path_of(ticket_of(session, order.buyer.party, order=order), "disputes")
    answer = agent.post(path, **dispute_fields(order, answer="Rendu rayé.", **changes))
    assert answer.status_code == 422
    assert "Rendu rayé." in answer.get_data(as_text=True)
    assert newest(session, "disputes") is None


def test_pressed_twice_it_is_one(session, agent):
    order = make_paid_order(session, 9890)
    path = path_of(ticket_of(session, order.buyer.party, order=order), "disputes")
    fields = dispute_fields(order, once=str(uuid4()))
    first, again = (agent.post(path, **fields).location for _ in range(2))
    assert first == again


def test_after_an_error_the_same_form_may_be_sent_again(session, agent):
    order = make_paid_order(session, 9890)
    path = path_of(ticket_of(session, order.buyer.party, order=order), "disputes")
    fields = dispute_fields(order, once=str(uuid4()))
    assert agent.post(path, **{**fields, "amount": "abc"}).status_code == 422
    assert agent.post(path, **fields).status_code == 303


def test_an_account_asks_for_its_own_erasure_and_it_counts_from_the_ticket(session, agent):
    received = ticket_of(session, make_seller(session).party)
    path = path_of(received, "erasures")
    assert 'name="account"' not in agent.page(path)
    agent.post(path, kind="both", words="Supprimez tout.")
    new = newest(session, "erasures")
    erasure = subject_of(session, new)
    assert (erasure.party_id, erasure.asked_by) == (received.ticket.requester_id, "")
    assert erasure.received_at == new.received_at == received.ticket.received_at
    again = agent.post(path, kind="both", words="Encore.")
    assert again.status_code == 422
    for words in (new.reference, "Encore."):
        assert words in again.get_data(as_text=True)


def test_a_person_names_the_account_whose_own_address_is_asked(session, agent):
    seller = make_seller(session)
    path = path_of(ticket_of(session, PERSON), "erasures")
    fields = {"account_kind": "seller", "kind": "erase", "words": "Supprimez tout."}
    assert agent.post(path, **fields, account="inconnu").status_code == 422
    assert agent.post(path, **fields, account="").status_code == 422
    assert newest(session, "erasures") is None
    agent.post(path, **fields, account=seller.external_id)
    erasure = subject_of(session, newest(session, "erasures"))
    assert (erasure.party_id, erasure.email) == (seller.id, seller.contact_email)
    assert erasure.asked_by == PERSON.email


def test_an_appeal_is_against_a_decision_that_the_requester_was_told(session, agent, lead):
    decision = refused_by(session, lead.actor)
    received = ticket_of(session, subject_of(session, decision.case).seller.party)
    path = path_of(received, "appeals")
    number = re.search(r'<option value="(\d+)">\s*' + decision.case.reference, agent.page(path))[1]
    answer = agent.post(path, decision=number, why="Le greffe a corrigé mon nom.")
    new = newest(session, "appeals")
    assert answer.location.endswith(received.case.reference)  # whom it is not shown to goes back
    assert (new.channel, subject_of(session, new).text) == ("staff", "Le greffe a corrigé mon nom.")
    assert agent.post(path, decision=number, why="Encore.").status_code == 422
    other = path_of(make_ticket(session), "appeals")
    assert agent.post(other, decision=number, why="Non.").status_code == 422


def test_a_notice_has_the_requester_as_its_notifier(session, agent):
    listing = make_online(session)
    path = path_of(ticket_of(session, PERSON, "constat.pdf"), "notices")
    fields = {"kind": "dangerous", "explanation": "La prise chauffe.", "good_faith": "y",
              "targets": f"{listing.seller.external_id}/{listing.external_id}"}  # fmt: skip
    for wrong in ({"targets": "introuvable"}, {"kind": "trademark"}, {"good_faith": ""}):
        answer = agent.post(path, **{**fields, **wrong})
        assert answer.status_code == 422
        assert "La prise chauffe." in answer.get_data(as_text=True)
    agent.post(path, **fields)
    new = newest(session, "notices")
    notice = subject_of(session, new)
    assert (notice.email, notice.is_proven) == (PERSON.email, False)
    copy = session.scalars(select(Attachment).where(Attachment.case_id == new.id)).one()
    assert copy.sent_by == f"notifier:{notice.notifier_id}"
    agent.post(path, **fields)  # the same again is counted there, and tied once
    links = select(CaseLink).where(CaseLink.to_id == new.id)
    assert len(session.scalars(links).all()) == 1


@pytest.mark.parametrize("role", ["moderator", "finance", "auditor", "admin"])
def test_it_is_not_there_for_others(session, desk_of, role):
    path = path_of(make_ticket(session), "erasures")
    assert desk_of(role).get(path).status_code == 404


def test_only_a_ticket_opens_and_only_these(session, agent):
    received = make_ticket(session)
    assert agent.get(path_of(received, "registrations")).status_code == 404
    agent.post(path_of(received, "erasures"), kind="both", words="Supprimez tout.")
    other = newest(session, "erasures")
    assert agent.get(f"/cases/{other.reference}/open/notices").status_code == 404


def test_the_ticket_s_page_leads_there_for_who_may(session, agent, desk_of):
    received = make_ticket(session)
    for slug in ("disputes", "erasures", "appeals", "notices"):
        link = f'href="{path_of(received, slug)}"'
        assert link in agent.page(f"/cases/{received.case.reference}")
        assert link not in desk_of("auditor").page(f"/cases/{received.case.reference}")
