"""Notices by the API: taken whole or refused with a pointer, repeats counted, outcomes told."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, CaseEvent
from backoffice.core.clock import now
from backoffice.core.files import Attachment
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.notifier import notifier_of
from backoffice.queues.notices.model import Notice, NoticeTarget
from config.settings import get_settings
from tests.factories.listing import make_listing
from tests.factories.notice import make_online, named, notice_body
from tests.factories.seller import make_seller
from tests.fakes.documents import pdf

PATH = "/notices"
BOMB = b"PK\x03\x04" + b"\0" * 500


@pytest.fixture
def listing(session):
    return make_online(session, title="Bouilloire en acier")


@pytest.fixture
def send(call):
    """Return a function that posts a notice."""
    return lambda body, **more: call("POST", PATH, body, **more)


@pytest.fixture
def stored(session):
    """Return a function that counts what a notice would leave."""

    def stored() -> tuple[int, ...]:
        tables = (Notice, NoticeTarget, Case, OutboxMessage, Attachment)
        return tuple(session.scalar(select(func.count()).select_from(one)) for one in tables)

    return stored


def file(data: bytes, name: str = "preuve.pdf", kind: str = "application/pdf") -> dict[str, str]:
    return {
        "filename": name,
        "content_type": kind,
        "content_base64": base64.b64encode(data).decode(),
    }


def pointers(answer) -> list[str]:
    assert answer.mimetype == "application/problem+json"
    return [one["pointer"] for one in answer.json["errors"]]


class TestTaken:
    def test_it_tells_what_was_found(self, send, listing):
        body = notice_body(listing)
        body["targets"].append({"typed": "https://shop.example/nulle-part"})
        answer = send(body)
        assert answer.status_code == 201
        told = answer.json
        assert (told["status"], told["merged"]) == ("pending", False)
        assert told["case"].startswith("NOT-")
        assert [(one["kind"], one["title"], one["found"]) for one in told["targets"]] == [
            ("listing", "Bouilloire en acier", True),
            ("unknown", "", False),
        ]
        assert told["targets"][0]["seller"] == listing.seller.external_id

    def test_files_are_kept_by_what_they_are(self, session, send, listing):
        mandate = file(pdf(2), "mandat.pdf") | {"kind": "mandate"}
        answer = send(notice_body(listing) | {"attachments": [file(pdf()), mandate]})
        case = session.scalars(select(Case).where(Case.reference == answer.json["case"])).one()
        kept = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
        assert {(one.kind, one.filename) for one in kept} == {
            ("evidence", "preuve.pdf"),
            ("mandate", "mandat.pdf"),
        }

    def test_the_same_again_is_counted_and_its_new_files_added(self, session, send, listing):
        body = notice_body(listing) | {"attachments": [file(pdf())]}
        first = send(body).json
        again = send(body | {"attachments": [file(pdf()), file(pdf(3), "autre.pdf")]})
        assert again.status_code == 200
        assert again.json == first | {"merged": True}
        assert session.get_one(Notice, first["id"]).repeats == 1
        names = session.scalars(select(Attachment.filename).order_by(Attachment.id)).all()
        assert names[-2:] == ["preuve.pdf", "autre.pdf"]

    def test_a_key_gives_the_same_answer_twice(self, send, listing):
        body = notice_body(listing)
        answers = [send(body, Idempotency_Key="une-fois") for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json == answers[1].json

    def test_sexual_abuse_of_children_needs_no_name(self, send, listing):
        body = notice_body(listing, kind="child_abuse")
        del body["notifier"], body["right"]
        assert send(body).status_code == 201

    def test_a_holder_may_live_anywhere(self, send, listing):
        assert send(notice_body(listing, right__holder__country="US")).status_code == 201

    def test_scripts_are_words_like_others(self, session, send, listing):
        said = "<script>alert(1)</script>"
        changes = {"explanation": said, "notifier__name": said, "notifier__organisation": said}
        right = {f"right__{one}": said for one in ("sign", "holder__name", "test_purchase")}
        body = notice_body(listing, **changes, **right)
        answer = send(body | {"targets": [*body["targets"], {"typed": said}]})
        assert answer.status_code == 201
        assert answer.mimetype == "application/json"
        assert answer.json["targets"][1]["typed"] == said
        assert session.get_one(Notice, answer.json["id"]).explanation == said


class TestTold:
    def test_how_it_stands(self, call, send, listing):
        sent = send(notice_body(listing)).json
        told = call("GET", f"{PATH}/{sent['case']}").json
        assert (told["id"], told["kind"], told["repeats"]) == (sent["id"], "trademark", 0)
        assert told["case"]["status"] == "pending"
        assert [one["outcome"] for one in told["targets"]] == [None]

    @pytest.mark.parametrize("reference", ["NOT-2026-999999", "nothing", "REG-2026-000001"])
    def test_what_is_none(self, call, reference):
        assert call("GET", f"{PATH}/{reference}").status_code == 404

    def test_with_its_own_scopes(self, make_key, call, send, listing):
        reader = make_key(scopes=["notices:read"])
        assert send(notice_body(listing), key=reader).status_code == 403
        writer = make_key(scopes=["notices:write"])
        sent = send(notice_body(listing), key=writer)
        assert sent.status_code == 201
        path = f"{PATH}/{sent.json['case']}"
        assert call("GET", path, key=writer).status_code == 403
        assert call("GET", path, key=reader).status_code == 200


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"targets": []}, "/targets"),
            ({"targets": [{"typed": "bol-12"}] * 500}, "/targets"),
            ({"targets": [{"typed": "https://shop.example/nulle-part"}]}, "/targets/0"),
            ({"targets": [{"kind": "listing", "external_id": "bol"}]}, "/targets/0"),
            ({"targets": [{"kind": "message", "external_id": "none"}]}, "/targets/0"),
            ({"targets": [{"typed": "bol\0"}]}, "/targets/0/typed"),
            ({"explanation": "Une marque\u202eeuqram enu"}, "/explanation"),
            ({"explanation": "é" * 10_001}, "/explanation"),
            ({"notifier": None}, "/notifier"),
            ({"notifier": {"name": "Claire", "email": "claire@"}}, "/notifier/email"),
            ({"notifier": {"name": "\u200f", "email": "a@b.example"}}, "/notifier/name"),
            ({"good_faith": False}, "/good_faith"),
            ({"right": None}, "/right"),
            ({"attachments": [file(pdf())] * 11}, "/attachments"),
            ({"attachments": [file(BOMB, "preuves.zip")]}, "/attachments/0"),
            ({"attachments": [file(pdf()), file(b"MZ" + b"\0" * 99)]}, "/attachments/1"),
            ({"attachments": [file(b"") | {"content_base64": "?"}]},
             "/attachments/0/content_base64"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_pointed_at_and_nothing_kept(
        self, send, stored, listing, changes, pointer
    ):
        before = stored()
        answer = send(notice_body(listing) | changes)
        assert answer.status_code == 422
        assert pointers(answer) == [pointer]
        assert stored() == before

    @pytest.mark.parametrize(
        ("register", "number", "said"),
        [
            ("EUIPO", "4123456789", "EUIPO"),
            ("INPI", "018123456", "has the shape of EUIPO"),
            ("EUIPO", "UK00918123456", "holds neither in France nor in the Union"),
            ("Mairie", "4123456", "Choose the register"),
        ],
    )
    def test_a_number_of_another_register(self, send, stored, listing, register, number, said):
        before = stored()
        answer = send(notice_body(listing, right__register=register, right__number=number))
        assert answer.status_code == 422
        (error,) = answer.json["errors"]
        assert error["pointer"] == "/right/number"
        assert said in error["detail"]
        assert stored() == before

    def test_a_file_above_the_limit(self, send, stored, listing):
        before = stored()
        large = b"%PDF-" + b"\0" * get_settings().upload_max_bytes
        assert send(notice_body(listing) | {"attachments": [file(large)]}).status_code == 413
        assert stored() == before

    def test_a_body_of_forty_megabytes_in_one_file(self, send, listing):
        huge = {"attachments": [file(b"%PDF-" + b"\0" * 40_000_000)]}
        assert send(notice_body(listing) | huge).status_code == 413

    def test_json_that_is_none(self, send):
        assert send(b'{"kind": "trademark", ').status_code == 400
        assert send(b"\xff\xfe").status_code == 400

    def test_a_notifier_who_is_suspended(self, session, send, stored, listing):
        body = notice_body(listing)
        who = body["notifier"]
        row = notifier_of(session, **who, organisation="", locale="fr")
        row.suspended_until = now() + timedelta(days=30)
        session.flush()
        before = stored()
        answer = send(body)
        assert answer.status_code == 409
        assert "We examine no notices of yours until" in answer.json["detail"]
        assert stored() == before


class TestStrangers:
    """Whoever reports learns no more than buyers see."""

    def test_a_listing_never_online_is_not_found(self, session, send):
        proposed = make_listing(session).listing
        answer = send(notice_body() | {"targets": [named(proposed)]})
        assert pointers(answer) == ["/targets/0"]

    def test_a_seller_not_approved_is_not_found(self, session, send):
        applicant = make_seller(session, "applicant")
        targets = [{"kind": "seller", "external_id": applicant.external_id}]
        assert pointers(send(notice_body() | {"targets": targets})) == ["/targets/0"]


def test_the_same_over_and_over_is_one_case(session, call, send, listing, monkeypatch):
    monkeypatch.setenv("API_RATE", "30 per minute")
    get_settings.cache_clear()
    body = notice_body(listing)
    answers = [send(json.dumps(body).encode()) for _ in range(100)]
    taken = [one for one in answers if one.status_code < 300]
    assert [one.status_code for one in taken] == [201] + [200] * (len(taken) - 1)
    assert {one.status_code for one in answers} == {201, 200, 429}
    assert all("Retry-After" in one.headers for one in answers if one.status_code == 429)
    (notice,) = session.scalars(select(Notice)).all()
    assert notice.repeats == len(taken) - 1  # none that was taken is lost
    told = select(func.count()).where(CaseEvent.verb == "repeated")
    assert session.scalar(told) == 2  # the first and the tenth
    get_settings.cache_clear()
