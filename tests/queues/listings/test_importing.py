"""Importing: rows become listings, cases and checks; errors are named; nothing happens twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backoffice.core import audit
from backoffice.core.audit import AuditDetail, AuditEntry, AuditHead
from backoffice.core.case import Case, CaseEvent, CaseKey, QueueStay
from backoffice.core.checks import CheckReport, results_of
from backoffice.core.clock import now
from backoffice.core.open import open_case
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import NotPossible
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.listing import Listing, ListingRevision, newest_revision, publish
from backoffice.marketplace.listing_import import ImportMapping, ImportState, ListingImport
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.importing import run
from backoffice.queues.listings.importing.begin import ask_cancel, begin, choose_columns
from backoffice.queues.listings.queue import QUEUE
from config.settings import ROOT
from jobs.checks import run_checks
from tests.factories.imports import (
    HEADING,
    LONG,
    errors_of,
    known_category,
    make_import,
    run_to_end,
    said_of,
)
from tests.factories.listing import gtin, make_listing
from tests.factories.seller import make_seller
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]

PRODUCTS = ROOT.parent / "shared" / "data" / "products_openfoodfacts_3000.csv"


@pytest.fixture(autouse=True)
def known(session, files_dir):
    known_category(session, "maison", "Maison")
    session.commit()


def row(
    number=1, title="Bol en grès", price="12,50", category="maison", quantity=3, reference=None
):
    reference = reference or f"ref-{number}"
    return f"{reference};{gtin(number)};{title};Un bol;{category};{price};{quantity}\n"


def counted(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_rows_become_listings_with_their_cases(session):
    imported = run_to_end(session, HEADING + row(1) + row(2, price="1.234,56 €"))
    assert (imported.state, imported.rows_read, imported.rows_created) == ("done", 2, 2)
    assert imported.bytes_read == imported.size_bytes
    first, second = session.scalars(select(Listing).order_by(Listing.id))
    assert (first.external_id, first.price_minor, second.price_minor) == ("ref-1", 1250, 123456)
    revisions = session.scalars(select(ListingRevision).order_by(ListingRevision.id)).all()
    assert {one.submission_id for one in revisions} == {imported.submission_id}
    cases = session.scalars(select(Case).filter_by(queue="listings")).all()
    assert {one.subject_id for one in cases} == {one.id for one in revisions}
    assert {one.channel for one in cases} == {"import"}
    assert imported.submission.is_complete
    assert list(audit.verify(session)) == []


def columns(model, one, *but):
    names = {column.name for column in model.__table__.columns} - {"id", *but}
    return {name: getattr(one, name) for name in names}


def rows_of(session, model, case, *but):
    rows = session.scalars(
        select(model).filter_by(case_id=case.id).order_by(*model.__table__.primary_key)
    )
    return [columns(model, one, "case_id", *but) for one in rows]


def test_a_case_opened_in_bulk_is_the_case_that_is_opened_singly(session, application):
    """Row by row the same, but for numbers, times, random salts and how the case came in."""
    seller = make_seller(session)
    run_to_end(session, HEADING + row(7, title="Café & œufs 1e5 12.5"), seller=seller)
    bulk = session.scalars(select(Case).filter_by(queue="listings")).one()
    revision = session.get_one(ListingRevision, bulk.subject_id)
    single = open_case(session, QUEUE, revision, actor=SYSTEM, channel="import", kind="new")
    session.commit()
    run_checks(session, single.id)
    session.commit()
    session.expire_all()
    times = ("received_at", "due_at", "warn_at", "reference")
    assert columns(Case, bulk, *times) == columns(Case, single, *times)
    assert bulk.words is not None
    assert bulk.due_at - bulk.received_at == pytest.approx(
        single.due_at - single.received_at, abs=timedelta(minutes=5)
    )
    stay = ("entered_at", "due_at")
    assert rows_of(session, QueueStay, bulk, *stay) == rows_of(session, QueueStay, single, *stay)
    keys = [
        {(one["kind"], one["value"]) for one in rows_of(session, CaseKey, case)
         if one["kind"] != "reference"} for case in (bulk, single)
    ]  # fmt: skip
    assert keys[0] == keys[1]
    events = [rows_of(session, CaseEvent, case, "at") for case in (bulk, single)]
    assert [one["verb"] for one in events[0]] == [one["verb"] for one in events[1]]
    assert events[0] == events[1]
    results = [
        [one._replace(at=None) for one in results_of(session, case)] for case in (bulk, single)
    ]
    assert results[0] == results[1]
    assert_same_audit(session, bulk, single)


def assert_same_audit(session, bulk, single):
    heads = [session.get_one(AuditHead, case.stream) for case in (bulk, single)]
    assert {one.seq for one in heads} == {1}
    found = []
    for case in (bulk, single):
        entry = session.scalars(select(AuditEntry).filter_by(stream=case.stream)).one()
        detail = dict(session.get_one(AuditDetail, entry.id).detail)
        assert detail.pop("reference") == case.reference
        found.append((columns(AuditEntry, entry, "stream", "at", "digest", "mac"), detail))
    assert found[0] == found[1]
    assert list(audit.verify(session)) == []


def test_the_same_file_twice_changes_nothing(session):
    seller, content = make_seller(session), HEADING + row(1) + row(2)
    run_to_end(session, content, seller=seller)
    models = (Listing, ListingRevision, Case, CaseEvent, CheckReport, AuditEntry)
    session.expire_all()
    before = [counted(session, model) for model in models[:-1]]
    versions = session.execute(select(Listing.id, Listing.version, Listing.changed_at)).all()
    again = run_to_end(session, content, seller=seller)
    assert (again.rows_unchanged, again.rows_created, again.rows_updated) == (2, 0, 0)
    assert [counted(session, model) for model in models[:-1]] == before
    found = session.execute(select(Listing.id, Listing.version, Listing.changed_at)).all()
    assert found == versions


def test_a_new_price_holds_at_once_and_a_new_title_waits(session):
    seller = make_seller(session)
    run_to_end(session, HEADING + row(2), seller=seller)
    second = session.scalars(select(Listing).filter_by(external_id="ref-2")).one()
    publish(second, newest_revision(session, second), now())
    session.flush()
    opened = session.scalars(select(Case).filter_by(subject_id=second.live_id)).one()
    opened.state, opened.resolution = "closed", "approved"
    session.commit()
    cheaper = run_to_end(session, HEADING + row(2, price="9,00", quantity=5), seller=seller)
    assert cheaper.rows_updated == 1
    session.refresh(second)
    assert (second.price_minor, second.quantity, second.last_number) == (900, 5, 1)
    renamed = run_to_end(session, HEADING + row(2, title="Bol bleu", price="9,00"), seller=seller)
    assert renamed.rows_updated == 1
    session.refresh(second)
    edit = session.scalars(select(Case).filter_by(queue="listings", kind="edit")).one()
    proposed = session.get_one(ListingRevision, edit.subject_id)
    assert (second.live.title, proposed.title) == ("Bol en grès", "Bol bleu")
    assert proposed.submission_id == renamed.submission_id


def test_bad_rows_are_named_and_the_others_come_in(session):
    content = HEADING + (
        row(1)
        + row(2, price="1,23456")
        + row(3, category="licornes")
        + row(4).replace(gtin(4), "3.76011E+12")
        + row(5, price="-3", quantity="x")
        + row(1)
        + row(6)
        + "trop;peu\n"
    )
    imported = run_to_end(session, content)
    assert (imported.rows_read, imported.rows_created, imported.rows_refused) == (8, 2, 6)
    said = said_of(session, imported)
    assert [(line, column) for line, column, _, _ in said] == [
        (3, "price"), (4, "category"), (5, "ean"), (6, "price"), (6, "quantity"),
        (7, "reference"), (9, ""),
    ]  # fmt: skip
    assert said[2][2] == "3.76011E+12"
    assert "A spreadsheet rounded this number (3.76011E+12)" in said[2][3]
    assert said[5][3] == "Line 2 has this reference already."
    kept = [one.rows for one in errors_of(session, imported)]
    assert kept[0] == [[3, *row(2, price="1,23456").strip().split(";")]]
    assert kept[4] == []  # of one row the cells are kept once


def test_a_reference_repeated_in_a_later_chunk_is_told(session, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 2)
    imported = run_to_end(session, HEADING + "".join(map(row, [1, 2, 3, 4, 5, 1])))
    assert imported.rows_created == 5
    ((line, column, value, said),) = said_of(session, imported)
    assert (line, column, value) == (7, "reference", "ref-1")
    assert said == "Line 2 has this reference already."


def test_a_listing_withdrawn_for_good_stays_so(session):
    seller = make_seller(session)
    listing = make_listing(session, seller, external_id="ref-1").listing
    listing.status = "withdrawn"
    imported = run_to_end(session, HEADING + row(1) + row(2), seller=seller)
    assert (imported.rows_created, imported.rows_refused) == (1, 1)
    assert said_of(session, imported)[0][3] == "This listing was withdrawn for good."


def test_work_stops_when_its_time_is_over_and_the_rest_is_owed(session, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 2)
    imported = make_import(session, HEADING + "".join(map(row, range(1, 8))))
    begin(session, imported, actor=SYSTEM)
    session.commit()
    slices = 0
    while imported.state in (ImportState.QUEUED, ImportState.RUNNING):
        before = imported.rows_read
        run.run_import(session, imported.id, 0)
        imported = session.get_one(ListingImport, imported.id, populate_existing=True)
        slices += 1
        assert imported.rows_read - before in (1, 2)
    owed = select(func.count()).select_from(OutboxMessage).filter_by(channel=Channel.IMPORTS)
    assert session.scalar(owed) == slices == 4
    assert (imported.state, imported.rows_created) == ("done", 7)


def test_a_process_that_stands_elsewhere_stores_nothing(session, monkeypatch):
    """Two readings of one import: what the other has stored meanwhile is not stored again."""
    monkeypatch.setattr(run, "CHUNK", 2)
    imported = make_import(session, HEADING + "".join(map(row, range(1, 8))))
    begin(session, imported, actor=SYSTEM)
    session.commit()
    taken = run._Reading.take

    def overtaken(reading):
        monkeypatch.setattr(run._Reading, "take", taken)
        found = reading.take()
        run.run_import(session, imported.id, LONG)
        return found

    monkeypatch.setattr(run._Reading, "take", overtaken)
    run.run_import(session, imported.id, LONG)
    imported = session.get_one(ListingImport, imported.id, populate_existing=True)
    assert (imported.state, imported.rows_created, imported.rows_read) == ("done", 7, 7)
    assert counted(session, Listing) == 7


def test_cancelling_keeps_what_was_stored_and_says_where_it_stopped(session, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 2)
    imported = make_import(session, HEADING + "".join(map(row, range(1, 8))))
    begin(session, imported, actor=SYSTEM)
    session.commit()
    run.run_import(session, imported.id, 0)
    ask_cancel(session, imported, actor=SYSTEM)
    session.commit()
    run.run_import(session, imported.id, LONG)
    imported = session.get_one(ListingImport, imported.id, populate_existing=True)
    assert (imported.state, imported.rows_created, imported.lines_read) == ("cancelled", 2, 3)
    assert imported.submission.is_complete
    assert counted(session, Listing) == 2
    with pytest.raises(NotPossible):
        ask_cancel(session, imported, actor=SYSTEM)


def test_columns_as_chosen_are_kept_for_the_next_file(session):
    seller = make_seller(session)
    content = "code;mot;sorte;combien;reste\nref-1;Bol;maison;3,00;4\n"
    imported = make_import(session, content, seller=seller)
    with pytest.raises(InvalidFields):
        begin(session, imported, actor=SYSTEM)
    with pytest.raises(InvalidFields):
        choose_columns(session, imported, {"code": "nonsense"})
    chosen = {"code": "reference", "mot": "title", "sorte": "category", "combien": "price",
              "reste": "quantity", "absent": "gtin"}  # fmt: skip
    choose_columns(session, imported, chosen)
    begin(session, imported, actor=SYSTEM)
    with pytest.raises(NotPossible):
        begin(session, imported, actor=SYSTEM)
    session.commit()
    run.run_import(session, imported.id, LONG)
    assert session.get_one(ListingImport, imported.id, populate_existing=True).rows_created == 1
    assert "absent" not in session.scalars(select(ImportMapping)).one().mapping
    again = run_to_end(session, content, seller=seller)
    assert again.rows_unchanged == 1
    assert make_import(session, content).mapping["code"] == ""  # another seller's own affair


def test_a_file_that_is_gone_ends_the_import(session, files_dir):
    imported = make_import(session, HEADING + row(1))
    begin(session, imported, actor=SYSTEM)
    session.commit()
    for path in files_dir.rglob(imported.storage_key):
        path.unlink()
    run.run_import(session, imported.id, LONG)
    imported = session.get_one(ListingImport, imported.id, populate_existing=True)
    assert imported.state == ImportState.FAILED
    assert session.get_one(Submission, imported.submission_id).is_complete


def test_names_lose_folders_and_hidden_characters(session):
    imported = make_import(session, HEADING + row(1), "C:\\Users\\me\\stock\u202e\0.csv")
    assert imported.filename == "stock.csv"


def test_the_real_products_need_no_mapping(session):
    if not PRODUCTS.exists():
        pytest.skip(f"{PRODUCTS} is missing")
    known_category(session, "alimentation", "Alimentation")
    known_category(session, "alimentation/epicerie", "Épicerie")
    imported = run_to_end(session, PRODUCTS.read_bytes(), Path(PRODUCTS).name)
    assert (imported.state, imported.rows_read) == ("done", 3000)
    assert imported.rows_created + imported.rows_refused == 3000
    said = said_of(session, imported)
    assert {(column, reason[:42]) for _, column, _, reason in said} == {
        ("ean", "A GTIN has 8, 12, 13 or 14 digits: this ha")
    }
    assert all(len(value) not in (8, 12, 13, 14) for _, _, value, _ in said)
