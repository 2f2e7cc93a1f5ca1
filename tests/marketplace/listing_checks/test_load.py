"""What the checks are told by the database: few queries for many, and right for each."""

import pytest
from sqlalchemy import event, select

from backoffice.core.checks import Outcome, results_of
from backoffice.core.clock import now
from backoffice.marketplace.listing import ListingRevision, ListingStatus, publish, set_status
from backoffice.marketplace.listing_checks import LOOKS, examine, load_facts, offer_of
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.pictures import bands_of, note_pictures, url_digest
from backoffice.queues.listings.queue import QUEUE
from jobs.checks import run_checks
from tests.factories.decision import decided, refusal
from tests.factories.listing import gtin, make_listing
from tests.factories.listing_facts import brand
from tests.factories.seller import make_seller

pytestmark = pytest.mark.usefixtures("app")

GTIN = gtin(777_001)
FEW = 12


def looked(session, received, name: str):
    """Return what one check finds, as the queue runs it."""
    check = next(one for one in QUEUE.checks if one.name == name)
    session.flush()
    return check.findings(session, received.case, received.revision)


def online(session, seller=None, **changes):
    received = make_listing(session, seller, **changes)
    publish(received.listing, received.revision, now())
    session.flush()
    return received


def test_a_listing_with_the_same_gtin_is_named(session):
    seller = make_seller(session)
    first = make_listing(session, seller, gtin=GTIN, title="La première")
    second = make_listing(session, seller, gtin=GTIN)
    (found,) = looked(session, second, "duplicate")
    assert found.outcome == Outcome.FAIL
    assert found.proof[0].values["reference"] == first.listing.external_id


def test_the_gtin_of_a_variant_counts_too(session):
    seller = make_seller(session)
    variants = [{"reference": "s", "options": {"size": "S"}, "gtin": GTIN}]
    make_listing(session, seller, gtin=None, variants=variants)
    (found,) = looked(session, make_listing(session, seller, gtin=GTIN), "duplicate")
    assert found.outcome == Outcome.FAIL


@pytest.mark.parametrize("why", ["another seller", "withdrawn", "refused", "its own edit"])
def test_what_does_not_compete_is_no_duplicate(session, why):
    seller = make_seller(session)
    other = make_seller(session) if why == "another seller" else seller
    first = make_listing(session, other, gtin=GTIN)
    if why == "withdrawn":
        set_status(first.listing, ListingStatus.WITHDRAWN, now())
    if why == "refused":
        decided(session, first.case, "reject", refusal(session, "listing_category"))
    if why == "its own edit":
        first = online(session, seller, gtin=gtin(777_002))
        second = make_listing(session, seller, gtin=gtin(777_002),
                              external_id=first.listing.external_id, title="Autrement")  # fmt: skip
    else:
        second = make_listing(session, seller, gtin=GTIN)
    (found,) = looked(session, second, "duplicate")
    assert found.outcome == Outcome.PASS


def test_the_median_is_of_other_sellers_who_are_online(session):
    for price_minor in (9000, 10_000, 11_000):
        online(session, gtin=GTIN, price_minor=price_minor)
    make_listing(session, gtin=GTIN, price_minor=1)  # not online
    suspended = online(session, gtin=GTIN, price_minor=1)
    set_status(suspended.listing, ListingStatus.SUSPENDED, now())
    mine = online(session, gtin=GTIN, price_minor=4000)
    (found,) = looked(session, mine, "price")
    assert (found.outcome, found.facts["rule"]) == (Outcome.WARN, "price-low")
    assert found.proof[0].values["count"] == 3
    assert found.proof[0].values["median"]["fr"] == "100,00\u00a0€"


def test_the_categories_of_others_are_counted(session):
    online(session, gtin=GTIN, category="maison/linge")
    online(session, gtin=GTIN, category="maison/linge")
    _, found = looked(session, make_listing(session, gtin=GTIN), "category")
    assert found.proof[0].values["count"] == 2


def picture(session, url: str, phash: int) -> None:
    row = session.scalars(select(Picture).where(Picture.url_sha256 == url_digest(url))).one()
    row.state, row.phash, row.sha256, row.bands = "ready", phash, f"{phash:x}", bands_of(phash)
    session.flush()


@pytest.mark.parametrize(("bits", "outcome"), [(0, Outcome.WARN), (0b111, Outcome.WARN),
                                               (0b111111111, Outcome.PASS)])  # fmt: skip
