"""POST /listings, GET and PATCH of one, and asking to examine what is online."""

import pytest
from sqlalchemy import func, select

from backoffice.core.audit import AuditEntry
from backoffice.core.case import Case, CaseEvent
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing import (
    Listing,
    ListingRevision,
    ListingStatus,
    publish,
    set_status,
)
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.seller import SellerStatus
from backoffice.marketplace.seller import set_status as set_seller_status
from tests.factories.decision import decided, refusal
from tests.factories.listing import listing_body
from tests.factories.seller import make_seller

KNOWN = "maison/cuisine/vaisselle"
REASON = "listing_category"


@pytest.fixture
def seller(session, files_dir):
    if not session.scalar(select(Category.id).where(Category.code == KNOWN)):
        session.add(
            Category(code=KNOWN, label_fr="Vaisselle", label_en="Tableware", starts_at=now())
        )
    seller = make_seller(session)
    session.commit()
    return seller


@pytest.fixture
def send(call, seller):
    """Return a function that posts a listing of the seller."""

    def send(body=None, **changes):
        body = body or listing_body(seller=seller.external_id, external_id="bol", **changes)
        return call("POST", "/listings", body)

    return send


@pytest.fixture
def get(call, seller):
    return lambda path="": call("GET", f"/sellers/{seller.external_id}/listings/bol{path}")


@pytest.fixture
def patch(call, seller):
    path = f"/sellers/{seller.external_id}/listings/bol"
    return lambda body, **more: call("PATCH", path, body, **more)


@pytest.fixture
def examine(call, seller):
    path = f"/sellers/{seller.external_id}/listings/bol/examinations"
    return lambda reason="A buyer says it is a fake.", **more: call(
        "POST", path, {"reason": reason}, **more
    )


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def the_case(session, answer) -> Case:
    return session.scalars(select(Case).where(Case.reference == answer.json["case"])).one()


def approve(session, answer, *, settled: bool = True) -> None:
    """Approve the case of an answer; once settled, nothing can be undone any more."""
    decided(session, the_case(session, answer), "approve", settled=settled)
    session.commit()


def reject(session, answer) -> None:
    """Refuse the case of an answer for good."""
    decided(session, the_case(session, answer), "reject", refusal(session, REASON))
    session.commit()


def pointers(answer) -> list[str]:
    assert answer.status_code == 422, answer.json
    return [one["pointer"] for one in answer.json["errors"]]


