"""The 3,000 real products: each is examined, within seconds, and what is found can be believed."""

import csv
import time
from collections import Counter

import pytest

from backoffice.core.checks import Outcome
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_checks import LOOKS, Offer, examine
from backoffice.marketplace.listing_checks.facts import Facts
from config.settings import ROOT
from tests.factories.listing_facts import brand, facts, revision

PRODUCTS = ROOT.parent / "shared" / "data" / "products_openfoodfacts_3000.csv"
SECONDS_MAX = 10

pytestmark = pytest.mark.skipif(not PRODUCTS.exists(), reason=f"{PRODUCTS} is missing")


def products():
    """Yield each real product as a revision with its offer; those without a GTIN are left out."""
    with PRODUCTS.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            try:
                one = revision(
                    gtin=row["ean"], title=row["title"].strip() or "?", category=row["category"],
                    description=row["description"], attributes={}, safety={},
                    images=[row["image_url"]] if row["image_url"] else [],
                )  # fmt: skip
            except (InvalidInput, ValueError):
                continue
            yield one, Offer(None, row["ean"], round(float(row["price"]) * 100))


def found_in_all(known: Facts):
    listed = list(products())
    start = time.process_time()
    found = [examine(one, offer, known) for one, offer in listed]
    return found, time.process_time() - start


def test_every_product_is_examined_within_seconds():
    found, seconds = found_in_all(facts(brands=[brand("Kervanec"), brand("Pom")]))
    print(f"\n{len(found) * len(LOOKS) / seconds:,.0f} checks a second")  # noqa: T201
    assert len(found) > 2900
    assert seconds < SECONDS_MAX
    counts = {name: Counter(one.outcome for each in found for one in each[name]) for name in LOOKS}
    assert counts["gtin"][Outcome.PASS] > 2900
    assert counts["gtin"][Outcome.FAIL] < 20
    assert counts["attributes"][Outcome.FAIL] == len(found)  # said as a check, no input error
    assert counts["category"][Outcome.PASS] == len(found)
    assert counts["safety"][Outcome.PASS] == len(found)  # food needs none
    assert counts["delivery_cost"][Outcome.PASS] == len(found)
    assert counts["terms"][Outcome.FAIL] == 0


def test_apples_are_no_alarm_for_a_brand_named_pom():
    apples = [one for one, _ in products() if "pomme" in one.title.casefold()]
    assert len(apples) > 20
    known = facts(brands=[brand("Pom")])
    found = {one.title: examine(one, Offer(None, "a", 1), known)["brand"][0] for one in apples}
    assert [title for title, one in found.items() if one.outcome == Outcome.FAIL] == []
