"""Imports by the API: received, told, their errors given back; large, hostile or repeated files."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.marketplace.listing_import import ImportState, ListingImport
from backoffice.queues.listings.importing.run import run_import
from config.settings import get_settings
from tests.factories.imports import HEADING, LONG, known_category
from tests.factories.listing import gtin
from tests.factories.seller import make_seller


@pytest.fixture
def seller(session):
    known_category(session, "maison", "Maison")
    found = make_seller(session)
    session.commit()
    return found


@pytest.fixture
def send(client, key, files_dir):
    """Return a function that sends a file."""

    def send(content, filename="articles.csv", seller="shop-1", **fields):
        headers = {"Authorization": f"Bearer {key}"}
        headers |= {name: fields.pop(name) for name in [*fields] if "-" in name}
        data = content if isinstance(content, bytes) else content.encode()
        form = {"seller": seller, "file": (BytesIO(data), filename), **fields}
        return client.post("/api/v1/imports", data=form, headers=headers)

    return send


def row(number=1, price="12,50", category="maison"):
    return f"ref-{number};{gtin(number)};Bol {number};Un bol;{category};{price};3\n"


def test_a_file_is_received_read_and_told(send, call, session, seller):
    answer = send(HEADING + row(1) + row(2, price="1,23456"), seller=seller.external_id)
    assert answer.status_code == 202
    assert answer.json["state"] == "queued"
    assert answer.json["mapping"]["ean"] == "gtin"
    owed = session.scalars(select(OutboxMessage).filter_by(channel=Channel.IMPORTS)).one()
    run_import(session, owed.payload["import_id"], LONG)
    told = call("GET", f"/imports/{answer.json['id']}").json
    assert (told["state"], told["rows_read"], told["created"], told["refused"]) == ("done", 2, 1, 1)
    assert told["lines_read"] == 3


@pytest.mark.parametrize(
    ("language", "reason"),
    [("en", "A price has at most two decimals"), ("fr", "")],
)
def test_errors_come_back_as_a_file_that_spreadsheets_leave_alone(
    send, call, session, seller, language, reason
):
    formula = row(2, price="1,23456").replace("Un bol", '=HYPERLINK(""x"")')
    sent = send(HEADING + row(1) + formula, seller=seller.external_id).json
    run_import(session, sent["id"], LONG)
    answer = call("GET", f"/imports/{sent['id']}/errors.csv", Accept_Language=language)
    assert answer.content_type == "text/csv; charset=utf-8"
    heading, line = answer.get_data(as_text=True).splitlines()
    assert heading.startswith("\ufeffreference;ean;")
    assert ";3;price;1,23456;" in line
    assert "'=HYPERLINK" in line
    assert reason in line


def test_the_same_key_answers_the_same_and_begins_once(send, session, seller):
    content, header = HEADING + row(1), {"Idempotency-Key": "one"}
    first = send(content, seller=seller.external_id, **header)
    again = send(content, seller=seller.external_id, **header)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]
    assert session.scalar(select(func.count(ListingImport.id))) == 1
    other = send(content + row(2), seller=seller.external_id, **header)
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        (b"PK\x03\x04 an xlsx", "articles.xlsx", "workbook"),
        ("<rss><channel/></rss>", "articles.csv", "not what its name"),
        ("reference;titre\n1;Bol\n", "a.csv", "No column holds this"),
        ("rien", "a.csv", "Only one column"),
        ("", "a.csv", "empty"),
        ("é;è".encode("utf-16"), "a.csv", "UTF-16"),
        (("x;" * 200_000) + "\n", "a.csv", "at most 512"),
        (b"\x00\x01\x02;\x00" * 1000, "a.csv", "not a table"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(send, session, seller, content, filename, says):
    answer = send(content, filename, seller.external_id)
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/file"
    assert says in error["detail"]
    assert session.scalar(select(func.count(ListingImport.id))) == 0


def test_says_what_a_call_lacks(send, client, key, seller):
    headers = {"Authorization": f"Bearer {key}"}
    missing = client.post("/api/v1/imports", data={"seller": "x", "format": "odt"}, headers=headers,
                          content_type="multipart/form-data")  # fmt: skip
    assert {one["pointer"] for one in missing.json["errors"]} == {"/file", "/format"}
    plain = client.post("/api/v1/imports", data="a;b", headers=headers, content_type="text/csv")
    assert plain.status_code == 415
    unknown = send(HEADING + row(1), seller="nobody")
    assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "/seller")


def test_a_file_above_the_limit_is_refused_and_none_of_it_kept(
    send, seller, files_dir, monkeypatch
):
    monkeypatch.setenv("IMPORT_MAX_BYTES", str(2 * 1024 * 1024))
    get_settings.cache_clear()
    before = {*files_dir.rglob("*")}
    answer = send(HEADING + "x" * 2_200_000, seller=seller.external_id)
    assert answer.status_code == 413
    answer.request.environ["wsgi.input"].close()  # what the test sent lies in a file
    assert answer.json["detail"].startswith("At most 2 MB are taken in one call")
    assert {*files_dir.rglob("*")} == before


def test_a_file_above_the_limit_of_other_calls_is_taken(send, session, seller, monkeypatch):
    monkeypatch.setenv("REQUEST_MAX_BYTES", "1000")
    get_settings.cache_clear()
    content = HEADING + "".join(row(number) for number in range(1, 200))
    assert send(content, seller=seller.external_id).status_code == 202


def test_a_seller_who_left_imports_nothing(send, session, seller):
    sent = send(HEADING + row(1), seller=seller.external_id).json
    seller.status = "refused"
    session.commit()
    run_import(session, sent["id"], LONG)
    imported = session.get(ListingImport, sent["id"], populate_existing=True)
    assert imported.state == ImportState.FAILED
    assert send(HEADING + row(1), seller=seller.external_id).status_code == 409


def test_asks_for_scopes(call, make_key, session, seller):
    key = make_key(scopes=["cases:read"])
    assert call("GET", "/imports/1", key=key).status_code == 403
    assert call("GET", "/imports/99999999999999999999", key=make_key()).status_code == 404
