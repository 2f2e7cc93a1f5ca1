"""GET and PATCH /sellers/{external_id}: contact data at once, identity staged."""

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.seller import SellerHistory, SellerStatus
from backoffice.queues.profile_changes.model import ProfileChange
from tests.factories.decision import decided, refusal
from tests.factories.seller import make_seller

GERMAN_IBAN = "DE89370400440532013000"


@pytest.fixture
def seller(session, files_dir):
    seller = make_seller(session)
    session.commit()
    return seller


@pytest.fixture
def get(call, seller):
    return lambda: call("GET", f"/sellers/{seller.external_id}")


@pytest.fixture
def patch(call, seller):
    return lambda body, **more: call("PATCH", f"/sellers/{seller.external_id}", body, **more)


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def mails(session, event: str) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.event == event)))


class TestGet:
    def test_tells_the_live_profile(self, get, seller):
        answer = get()
        told = answer.json
        assert answer.headers["ETag"] == f'"{seller.version}"'
        assert (told["external_id"], told["status"]) == (seller.external_id, "active")
        assert told["company"]["siren"] == seller.siren
        assert told["company"]["address"]["postal_code"] == "75011"
        assert told["company"]["register"] is None
        assert told["representative"]["phone"] == "+33199000001"
        assert told["subscription"]["plan"] == "pro"
        assert told["pending_change"] is None

    def test_of_the_iban_only_the_last_four(self, get):
        answer = get()
        assert answer.json["iban_last4"] == "0189"
        assert "30006000" not in answer.get_data(as_text=True)


class TestContact:
    def test_applies_at_once_and_is_kept_in_history(self, patch, session, seller):
        answer = patch({"company": {"website": "atelier.example"},
                        "representative": {"phone": "0155440000"}})  # fmt: skip
        assert answer.status_code == 200
        assert answer.json["company"]["website"] == "https://atelier.example"
        session.refresh(seller)
        assert seller.phone == "+33155440000"
        row = session.scalars(select(SellerHistory)).one()
        assert row.changes["phone"] == {"old": "+33199000001", "new": "+33155440000"}
        assert row.actor.startswith("integration:")
        assert count(session, ProfileChange) == 0

    @pytest.mark.parametrize(
        ("body", "column"),
        [({"contact_email": "neu@example.com"}, "contact_email"),
         ({"representative": {"email": "neu@example.com"}}, "email")],
    )  # fmt: skip
    def test_a_new_e_mail_is_told_to_both_addresses(self, patch, session, seller, body, column):
        old = getattr(seller, column)
        assert patch(body).status_code == 200
        told = mails(session, "profile_change.email_changed")
        assert {mail.to_address for mail in told} == {old, "neu@example.com"}
        assert told[0].payload["new_email"] == "n••••@example.com"

    def test_what_is_live_already_changes_nothing(self, patch, session, seller):
        version = seller.version
        body = {"contact_email": seller.contact_email, "iban": "FR76 3000 6000 0112 3456 7890 189",
                "company": {"siren": seller.siren}}  # fmt: skip
        assert patch(body).status_code == 200
        session.refresh(seller)
        assert (seller.version, count(session, SellerHistory)) == (version, 0)
        assert patch({}).status_code == 200


