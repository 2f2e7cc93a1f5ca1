"""The tables that listings are checked by: rows begun as copies, lists typed a line each."""

import pytest
from sqlalchemy import select

from backoffice.core.clock import PARIS, now
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.category import Category
from tests.factories.staff import make_staff, sign_in, submit

KETTLES = {
    "code": "maison/cuisine/bouilloires", "label_fr": "Bouilloires", "label_en": "Kettles",
    "policy": "restricted", "rule": "CGV 6.1", "starts_at": "2026-01-01T00:00",
    "attributes": "capacity* | Contenance | Capacity | L\nlid | Couvercle | Lid | | oui, non",
    "aliases": "751\nKettles > All", "needs_safety_contact": "y",
}  # fmt: skip


@pytest.fixture
def admin(client, session):
    """An administrator's browser."""
    sign_in(client, session, make_staff(session, role="admin"))
    return client


def post(client, path: str, **fields: str):
    return submit(client, path, on="/account", **fields)


@pytest.mark.parametrize("table", ["categories", "brands", "listing_rules"])
def test_each_table_is_listed_searched_and_opened(admin, table, session):
    page = admin.get(f"/admin/{table}/")
    assert page.status_code == 200
    assert b"Traceback" not in page.data
    assert admin.get(f"/admin/{table}/?search=zzz").status_code == 200
    assert admin.get(f"/admin/{table}/details/?id=1").status_code == 200
    assert admin.get(f"/admin/{table}/new/?like=1").status_code == 200


def test_a_new_category_row_takes_over(admin, session):
    assert post(admin, "/admin/categories/new/", **KETTLES).status_code == 302
    node = category_tree(session).get("maison/cuisine/bouilloires")
    assert (node.policy, node.rule) == ("restricted", "CGV 6.1")
    own = {one.code: one for one in node.characteristics}
    assert own["capacity"].required
    assert own["capacity"].unit == "L"
    assert own["lid"].values == ("oui", "non")
    assert category_tree(session).resolve("Kettles > All") == "maison/cuisine/bouilloires"


def test_a_change_begins_as_a_copy_that_holds_from_now(admin, session):
    row = session.scalars(select(Category).where(Category.code == KETTLES["code"])).one()
    page = admin.get(f"/admin/categories/new/?like={row.id}").text
    assert "capacity* | Contenance | Capacity" in page
    assert f'value="{now().astimezone(PARIS):%Y-%m-%d }' in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("code", "Maison/Été", "small letters"),
        ("code", "nulle-part/du-tout", "above does not exist"),
        ("attributes", "capacity", "Line 1"),
        ("attributes", "Été | Été | Summer", "Line 1"),
    ],
)
def test_a_category_that_cannot_be_read_is_refused_and_kept(admin, session, field, typed, said):
    before = session.query(Category).count()
    answer = post(admin, "/admin/categories/new/?lang=en", **{**KETTLES, field: typed})
    assert answer.status_code == 200
    assert typed in answer.text
    assert said in answer.text
    assert "aria-invalid" in answer.text
    assert session.query(Category).count() == before


def test_a_brand_keeps_who_may_use_it(admin, session):
    row = {
        "name": "Test & Fils", "owner": "Test SA", "register": "INPI", "number": "4123",
        "classes": "21", "authorised": "shop-1\n\nshop-2\nshop-1", "starts_at": "2026-01-01T00:00",
    }  # fmt: skip
    assert post(admin, "/admin/brands/new/", **row).status_code == 302
    brand = session.scalars(select(ProtectedBrand).where(ProtectedBrand.name == row["name"])).one()
    assert brand.authorised == ["shop-1", "shop-2"]
    wrong = post(admin, "/admin/brands/new/", **{**row, "authorised": "shop 1 !"})
    assert wrong.status_code == 200