class TestPost:
    def test_new_listing_waits_for_a_person(self, session, send, seller):
        answer = send(images=["https://shop.example/a.jpg"])
        assert answer.status_code == 201
        case = the_case(session, answer)
        assert answer.json == {
            "external_id": "bol",
            "seller": seller.external_id,
            "listing_status": "proposed",
            "revision": 1,
            "case": case.reference,
            "status": "pending",
        }
        assert (case.kind, case.channel, case.seller_id) == ("new", "api", seller.id)
        assert session.scalars(select(Picture.url)).all() == ["https://shop.example/a.jpg"]

    def test_same_again_changes_nothing(self, session, send, seller):
        body = listing_body(seller=seller.external_id, external_id="bol")
        first, again = send(body), send(body)
        assert (again.status_code, again.json) == (202, first.json)
        assert count(session, ListingRevision) == 1

    def test_whole_listing_anew_is_a_staged_edit(self, session, send):
        approve(session, send())
        answer = send(title="Bol en grès bleu")
        assert (answer.status_code, answer.json["revision"]) == (202, 2)
        assert the_case(session, answer).kind == "edit"
        assert answer.json["listing_status"] == "live"

    def test_same_key_gives_the_same_answer(self, session, call, seller):
        body = listing_body(seller=seller.external_id)
        answers = [call("POST", "/listings", body, Idempotency_Key="k-1") for _ in range(2)]
        assert answers[0].json == answers[1].json
        assert [one.status_code for one in answers] == [201, 201]
        assert count(session, Listing) == 1
        other = call("POST", "/listings", body | {"quantity": 3}, Idempotency_Key="k-1")
        assert other.status_code == 409

    def test_two_shops_may_use_one_number(self, session, send, call):
        send()
        other = make_seller(session)
        answer = call(
            "POST", "/listings", listing_body(seller=other.external_id, external_id="bol")
        )
        assert answer.status_code == 201
        assert count(session, Listing) == 2

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"seller": "nobody"}, "/seller"),
            ({"category": "maison/inconnue"}, "/category"),
            ({"category": "Maison & Jardin"}, "/category"),
            ({"currency": "USD"}, "/currency"),
            ({"price_minor": -1}, "/price_minor"),
            ({"price_minor": 12.5}, "/price_minor"),
            ({"price_minor": "1.234,56 €"}, "/price_minor"),
            ({"quantity": 10**12}, "/quantity"),
            ({"gtin": "3.76011E+12"}, "/gtin"),
            ({"gtin": "12"}, "/gtin"),
            ({"title": " "}, "/title"),
            ({"title": "a\u0000b"}, "/title"),
            ({"images": ["ftp://shop.example/a.jpg"]}, "/images/0"),
            ({"images": ["https://x.example/a.jpg"] * 13}, "/images"),
            ({"attributes": {"Couleur": "bleu"}}, "/attributes/Couleur/[key]"),
            ({"safety__manufacturer__address": "a\u0000b"}, "/safety/manufacturer/address"),
            ({"safety__warnings": "\u0007"}, "/safety/warnings"),
            ({"colour": "bleu"}, "/colour"),
            ({"external_id": "../x"}, "/external_id"),
        ],
    )
    def test_each_error_is_pointed_at_and_nothing_is_stored(
        self, session, call, seller, change, pointer
    ):
        body = listing_body(**{"seller": seller.external_id, **change})
        answer = call("POST", "/listings", body)
        assert answer.mimetype == "application/problem+json"
        assert pointer in pointers(answer)
        assert count(session, Listing) == count(session, ListingRevision) == 0

    def test_wrong_check_digit_is_not_the_doors_business(self, send):
        assert send(gtin="3760274111908").status_code == 201

    def test_seller_who_may_not_sell(self, session, send, seller):
        set_seller_status(seller, SellerStatus.TERMINATED)
        session.commit()
        answer = send()
        assert (answer.status_code, answer.json["seller_status"]) == (409, "terminated")

    @pytest.mark.parametrize("scope", ["listings:read", "sellers:write"])
    def test_other_scopes_do_not_do(self, call, make_key, seller, scope):
        body = listing_body(seller=seller.external_id)
        assert call("POST", "/listings", body, key=make_key([scope])).status_code == 403
        assert call("POST", "/listings", body, key=None).status_code == 401


