"""The tree of categories: what is inherited, what holds when, what outside names mean."""

import csv
from datetime import timedelta

import pytest
from sqlalchemy import event

from backoffice.core.clock import now
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.category import Category
from config.settings import ROOT
from tests.factories.listing_facts import seeded_tree

PRODUCTS = ROOT.parent / "shared" / "data" / "products_openfoodfacts_3000.csv"


def test_the_starting_tree_is_whole():
    tree = seeded_tree()
    assert 140 <= len(tree) <= 200
    assert [node.code for node in tree if node.parent and tree.get(node.parent) is None] == []
    assert tree.get("maison/cuisine/vaisselle")
    assert all(node.label_fr and node.label_en for node in tree)
    assert all(node.rule for node in tree if node.policy != "open")
    for code in ("interdits/armes", "sante/medicaments-ordonnance", "interdits/tabac",
                 "animaux/vivants"):  # fmt: skip
        assert tree.get(code).policy == "forbidden"


@pytest.mark.skipif(not PRODUCTS.exists(), reason=f"{PRODUCTS} is missing")
def test_every_category_of_the_real_products_is_there():
    with PRODUCTS.open(encoding="utf-8") as rows:
        codes = {row["category"] for row in csv.DictReader(rows)}
    assert codes
    assert {code for code in codes if seeded_tree().get(code) is None} == set()


def test_characteristics_are_inherited():
    node = seeded_tree().get("maison/cuisine/bouilloires/electriques")
    asked = {one.code: one.required for one in node.characteristics}
    assert asked == {"capacity": True, "material": True, "power": True, "voltage": False}


def test_what_is_forbidden_is_so_all_the_way_down(session):
    session.add(Category(code="interdits/armes/jouets", label_fr="J", label_en="T",
                         starts_at=now()))  # fmt: skip
    node = category_tree(session).get("interdits/armes/jouets")
    assert (node.policy, node.rule[:11]) == ("forbidden", "C. séc. int")


def test_a_change_holds_from_its_time_and_a_category_may_end(session):
    at = now()
    code = "maison/cuisine/vaisselle"
    session.add(Category(code=code, label_fr="Assiettes", label_en="Plates", starts_at=at,
                         ends_at=at + timedelta(days=1)))  # fmt: skip
    before, during, after = (
        category_tree(session, at + timedelta(days=days)).get(code) for days in (-1, 0.5, 2)
    )
    assert (before.label_fr, during.label_fr, after) == ("Vaisselle", "Assiettes", None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("maison/cuisine/bouilloires", "maison/cuisine/bouilloires"),
        (" maison/cuisine/bouilloires ", "maison/cuisine/bouilloires"),
        ("Bouilloires", "maison/cuisine/bouilloires"),
        ("BOUILLOIRES ÉLECTRIQUES", "maison/cuisine/bouilloires/electriques"),
        ("Maison > Cuisine et arts de la table > Bouilloires", "maison/cuisine/bouilloires"),
        ("Accueil > Maison > Cuisine et arts de la table", "maison/cuisine"),
        ("Home > Kitchen and dining > Kettles", "maison/cuisine/bouilloires"),
        ("751", "maison/cuisine/bouilloires/electriques"),
        ("751 - Home & Garden > Kitchen & Dining > Kitchen Appliances > Electric Kettles",
         "maison/cuisine/bouilloires/electriques"),
        ("Apparel & Accessories > Clothing > Dresses > Maxi Dresses", "mode/vetements/robes"),
        ("Food, Beverages & Tobacco > Tobacco Products > Cigars", "interdits/tabac"),
        ("Robes", "mode/vetements/robes"),
        ("Rien de tel", None),
        ("", None),
        (" > / ", None),
        ("Accueil", None),
    ],
)  # fmt: skip
def test_outside_names_are_resolved(name, code):
    assert seeded_tree().resolve(name) == code


def test_a_name_of_several_categories_means_none():
    tree = seeded_tree()
    for node in tree:
        found = tree.resolve(node.label_fr)
        assert found is None or tree.get(found)
    assert tree.resolve("Stockage") == "electronique/informatique/stockage"


def test_paths_are_said_in_both_languages():
    tree = seeded_tree()
    path = "Maison › Cuisine et arts de la table › Bouilloires"
    assert tree.path_label("maison/cuisine/bouilloires", "fr") == path
    assert (
        tree.path_label("maison/cuisine/bouilloires", "en") == "Home › Kitchen and dining › Kettles"
    )
    assert tree.path_label("rien/de-tel", "fr") == "rien/de-tel"


def test_the_tree_is_one_query(session, connection):
    seen = []
    event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
    tree = category_tree(session)
    tree.get("maison")
    tree.resolve("Robes")
    assert len([one for one in seen if one.startswith("SELECT")]) == 1