class TestIdentity:
    def test_is_staged_and_answers_202_with_a_case(self, patch, get, session, seller):
        answer = patch({"company": {"trade_name": "Autre Nom"}, "iban": GERMAN_IBAN})
        assert answer.status_code == 202
        assert answer.json["case"].startswith("PRF-")
        assert answer.json["status"] == "pending"
        assert answer.json["staged"] == ["/company/trade_name", "/iban"]
        told = get().json
        assert (told["company"]["trade_name"], told["iban_last4"]) == (None, "0189")
        assert told["pending_change"] == {
            "case": answer.json["case"], "status": "pending",
            "fields": ["/company/trade_name", "/iban"],
        }  # fmt: skip
        kept = session.scalars(select(ProfileChange)).one().changes
        assert GERMAN_IBAN not in str(kept)

    def test_both_at_once(self, patch, get):
        answer = patch({"contact_email": "neu@example.com", "company": {"trade_name": "Autre"}})
        assert answer.status_code == 202
        assert (answer.json["applied"], answer.json["staged"]) == (
            ["/contact_email"], ["/company/trade_name"]
        )  # fmt: skip
        assert get().json["contact_email"] == "neu@example.com"

    def test_the_same_edit_again_is_the_same_case(self, patch, session):
        body = {"company": {"trade_name": "Autre"}, "iban": GERMAN_IBAN}
        assert patch(body).json == patch(body).json
        assert count(session, ProfileChange) == 1

    def test_another_one_meanwhile_is_refused_whole(self, patch, get, session):
        case = patch({"company": {"trade_name": "Autre"}}).json["case"]
        answer = patch({"company": {"trade_name": "Encore"}, "contact_email": "neu@example.com"})
        assert (answer.status_code, answer.json["case"]) == (409, case)
        assert get().json["contact_email"] != "neu@example.com"

    def test_null_removes_what_may_lack(self, patch, session):
        answer = patch({"company": {"vat_number": None, "vat_exempt": True}, "iban": None})
        assert answer.status_code == 202
        change = session.scalars(select(ProfileChange)).one()
        assert change.proposed.vat_number is None
        assert change.proposed.iban_last4 is None
        assert patch({"company": {"legal_name": None}}).status_code == 422

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [({"company": {"siren": "552081317"}}, "/company/siret"),
         ({"company": {"siret": "55208131766522"}}, "/company/siret"),
         ({"company": {"vat_number": None}}, "/company/vat_number"),
         ({"company": {"address": {"country": "BE"}}}, "/company/address/country"),
         ({"company": {"address": {"street": "x"}}}, "/company/address/street"),
         ({"plan": "premium"}, "/plan"), ({"external_id": "x"}, "/external_id"),
         ({"iban": "FR00"}, "/iban"), ([], "")],
    )  # fmt: skip
    def test_422_where_it_does_not_hold_with_what_is_live(self, patch, session, body, pointer):
        answer = patch(body)
        assert answer.status_code == 422
        assert pointer in [error["pointer"] for error in answer.json["errors"]]
        assert count(session, Case) == 1


class TestOutcome:
    @pytest.fixture
    def case(self, patch, session):
        reference = patch({"company": {"trade_name": "Autre"}}).json["case"]
        return session.scalars(select(Case).where(Case.reference == reference)).one()

    def test_an_approval_that_may_be_undone_is_not_told(self, case, get, patch, session):
        decision = decided(session, case, "approve", settled=False)
        told = get().json
        assert told["company"]["trade_name"] is None
        assert told["pending_change"]["status"] == "pending"
        assert patch({"company": {"trade_name": "Encore"}}).status_code == 409
        decision.undo_until = now()
        session.commit()
        told = get().json
        assert (told["company"]["trade_name"], told["pending_change"]) == ("Autre", None)
        assert patch({"company": {"trade_name": "Encore"}}).status_code == 202

    def test_a_refusal_leaves_the_profile(self, case, get, call, session):
        decided(session, case, "reject", refusal(session))
        assert get().json["company"]["trade_name"] is None
        told = call("GET", f"/cases/{case.reference}").json
        assert (told["queue"], told["status"], told["state"]) == (
            "profile-changes", "rejected", "closed"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "expected"),
    [("applicant", 409), ("refused", 409), ("terminated", 409), ("suspended", 200)],
)
def test_only_a_registered_seller_is_edited(call, session, files_dir, status, expected):
    seller = make_seller(session, SellerStatus(status))
    session.commit()
    body = {"contact_email": "neu@example.com"}
    assert call("PATCH", f"/sellers/{seller.external_id}", body).status_code == expected


class TestIfMatch:
    def test_an_edit_written_against_an_older_profile_is_refused(self, patch, get, seller):
        read = get().headers["ETag"]
        assert patch({"contact_email": "a1@example.com"}, If_Match=read).status_code == 200
        answer = patch({"contact_email": "b1@example.com"}, If_Match=read)
        assert (answer.status_code, answer.content_type) == (412, "application/problem+json")
        assert get().json["contact_email"] == "a1@example.com"

    @pytest.mark.parametrize("given", ["*", ""])
    def test_any_version_will_do(self, patch, given):
        assert patch({"contact_email": "a1@example.com"}, If_Match=given).status_code == 200


def test_a_case_held_for_a_second_person_is_pending(call, session, seller):
    case = session.scalars(select(Case)).one()
    case.state, case.resolution = State.HELD, None
    session.commit()
    told = call("GET", f"/cases/{case.reference}").json
    assert (told["status"], told["state"], told["resolution"]) == ("pending", "open", None)
