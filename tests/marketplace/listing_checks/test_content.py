"""Category, characteristics, variants, price, pictures, safety: each true and false."""

import pytest

from backoffice.core.checks import Outcome
from backoffice.marketplace.listing_checks import LOOKS, Offer, examine
from backoffice.marketplace.listing_checks.facts import Median, Place, Reuse
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.places import outside_union
from tests.factories.listing_facts import SELLER, facts, look, revision

GTIN, OTHER = "3760111169504", "03760111169504"
PASS, WARN, FAIL, UNAVAILABLE = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNAVAILABLE


def outcomes(found) -> list[Outcome]:
    return [one.outcome for one in found]


@pytest.mark.parametrize(
    ("category", "outcome", "proof"),
    [
        ("maison/cuisine/vaisselle", PASS, ""),
        ("alimentation/alcools/vins", WARN, "L3331-3"),
        ("interdits/armes", FAIL, "L312-4"),
        ("nulle/part", FAIL, ""),
    ],
)
def test_a_category_is_open_or_not(category, outcome, proof):
    (found,) = look("category", category=category)
    assert found.outcome == outcome
    assert proof in str([line.values for line in found.proof])


def test_where_others_put_the_same_article_is_told():
    pair = (SELLER, OTHER)
    known = facts(elsewhere={pair: {"maison/linge": 3, "mode": 1}})
    _, found = look("category", known, gtin=GTIN)
    assert (found.part, found.outcome) == ("elsewhere", WARN)
    assert found.proof[0].values["category"]["en"] == "Home › Household linen"
    assert found.proof[0].values["count"] == 3
    near = facts(elsewhere={pair: {"maison/cuisine": 1, "mode": 9}})
    assert len(look("category", near, gtin=GTIN)) == 1


def test_missing_characteristics_are_named_each():
    (found,) = look("attributes", category="maison/cuisine/bouilloires", attributes={"power": "9"})
    assert found.outcome == FAIL
    assert [line.values["name"]["fr"] for line in found.proof] == ["Contenance", "Matière"]
    assert set(found.facts["fields"]) == {"attributes.capacity", "attributes.material"}
    assert outcomes(look("attributes")) == [PASS]


def test_variants_may_give_what_the_listing_does_not():
    variants = [{"reference": one, "options": {"material": one}} for one in ("gres", "verre")]
    assert outcomes(look("attributes", attributes={}, variants=variants)) == [PASS]
    variants[1]["options"] = {"color": "bleu"}
    assert outcomes(look("attributes", attributes={}, variants=variants)) == [FAIL]


def test_a_value_that_is_not_of_its_list_is_told():
    worn = {"color": "bleu", "size": "M", "gender": "chien", "composition": "coton"}
    (found,) = look("attributes", category="mode/vetements/robes", attributes=worn)
    assert (found.part, found.outcome) == ("values", WARN)
    assert found.proof[0].values["value"] == "chien"


def variant(reference: str, **options: str) -> dict:
    return {"reference": reference, "options": options}


@pytest.mark.parametrize(
    ("variants", "outcome", "said"),
    [
        ([], PASS, "no variants"),
        ([variant("a", size="S"), variant("b", size="M")], PASS, "complete"),
        ([variant("a", size="S"), variant("b", size="M", color="bleu")], FAIL, "lacks"),
        ([variant("a", size="S"), variant("b", size="S")], FAIL, "same options"),
        ([variant("a", size="S"), variant("a", size="M")], FAIL, "several variants"),
        ([variant("a"), variant("b")], FAIL, "no options"),
        ([variant("a", size="S") | {"gtin": GTIN}, variant("b", size="M") | {"gtin": GTIN}], FAIL,
         "GTIN"),
        ([variant("a", size="S") | {"gtin": GTIN}, variant("b", size="M")], WARN, "no GTIN"),
    ],
)  # fmt: skip
def test_variants_are_complete_and_differ(variants, outcome, said):
    (found,) = look("variants", variants=variants)
    assert found.outcome == outcome
    assert said in found.headline.msgid


@pytest.mark.parametrize(
    ("price_minor", "outcome", "rule"),
    [(2450, PASS, None), (1225, PASS, None), (1224, WARN, "price-low"),
     (489, FAIL, "price-very-low"), (0, WARN, None)],
)  # fmt: skip
def test_a_price_is_held_against_the_median(price_minor, outcome, rule):
    known = facts(medians={(SELLER, OTHER): Median(2450, 4)})
    (found,) = look("price", known, gtin=GTIN, price_minor=price_minor)
    assert found.outcome == outcome
    assert found.facts.get("rule") == rule


def test_the_price_of_a_variant_counts():
    known = facts(medians={(SELLER, OTHER): Median(10_000, 2)})
    given = [variant("a", size="S") | {"gtin": GTIN}, variant("b", size="M")]
    offers = {"a": {"price_minor": 100}}
    (found,) = look("price", known, gtin=None, variants=given, offers=offers, price_minor=9000)
    assert found.outcome == FAIL
    assert found.proof[0].values["price"] == {"fr": "1,00\u00a0€", "en": "€1.00"}
    assert found.proof[0].values["median"]["fr"] == "100,00\u00a0€"