class TestGet:
    def test_proposed(self, send, get):
        sent = send(price_minor=2450)
        answer = get()
        told = answer.json
        assert (told["status"], told["price_minor"], told["currency"]) == ("proposed", 2450, "EUR")
        assert (told["live"], told["examination"]) == (None, None)
        proposed = told["proposed"]
        assert proposed["judged"] == {
            "case": sent.json["case"], "status": "pending", "reasons": [], "statement": None
        }  # fmt: skip
        assert proposed["content"]["title"].startswith("Bol en grès")
        assert proposed["content"]["safety"]["manufacturer"]["name"] == "Poterie du Lac"
        assert answer.headers["ETag"]

    def test_approval_is_told_once_it_cannot_be_undone(self, session, send, get):
        approve(session, send(), settled=False)
        told = get().json
        assert (told["status"], told["live"]) == ("proposed", None)
        assert told["proposed"]["judged"]["status"] == "pending"
        session.scalars(select(Decision)).one().undo_until = now()
        session.commit()
        assert get().json["status"] == "live"

    def test_live(self, session, send, get):
        approve(session, send())
        told = get().json
        assert (told["status"], told["proposed"]) == ("live", None)
        assert told["live"]["judged"]["status"] == "approved"

    def test_refused_with_its_reasons(self, session, send, get):
        reject(session, send())
        told = get().json
        judged = told["proposed"]["judged"]
        assert (told["status"], judged["status"]) == ("proposed", "rejected")
        assert judged["reasons"][0]["rule"]
        assert judged["statement"]["appeal_until"]

    def test_edit_waits_beside_what_is_live(self, session, send, get, patch):
        approve(session, send(title="Bol blanc"))
        patch({"title": "Bol bleu"})
        told = get().json
        assert told["live"]["content"]["title"] == "Bol blanc"
        assert (told["proposed"]["content"]["title"], told["proposed"]["number"]) == ("Bol bleu", 2)

    def test_suspension_is_told_with_its_reasons(self, session, send, get, examine):
        approve(session, send())
        case = the_case(session, examine())
        data = refusal(session, REASON)
        decision = decided(session, case, "suspend", data, settled=False)
        session.commit()
        assert (get().json["status"], get().json["examination"]["status"]) == ("live", "pending")
        decision.undo_until = now()
        session.commit()
        told = get().json
        assert (told["status"], told["examination"]["status"]) == ("suspended", "suspended")
        assert told["examination"]["reasons"]

    @pytest.mark.parametrize("name", ["bols", "%00", "a%20b", "x" * 200])
    def test_unknown(self, call, send, seller, name):
        send()
        answer = call("GET", f"/sellers/{seller.external_id}/listings/{name}")
        assert answer.status_code == 404
        assert call("GET", "/sellers/nobody/listings/bol").status_code == 404

    def test_other_scopes_do_not_do(self, call, make_key, seller):
        path = f"/sellers/{seller.external_id}/listings/bol"
        assert call("GET", path, key=make_key(["listings:write"])).status_code == 403


