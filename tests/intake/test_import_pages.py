"""The pages of imports: a file sent, its columns looked at, the import watched and ended."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing_import import ImportState, ListingImport
from backoffice.queues.listings.importing.begin import begin
from backoffice.queues.listings.importing.run import run_import
from tests.desk.conftest import desk, desk_of
from tests.factories.imports import HEADING, LONG, known_category, make_import
from tests.factories.listing import gtin
from tests.factories.seller import make_seller
from tests.fakes.documents import files_dir

__all__ = ["desk", "desk_of", "files_dir"]

ROW = f"ref-1;{gtin(1)};Bol;Un bol;maison;12,50;3\n"


@pytest.fixture
def seller(session, files_dir):
    known_category(session, "maison", "Maison")
    found = make_seller(session)
    session.commit()
    return found


def newest(session):
    query = select(ListingImport).order_by(ListingImport.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def send(desk, seller, content=HEADING + ROW, name="articles.csv", **fields):
    file = (BytesIO(content.encode()), name)
    return desk.post("/imports/new", seller=seller, file=file, format="", **fields)


def test_from_a_file_to_its_listings(desk, session, seller):
    assert "Aucun fichier" in desk.page("/imports") or "No file" in desk.page("/imports")
    page = desk.page("/imports/new", seller=seller.external_id)
    assert f'value="{seller.external_id}"' in page
    sent = send(desk, seller.external_id, HEADING + ROW + "b;;Autre;;maison;1,23456;1\n")
    imported = newest(session)
    assert sent.location == f"/imports/{imported.id}"
    draft = desk.page(sent.location)
    assert "articles.csv" in draft
    assert re.search(r'name="column-0".*?value="reference" selected', draft, re.S)
    assert "1,23456" in draft
    begun = desk.post(f"{sent.location}/begin")
    assert begun.status_code == 303
    assert "<progress" in desk.page(sent.location)
    run_import(session, imported.id, LONG)
    page = desk.page(sent.location)
    assert "errors.csv" in page
    assert "<progress" not in page
    errors = desk.get(f"{sent.location}/errors.csv")
    assert "attachment" in errors.headers["Content-Disposition"]
    assert "1,23456" in errors.get_data(as_text=True)
    assert "articles.csv" in desk.page("/imports")


def test_what_is_wrong_is_said_in_the_form_and_nothing_is_kept(desk, session, seller):
    for answer in (
        send(desk, "nobody"),
        send(desk, seller.external_id, "rien"),
        send(desk, seller.external_id, name="articles.xml"),
        desk.post("/imports/new", seller=seller.external_id, format=""),
    ):
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert newest(session) is None


def test_columns_may_be_told_and_looked_at_again(desk, session, seller):
    content = "code;mot;sorte;combien;reste\nref-1;Bol;maison;3,00;4\n"
    here = send(desk, seller.external_id, content).location
    lacking = desk.post(f"{here}/begin")
    assert lacking.status_code == 422
    names = ("reference", "title", "category", "price", "quantity")
    chosen = {f"column-{number}": name for number, name in enumerate(names)}
    assert desk.post(f"{here}/columns", **chosen).status_code == 303
    assert "ref-1" in desk.page(here)
    assert desk.post(f"{here}/begin", **chosen).status_code == 303
    assert newest(session).state == ImportState.QUEUED
    assert desk.post(f"{here}/begin", **chosen).status_code == 409


def test_a_draft_or_a_running_import_may_be_cancelled(desk, session, seller):
    draft = send(desk, seller.external_id).location
    assert desk.post(f"{draft}/cancel").status_code == 303
    assert newest(session).state == ImportState.CANCELLED
    imported = make_import(session, HEADING + ROW, seller=seller)
    begin(session, imported, actor=SYSTEM)
    session.commit()
    assert desk.post(f"/imports/{imported.id}/cancel").status_code == 303
    run_import(session, imported.id, LONG)
    assert newest(session).state == ImportState.CANCELLED
    assert "<progress" not in desk.page(f"/imports/{imported.id}/progress")


def test_who_may(desk_of, session, seller):
    imported = make_import(session, HEADING + ROW, seller=seller)
    session.commit()
    auditor = desk_of("auditor")
    assert "disabled" in auditor.page(f"/imports/{imported.id}")
    assert auditor.get("/imports/new").status_code == 404
    assert auditor.post(f"/imports/{imported.id}/begin").status_code == 404
    assert desk_of("support").get("/imports").status_code == 404
    assert desk_of("lead").get("/imports/new").status_code == 200
    assert auditor.get("/imports/99999999").status_code == 404
