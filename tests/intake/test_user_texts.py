"""PUT and GET of reviews and of messages."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core.clock import now
from backoffice.marketplace.review import Review
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.marketplace.user_text import TextStatus, restore, set_status
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_case, make_listing
from tests.factories.seller import make_seller
from tests.factories.user_text import message_body, review_body

KINDS = {"reviews": (Review, review_body), "messages": (ThreadMessage, message_body)}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def seller(session, files_dir):
    seller = make_seller(session)
    session.commit()
    return seller


@pytest.fixture
def put(call, seller):
    """Return a function that sends a text of the seller under a number."""

    def put(kind: str, number: str = "n-1", **changes):
        _, body = KINDS[kind]
        return call("PUT", f"/{kind}/{number}", body(**{"seller": seller.external_id, **changes}))

    return put


@pytest.fixture
def kept(session):
    """Return a function that finds what is kept under a number."""

    def kept(kind: str, number: str = "n-1"):
        model, _ = KINDS[kind]
        session.expire_all()
        return session.scalars(select(model).where(model.external_id == number)).one()

    return kept


def count(session, kind: str) -> int:
    return session.scalar(select(func.count()).select_from(KINDS[kind][0]))


def pointers(answer) -> list[str]:
    assert answer.status_code == 422, answer.json
    return [one["pointer"] for one in answer.json["errors"]]


def test_a_new_review_is_told_as_it_is_kept(put, call, seller):
    answer = put("reviews")
    assert answer.status_code == 201
    assert answer.json == {
        "external_id": "n-1",
        "seller": seller.external_id,
        "order": "CMD-2026-88121",
        "author": "Claire D.",
        "text": "Belle bouilloire, livrée un jour plus tard que promis.",
        "status": "shown",
        "version": 1,
        "listing": None,
        "rating": 4,
        "written_at": "2026-06-09T07:12:00Z",
    }
    assert call("GET", "/reviews/n-1").json == answer.json


def test_a_new_message_is_told_as_it_is_kept(put, call, seller):
    answer = put("messages")
    assert answer.status_code == 201
    assert answer.json == {
        "external_id": "n-1",
        "seller": seller.external_id,
        "order": "CMD-2026-88121",
        "author": "Claire D.",
        "text": "Bonjour, quand ma commande part-elle ?",
        "status": "shown",
        "version": 1,
        "thread": "fil-5521",
        "side": "buyer",
        "sent_at": "2026-06-08T16:40:00Z",
    }
    assert call("GET", "/messages/n-1").json == answer.json


@every_kind
def test_the_same_again_changes_nothing(session, put, kind):
    first, again = put(kind), put(kind)
    assert (again.status_code, again.json) == (200, first.json)
    assert count(session, kind) == 1


@every_kind
def test_a_known_one_says_what_was_sent_last(session, put, kind):
    put(kind)
    answer = put(kind, text="Finalement, tout va bien.", order=None)
    assert answer.status_code == 200
    assert (answer.json["text"], answer.json["order"]) == ("Finalement, tout va bien.", None)
    assert answer.json["version"] == 2
    assert count(session, kind) == 1


@every_kind
def test_a_removed_one_stays_removed(session, put, kept, kind):
    put(kind)
    before = set_status(kept(kind), TextStatus.REMOVED, now())
    session.commit()
    answer = put(kind, text="Encore, en d’autres mots.")
    assert (answer.status_code, answer.json["status"]) == (200, "removed")
    restore(kept(kind), before, now())
    session.commit()
    assert put(kind).json["status"] == "shown"


@every_kind
def test_another_seller_s_number_is_refused(session, put, kept, kind, seller):
    put(kind)
    other = make_seller(session)
    session.commit()
    answer = put(kind, seller=other.external_id, text="Pris.")
    assert answer.status_code == 409
    assert "another seller" in answer.json["title"] + answer.json["detail"]
    assert kept(kind).seller_id == seller.id
    assert kept(kind).text != "Pris."


@every_kind
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"seller": "nobody"}, "/seller"),
        ({"seller": "a b"}, "/seller"),
        ({"author": " "}, "/author"),
        ({"author": "Claire\u202eD."}, "/author"),
        ({"text": "Bonjour\x00"}, "/text"),
        ({"text": "x" * 10_001}, "/text"),
        ({"order": ""}, "/order"),
        ({"more": 1}, "/more"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(session, put, kind, change, pointer):
    assert pointers(put(kind, **change)) == [pointer]
    assert count(session, kind) == 0


@pytest.mark.parametrize(
    ("kind", "change", "pointer"),
    [
        ("reviews", {"rating": 0}, "/rating"),
        ("reviews", {"rating": 6}, "/rating"),
        ("reviews", {"rating": 4.5}, "/rating"),
        ("reviews", {"rating": "4"}, "/rating"),
        ("reviews", {"listing": "unknown"}, "/listing"),
        ("reviews", {"written_at": "2026-06-09T09:12:00"}, "/written_at"),
        ("reviews", {"written_at": "9999-12-31T23:59:59Z"}, "/written_at"),
        ("reviews", {"written_at": "0001-01-01T00:00:00+14:00"}, "/written_at"),
        ("messages", {"side": "carrier"}, "/side"),
        ("messages", {"text": ""}, "/text"),
        ("messages", {"thread": ""}, "/thread"),
        ("messages", {"sent_at": "yesterday"}, "/sent_at"),
    ],
)
def test_what_is_wrong_of_one_kind_is_pointed_at(session, put, kind, change, pointer):
    assert pointers(put(kind, **change)) == [pointer]
    assert count(session, kind) == 0


@every_kind
def test_a_number_that_could_stand_in_no_address_is_refused(put, kind):
    assert pointers(put(kind, number="a%20b")) == ["/external_id"]


def test_a_review_of_a_listing_names_it(session, put, kept, seller):
    listing = make_listing(session, seller).listing
    session.commit()
    answer = put("reviews", listing=listing.external_id)
    assert (answer.status_code, answer.json["listing"]) == (201, listing.external_id)
    assert kept("reviews").listing_id == listing.id


def test_a_listing_of_another_seller_is_unknown(session, put):
    listing = make_listing(session).listing
    session.commit()
    assert pointers(put("reviews", listing=listing.external_id)) == ["/listing"]


@every_kind
@pytest.mark.parametrize("number", ["n-2", "%00", "a%20b"])
def test_an_unknown_one_answers_404(call, seller, kind, number):
    assert call("GET", f"/{kind}/{number}").status_code == 404


@every_kind
def test_a_removal_that_may_be_undone_is_not_told(session, put, call, kept, kind):
    put(kind)
    later = now() + timedelta(hours=1)
    decision = decided(session, make_case(session), "reject", refusal(session, "listing_category"))
    change = {"targets": [set_status(kept(kind), TextStatus.REMOVED, later)]}
    decision.changes = [*decision.changes, {"effect": "remove", "change": change}]
    session.commit()
    assert call("GET", f"/{kind}/n-1").json["status"] == "removed"
    decision.undo_until = later
    session.commit()
    assert call("GET", f"/{kind}/n-1").json["status"] == "shown"
