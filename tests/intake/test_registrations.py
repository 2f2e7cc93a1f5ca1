"""POST /registrations and GET /registrations/{external_id}: what comes in, what is told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, CaseLink, State
from backoffice.core.clock import now
from backoffice.core.files import Attachment, PagesState
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.link import PortalLink
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.intake.endpoints import create_endpoint
from backoffice.intake.keys import integration_named
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.registrations.model import Registration
from config.settings import get_settings
from tests.factories.decision import APPROVAL, decided, refusal
from tests.factories.registration import document, registration_body
from tests.fakes.documents import pdf


@pytest.fixture
def case_of(session):
    return lambda answer: session.scalars(
        select(Case).where(Case.reference == answer.json["case"])
    ).one()


@pytest.fixture
def told(call):
    return lambda body: call("GET", f"/registrations/{body['external_id']}").json


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


class TestReceiving:
    def test_a_seller_a_snapshot_and_a_case_are_stored(self, post, session, case_of):
        body = registration_body(company__trade_name="L’Atelier")
        answer = post(body)
        assert answer.status_code == 201
        registration = session.get_one(Registration, answer.json["id"])
        case = case_of(answer)
        assert answer.json == {
            "id": registration.id, "case": case.reference, "status": "pending"
        }  # fmt: skip
        assert (case.queue, case.state, case.channel) == ("registrations", State.OPEN, "api")
        assert (case.subject_id, case.title) == (registration.id, "L’Atelier")
        seller = registration.seller
        assert (seller.external_id, seller.status) == (body["external_id"], "applicant")
        assert (seller.siren, registration.siren) == (body["company"]["siren"],) * 2
        assert (registration.attempt, registration.plan, seller.plan) == (1, "pro", "pro")
        assert registration.self_certified_at is not None

    def test_the_iban_is_kept_encrypted(self, post, session):
        post(registration_body(iban="FR76 3000 6000 0112 3456 7890 189"))
        seller = session.scalars(select(Seller)).one()
        assert seller.iban_last4 == "0189"
        assert seller.iban() == "FR7630006000011234567890189"
        assert b"30006000" not in seller.iban_encrypted

    def test_the_seller_and_the_marketplace_are_told(self, post, session, case_of):
        create_endpoint(session, integration_named(session, "Shop"), "https://shop.example/hook",
                        actor=SYSTEM)  # fmt: skip
        case = case_of(post(body := registration_body()))
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == case.id)).all()
        by_channel = {row.channel: row for row in rows if row.event == "registration.received"}
        assert by_channel["mail"].to_address == body["contact_email"]
        assert by_channel["webhook"].payload["external_id"] == body["external_id"]
        assert count(session, WebhookEndpoint) == 1

    def test_documents_are_kept_and_their_pages_asked_for(self, post, session, case_of):
        documents = [document("kbis"), document("identity", content_type="image/png"),
                     document("bank_proof", b"MZ\x90 no document")]  # fmt: skip
        case = case_of(post(registration_body(documents=documents)))
        kept = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
        states = {one.kind: one.pages_state for one in kept}
        assert states == {"kbis": "pending", "identity": "pending", "bank_proof": "none"}
        assert next(one for one in kept if one.kind == "bank_proof").problem["msgid"]
        asked = select(OutboxMessage.payload).where(OutboxMessage.event == "pages.render")
        assert len(session.scalars(asked).all()) == 2

    def test_unreadable_is_a_failed_check_not_an_error(self, post, session):
        disguised = document("kbis", b"<html><script>alert(1)</script></html>")
        hidden = document("identity", filename="kbis\x00.pdf")
        assert post(registration_body(documents=[disguised, hidden])).status_code == 201
        states = session.scalars(select(Attachment.pages_state)).all()
        assert states == [PagesState.NONE, PagesState.NONE]

    def test_printed_forms_are_read(self, post, session):
        body = registration_body(company__legal_form="S.A.S.", representative__phone="0155440000")
        siren = body["company"]["siren"]
        body["company"]["register"] = {
            "number": f"{siren[:3]} {siren[3:6]} {siren[6:]} R.C.S. Lyon"
        }
        body["company"]["siren"] = f" {siren[:3]} {siren[3:]}"
        assert post(body).status_code == 201
        row = session.scalars(select(Registration)).one()
        assert (row.legal_form, row.phone, row.siren) == ("5710", "+33155440000", siren)
        assert (row.register_kind, row.register_town, row.register_number) == ("RCS", "Lyon", siren)

    @pytest.mark.parametrize(
        "left_out", ["documents", "locale", "iban", "company__address__country"]
    )
    def test_some_parts_may_lack(self, post, left_out):
        assert post(registration_body(**{left_out: ...})).status_code == 201

    @pytest.mark.parametrize(
        "name",
        ["Société Générale d’Œuvres", "宇宙商店", "متجر", "Chez l’Émoji 🧵", "O'Brien & Fils"],
    )
    def test_names_of_any_script_are_kept_as_written(self, post, session, name):
        assert post(registration_body(company__legal_name=name)).status_code == 201
        assert session.scalars(select(Registration.legal_name)).one() == name

    def test_overseas_territories_with_a_siren_are_france(self, post):
        body = registration_body(
            company__address__country="RE", company__address__postal_code="97400"
        )
        assert post(body).status_code == 201


class TestOneAtATime:
    def test_the_same_body_again_gives_the_same_answer(self, post, session):
        body = registration_body()
        first, again = post(body), post(dict(reversed(body.items())))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json == again.json
        assert count(session, Case) == count(session, Registration) == 1

    def test_another_body_meanwhile_is_refused(self, post):
        body = registration_body()
        first = post(body)
        answer = post(body | {"plan": "premium"})
        assert answer.status_code == 409
        assert answer.json["case"] == first.json["case"]

    def test_a_refusal_that_may_be_undone_is_not_told(self, post, session, case_of, told):
        body = registration_body()
        case = case_of(post(body))
        decided(session, case, "reject", refusal(session), settled=False)
        assert post(body | {"plan": "premium"}).status_code == 409
        assert post(body).json["status"] == "pending"
        assert (told(body)["status"], told(body)["reasons"]) == ("pending", [])

    def test_after_a_refusal_a_new_attempt_is_allowed(self, post, session, case_of):
        body = registration_body()
        first = case_of(post(body))
        decided(session, first, "reject", refusal(session))
        answer = post(body | {"plan": "premium"})
        assert answer.status_code == 201
        second = case_of(answer)
        registration = session.get_one(Registration, answer.json["id"])
        assert (registration.attempt, registration.seller.status) == (2, SellerStatus.APPLICANT)
        assert registration.seller.plan == "premium"
        link = session.get_one(CaseLink, (second.id, first.id))
        assert link.relation == "earlier"

    def test_a_seller_is_not_registered_twice(self, post, session, case_of):
        body = registration_body()
        decided(session, case_of(post(body)), "approve", APPROVAL)
        answer = post(body)
        assert answer.status_code == 409
        assert answer.json["seller_status"] == "active"


class TestTelling:
    def test_pending(self, post, told):
        body = registration_body()
        answer = post(body)
        state = told(body)
        assert (state["status"], state["attempt"], state["plan"]) == ("pending", 1, "pro")
        assert state["case"]["reference"] == answer.json["case"]
        assert state["case"]["due_at"] > state["case"]["received_at"]
        assert (state["reasons"], state["statement"]) == ([], None)

    def test_waiting_once_the_question_has_left(self, post, session, case_of, told):
        body = registration_body()
        case = case_of(post(body))
        until = (now() + timedelta(days=3)).date()
        question = {"question": "Quel est le SIRET ?", "until": until.isoformat(),
                    "fields": ["siret", "document:kbis"]}  # fmt: skip
        decision = decided(session, case, "request_info", question, settled=False)
        assert told(body)["status"] == "pending"
        decision.undo_until = now()
        session.commit()
        state = told(body)
        assert (state["status"], state["case"]["state"]) == ("waiting", "waiting")
        awaited = state["case"]["awaited"]
        assert (awaited["of"], awaited["fields"]) == ("seller", ["siret", "document:kbis"])
        assert awaited["question"] == "Quel est le SIRET ?"
        assert count(session, PortalLink) == 1

    def test_a_final_refusal_says_why_in_the_seller_s_language(self, post, session, case_of, told):
        body = registration_body(locale="en")
        decided(session, case_of(post(body)), "reject", refusal(session))
        session.commit()
        state = told(body)
        assert (state["status"], state["case"]["resolution"]) == ("rejected", "rejected")
        assert state["case"]["due_at"] is None
        (reason,) = state["reasons"]
        assert reason["code"] == "company_closed"
        assert reason["label"] == "Company struck off or establishment closed"
        assert set(reason) == {"code", "label", "text", "rule"}
        statement = state["statement"]
        assert statement["measure"] == "We do not approve your registration."
        assert statement["facts"] == "La société est radiée depuis mars."
        assert statement["appeal_until"] > statement["decided_at"]

    def test_approved(self, post, session, case_of, told, call):
        body = registration_body()
        decision = decided(session, case_of(post(body)), "approve", APPROVAL, settled=False)
        path = f"/sellers/{body['external_id']}"
        seller = call("GET", path).json
        assert (told(body)["status"], seller["status"], seller["subscription"]) == (
            "pending", "applicant", None
        )  # fmt: skip
        decision.undo_until = now()
        session.commit()
        seller = call("GET", path).json
        assert (told(body)["status"], seller["status"]) == ("approved", "active")
        assert seller["subscription"]["plan"] == "pro"
        assert (seller["subscription"]["price_minor"], seller["subscription"]["currency"]) == (
            4990, "EUR"
        )  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["nobody", "%00", "a%2Fb", "x" * 300, "é", "..", "%F0%9F%A7%B5"]
    )
    def test_an_unknown_seller_is_404(self, call, name):
        for noun in ("registrations", "sellers", "cases"):
            answer = call("GET", f"/{noun}/{name}")
            assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_document_above_the_limit_is_413(post, session, monkeypatch):
    monkeypatch.setenv("UPLOAD_MAX_BYTES", "1000")
    get_settings.cache_clear()
    answer = post(registration_body(documents=[document("kbis", pdf() + b"%" * 2000)]))
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert count(session, Seller) == count(session, Attachment) == 0