def test_a_picture_of_another_seller_is_found_by_what_it_shows(session, bits, outcome):
    hashed = 0x1234_5678_9ABC_0F0F
    theirs = make_listing(session, images=["https://a.example/1.jpg"])
    mine = make_listing(session, images=["https://b.example/2.jpg"])
    note_pictures(session, [theirs.revision, mine.revision])
    picture(session, "https://a.example/1.jpg", hashed)
    picture(session, "https://b.example/2.jpg", hashed ^ bits)
    fetched, reused = looked(session, mine, "images")
    assert (fetched.outcome, reused.outcome) == (Outcome.PASS, outcome)
    if outcome == Outcome.WARN:
        assert reused.proof[0].values["reference"] == theirs.listing.external_id
        assert reused.proof[0].values["distance"] == bits.bit_count()


def test_a_seller_may_show_a_picture_twice(session):
    seller = make_seller(session)
    both = [make_listing(session, seller, images=["https://a.example/1.jpg"]) for _ in range(2)]
    note_pictures(session, [one.revision for one in both])
    picture(session, "https://a.example/1.jpg", 0x1234_5678_9ABC_0F0F)
    assert [one.outcome for one in looked(session, both[1], "images")] == [Outcome.PASS] * 2


def test_authorisations_are_read_from_the_newest_row(session):
    received = make_listing(session, title="Bol Zylvanec")
    row = brand("Zylvanec")
    row.starts_at = now()
    session.add(row)
    assert looked(session, received, "brand")[0].outcome == Outcome.FAIL
    newer = brand("Zylvanec", received.revision.seller.external_id)
    newer.starts_at = now()
    session.add(newer)
    assert looked(session, received, "brand")[0].outcome == Outcome.PASS


def test_a_draft_says_nothing_and_an_ended_rule_no_more(session):
    received = make_listing(session, title="Bol en grès")
    rule = ListingRule(code="bowl", kind="term", pattern="bol", why="essai")
    session.add(rule)
    assert looked(session, received, "terms")[0].outcome == Outcome.PASS
    rule.starts_at = now()
    assert looked(session, received, "terms")[0].outcome == Outcome.FAIL
    rule.ends_at = now()
    assert looked(session, received, "terms")[0].outcome == Outcome.PASS


def test_many_are_looked_at_by_few_queries(session, connection):
    seller = make_seller(session)
    for number in range(3):
        online(session, gtin=gtin(700_000 + number))
    received = [make_listing(session, seller, gtin=gtin(700_000 + n)) for n in range(20)]
    revisions = [one.revision for one in received]
    seen = []
    event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
    facts = load_facts(session, seller, revisions, now())
    loaded = len(seen)
    assert loaded <= FEW
    for one in received:
        examine(one.revision, offer_of(one.listing), facts)
    assert len(seen) == loaded


def test_what_is_not_stored_yet_is_examined_too(session):
    seller = make_seller(session)
    online(session, gtin=GTIN, price_minor=10_000)
    stored = make_listing(session, seller, gtin=GTIN)
    columns = {name: getattr(stored.revision, name) for name in
               ("title", "description", "category", "brand", "images", "attributes", "variants",
                "safety", "gtin", "gtin_entered")}  # fmt: skip
    fresh = [ListingRevision(seller_id=seller.id, **columns) for _ in range(2)]
    facts = load_facts(session, seller, fresh, now())
    offer = offer_of(stored.listing)._replace(listing_id=None, external_id="neuf", price_minor=100)
    found = examine(fresh[0], offer, facts)
    assert found["price"][0].outcome == Outcome.FAIL
    (duplicate,) = found["duplicate"]
    assert len(duplicate.proof) == 2  # the stored one, and the other of the chunk


def test_the_queue_runs_every_check_and_keeps_what_it_found(session):
    received = make_listing(session, category="maison/cuisine/bouilloires", gtin="2000000000015")
    session.commit()
    run_checks(session, received.case.id)
    rows = results_of(session, received.case)
    assert {row.name for row in rows} == set(LOOKS)
    by_name = {row.name: row for row in rows}
    assert by_name["gtin"].outcome == "fail"
    assert by_name["attributes"].outcome == "fail"
    assert received.case.check_worst == "fail"
    run_checks(session, received.case.id, ["images"])
    assert received.case.check_counts["fail"] == 2