class TestPatch:
    def test_price_and_quantity_hold_at_once(self, session, send, get, patch):
        approve(session, send())
        answer = patch({"price_minor": 1990, "quantity": 0})
        assert (answer.status_code, answer.json["case"]) == (200, None)
        told = get().json
        assert (told["price_minor"], told["quantity"], told["proposed"]) == (1990, 0, None)
        assert count(session, ListingRevision) == 1

    def test_offers_of_variants_hold_at_once(self, session, send, get, patch):
        variants = [
            {"reference": "s", "options": {"size": "S"}, "price_minor": 1000},
            {"reference": "m", "options": {"size": "M"}},
        ]
        approve(session, send(variants=variants))
        cheaper = [variants[0] | {"price_minor": 900}, variants[1] | {"quantity": 4}]
        answer = patch({"variants": cheaper})
        assert (answer.status_code, answer.json["case"]) == (200, None)
        shown = get().json["live"]["content"]["variants"]
        assert [(one["price_minor"], one["quantity"]) for one in shown] == [(900, None), (None, 4)]
        assert patch({"price_minor": 1100}).status_code == 200
        assert get().json["live"]["content"]["variants"] == shown  # what is not named stays

    def test_content_waits(self, session, send, patch):
        approve(session, send())
        answer = patch({"title": "Bol bleu", "price_minor": 1000})
        assert (answer.status_code, answer.json["status"]) == (202, "pending")
        listing = session.scalars(select(Listing)).one()
        session.refresh(listing)
        assert (listing.price_minor, listing.live.number) == (1000, 1)

    def test_is_laid_over_what_waits(self, session, send, get, patch):
        approve(session, send(title="Bol blanc", description="Blanc."))
        first = patch({"title": "Bol bleu"})
        second = patch({"description": "Bleu."})
        assert second.json["case"] == first.json["case"]
        content = get().json["proposed"]["content"]
        assert (content["title"], content["description"]) == ("Bol bleu", "Bleu.")

    def test_is_laid_over_what_is_live_after_a_refused_edit(self, session, send, get, patch):
        approve(session, send(title="Bol blanc"))
        reject(session, patch({"title": "Bol magique"}))
        patch({"description": "Blanc cassé."})
        content = get().json["proposed"]["content"]
        assert (content["title"], content["description"]) == ("Bol blanc", "Blanc cassé.")

    def test_refused_listing_is_corrected_and_returns(self, session, send, get, patch):
        reject(session, send(title="Bol magique"))
        answer = patch({"title": "Bol blanc"})
        assert (answer.status_code, answer.json["revision"]) == (202, 2)
        assert get().json["proposed"]["content"]["title"] == "Bol blanc"

    def test_null_removes_what_may_lack(self, session, send, get, patch):
        send(brand="Terrabelle")
        assert patch({"gtin": None, "brand": None}).status_code == 202
        content = get().json["proposed"]["content"]
        assert (content["gtin"], content["brand"]) == (None, None)
        assert pointers(patch({"title": None})) == ["/title"]

    def test_back_to_what_is_live_asks_nobody(self, session, send, patch):
        approve(session, send(title="Bol blanc"))
        assert patch({"title": "Bol blanc"}).status_code == 200
        assert patch({}).status_code == 200

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"category": "maison/inconnue"}, "/category"),
            ({"currency": "USD"}, "/currency"),
            ({"external_id": "autre"}, "/external_id"),
            ({"seller": "autre"}, "/seller"),
            ({"gtin": "3.76011E+12"}, "/gtin"),
            ({"variants": [{"reference": "s"}]}, "/variants/0/options"),
        ],
    )
    def test_errors(self, session, send, patch, change, pointer):
        send()
        assert pointer in pointers(patch(change))

    def test_edit_written_against_another_version(self, send, get, patch):
        send()
        etag = get().headers["ETag"]
        assert patch({"title": "Bol bleu"}, If_Match=etag).status_code == 202
        assert patch({"title": "Bol vert"}, If_Match=etag).status_code == 412
        assert patch({"title": "Bol vert"}, If_Match=get().headers["ETag"]).status_code == 202

    def test_withdrawn_for_good(self, session, send, patch):
        approve(session, send())
        set_status(session.scalars(select(Listing)).one(), ListingStatus.WITHDRAWN, now())
        session.commit()
        answer = patch({"price_minor": 1})
        assert (answer.status_code, answer.json["listing_status"]) == (409, "withdrawn")

    def test_unknown(self, patch):
        assert patch({"price_minor": 1}).status_code == 404


class TestExamine:
    @pytest.fixture
    def live(self, session, send):
        send()
        listing = session.scalars(select(Listing)).one()
        case = session.scalars(select(Case).where(Case.queue == "listings")).one()
        publish(listing, session.scalars(select(ListingRevision)).one(), now())
        case.state, case.resolution = "closed", "approved"
        session.commit()
        return listing

    def test_opens_a_case_of_its_kind(self, session, live, examine):
        answer = examine()
        assert (answer.status_code, answer.json["status"]) == (201, "pending")
        case = the_case(session, answer)
        assert (case.kind, case.subject_id) == ("live", live.live_id)
        events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
        asked = next(one for one in events if one.verb == "examination_asked")
        assert (asked.body, asked.internal) == ("A buyer says it is a fake.", True)
        assert session.scalar(
            select(AuditEntry.id).where(AuditEntry.stream == case.stream).limit(1)
        )

    def test_one_at_a_time(self, session, live, examine):
        first = examine()
        again = examine()
        assert (again.status_code, again.json["case"]) == (409, first.json["case"])
        case = the_case(session, first)
        decided(session, case, "keep")
        session.commit()
        assert examine().status_code == 201

    def test_same_key_gives_the_same_answer(self, live, examine):
        answers = [examine(Idempotency_Key="k-1") for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json == answers[1].json

    def test_what_was_never_published(self, send, examine):
        send()
        answer = examine()
        assert (answer.status_code, answer.json["listing_status"]) == (409, "proposed")

    @pytest.mark.parametrize("reason", ["", " ", "a\u0000b", "x" * 2001])
    def test_reason_is_asked_for(self, live, examine, reason):
        assert pointers(examine(reason)) == ["/reason"]