def test_without_others_there_is_nothing_to_compare():
    assert outcomes(look("price")) == [PASS]


def test_the_same_gtin_twice_is_told_wherever_it_stands():
    pair = (SELLER, OTHER)
    this = revision(gtin=GTIN)
    mate = revision(gtin=GTIN, title="La même")
    assert outcomes(look("duplicate", facts(in_chunk={pair: [this]}), of=this)) == [PASS]
    (found,) = look("duplicate", facts(in_chunk={pair: [this, mate]}), of=this)
    assert found.outcome == FAIL
    assert found.proof[0].values == {"gtin": GTIN, "title": "La même"}
    own = facts(same_gtin={pair: [Place(7, "article-7", "Moi")]})
    assert outcomes(look("duplicate", own, gtin=GTIN)) == [PASS]
    other = facts(same_gtin={pair: [Place(8, "article-8", "Autre")]})
    (found,) = look("duplicate", other, gtin=GTIN)
    assert found.proof[0].values["reference"] == "article-8"
    assert outcomes(look("duplicate", other, gtin=None)) == [PASS]


URLS = ["https://a.example/1.jpg", "https://a.example/2.jpg"]


def shown(*states: str) -> dict:
    pictures = [
        Picture(id=number, url=url, state=state, problem=None)
        for number, (url, state) in enumerate(zip(URLS, states, strict=False), start=1)
    ]
    return {one.url: one for one in pictures}


@pytest.mark.parametrize(
    ("images", "states", "expected"),
    [
        ([], (), [WARN]),
        (URLS, (), [UNAVAILABLE]),
        (URLS, ("ready", "pending"), [UNAVAILABLE, PASS]),
        (URLS, ("ready", "failed"), [WARN, PASS]),
        (URLS, ("ready", "ready"), [PASS, PASS]),
    ],
)
def test_pictures_are_there_fetched_and_readable(images, states, expected):
    found = look("images", facts(pictures=shown(*states)), images=images)
    assert outcomes(found) == expected
    assert found[0].retry_at is None


@pytest.mark.parametrize(("distance", "outcome"), [(0, WARN), (4, WARN), (5, PASS)])
def test_a_picture_of_another_seller_is_told(distance, outcome):
    reuses = {(SELLER, 2): [Reuse("shop-9", "bol-1", distance)]}
    known = facts(pictures=shown("ready", "ready"), reuses=reuses)
    _, found = look("images", known, images=URLS)
    assert (found.part, found.outcome) == ("reused", outcome)
    if outcome == WARN:
        assert found.proof[0].values["seller"] == "shop-9"
        assert found.proof[0].values["number"] == 2


MAKER = {"name": "Maker", "address": "88 Renmin Rd, Shenzhen, China", "email": "a@maker.example"}
IN_UNION = {"name": "Rep", "address": "8 quai Sud, 69002 Lyon", "email": "a@rep.example"}


@pytest.mark.parametrize(
    ("safety", "outcome", "field"),
    [
        ({"manufacturer": IN_UNION}, PASS, None),
        ({}, FAIL, "safety.manufacturer"),
        ({"manufacturer": MAKER}, FAIL, "safety.responsible"),
        ({"manufacturer": MAKER, "responsible": IN_UNION}, PASS, None),
        ({"manufacturer": MAKER, "responsible": MAKER}, FAIL, "safety.responsible"),
        ({"manufacturer": IN_UNION | {"address": "BP 12, 69002 Lyon"}}, WARN, "safety"),
    ],
)
def test_somebody_in_the_union_answers_for_the_product(safety, outcome, field):
    (found,) = look("safety", safety=safety)
    assert found.outcome == outcome
    assert field in (found.facts.get("fields") or {None: 0})


def test_food_needs_no_safety_contact():
    assert outcomes(look("safety", category="alimentation/epicerie", safety={})) == [PASS]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("3 rue du Four, 74000 Annecy", None),
        ("12 rue de Londres, 75009 Paris", None),
        ("5 quai de la Suisse, 67000 Strasbourg", None),
        ("Belfast, Northern Ireland, United Kingdom", None),
        ("Bahnhofstrasse 1, 8001 Zürich, Schweiz", "schweiz"),
        ("1 High Street, London EC1, UK", "uk"),
        ("88 Renmin Rd, Guangdong", "guangdong"),
        ("N°5, République populaire de Chine", "republique populaire de chine"),
        ("Calle Mayor 1, 28013 Madrid, España", None),
        ("", None),
    ],
)
def test_addresses_outside_the_union_are_known_by_their_words(address, place):
    assert outside_union(address) == place


def test_every_check_says_something_of_every_listing():
    found = examine(revision(), Offer(None, "a", 100), facts())
    assert found.keys() == LOOKS.keys()
    assert all(found.values())
