"""Which pictures revisions show, what is owed for them, and which look alike."""

import random
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text

from backoffice.core.clock import now
from backoffice.core.outbox import OutboxMessage
from backoffice.marketplace.picture import Picture, PictureState, RevisionPicture
from backoffice.marketplace.pictures import (
    bands_of,
    note_pictures,
    pictures_of,
    similar_pictures,
    url_digest,
)
from tests.factories.listing import make_listing
from tests.factories.seller import make_seller
from tests.statements import counted

IMAGE = "https://shop.example/images/%s.jpg"


def fetches(session) -> list[list[int]]:
    """Return the ids of each piece of fetching that is owed."""
    rows = select(OutboxMessage).where(OutboxMessage.event == "pictures.fetch")
    return [row.payload["ids"] for row in session.scalars(rows.order_by(OutboxMessage.id))]


def show(session, revision, *urls: str) -> None:
    """Change which pictures a revision shows."""
    revision.images = list(urls)
    note_pictures(session, [revision])


def shown(session, revision) -> list[str]:
    """Return the addresses a revision shows, in order."""
    return [one.picture.url for one in pictures_of(session, revision.id)]


def signed(phash: int) -> int:
    """Return 64 bits as a database keeps them."""
    return phash - 2**64 if phash >= 2**63 else phash


def ready(session, picture: Picture, phash: int) -> Picture:
    """Let a picture have come with this hash."""
    picture.state, picture.phash, picture.bands = "ready", signed(phash), bands_of(phash)
    picture.sha256 = f"{phash:064x}"
    session.flush()
    return picture


@pytest.fixture
def make(session):
    """Return a function that makes a picture with a hash, shown by one more seller."""

    def made(phash: int, seller=None) -> Picture:
        name = random.random()
        revision = make_listing(session, seller, images=[IMAGE % name]).revision
        return ready(session, pictures_of(session, revision.id)[0].picture, phash)

    return made


def test_received_listing_owes_its_pictures_in_order(session):
    urls = [IMAGE % name for name in "cab"]
    revision = make_listing(session, images=urls).revision
    assert shown(session, revision) == urls
    assert [one.position for one in pictures_of(session, revision.id)] == [0, 1, 2]
    ids = {one.picture.id for one in pictures_of(session, revision.id)}
    assert [set(one) for one in fetches(session)] == [ids]
    rows = session.scalars(select(RevisionPicture.seller_id)).all()
    assert set(rows) == {revision.seller_id}


def test_listing_without_picture_owes_nothing(session):
    make_listing(session)
    assert fetches(session) == []


def test_replaced_revision_forgets_what_it_showed(session):
    seller = make_seller(session)
    first = make_listing(session, seller, external_id="bol", images=[IMAGE % "a", IMAGE % "b"])
    again = make_listing(session, seller, external_id="bol", images=[IMAGE % "b"])
    assert again.revision is first.revision
    assert shown(session, first.revision) == [IMAGE % "b"]
    assert len(fetches(session)) == 1


def test_address_is_one_picture_whoever_shows_it(session):
    one = make_listing(session, images=[IMAGE % "a"]).revision
    two = make_listing(session, images=[IMAGE % "a"]).revision
    assert pictures_of(session, one.id)[0].picture is pictures_of(session, two.id)[0].picture
    assert len(fetches(session)) == 1


def test_many_revisions_cost_a_handful_of_statements(session, connection):
    revisions = [make_listing(session).revision for _ in range(60)]
    for number, revision in enumerate(revisions):
        revision.images = [IMAGE % f"{number}-{place}" for place in range(5)]
    session.flush()
    with counted(connection) as statements:
        note_pictures(session, revisions)
        session.flush()
    assert len(statements) <= 8
    assert [len(one) for one in fetches(session)] == [50] * 6
    assert len(shown(session, revisions[-1])) == 5


def test_failed_address_sent_anew_is_tried_anew_but_not_at_once(session):
    revision = make_listing(session, images=[IMAGE % "a"]).revision
    picture = pictures_of(session, revision.id)[0].picture
    picture.state, picture.fetched_at, picture.attempts = "failed", now(), 4
    session.flush()
    show(session, revision, IMAGE % "a")
    assert len(fetches(session)) == 1
    picture.fetched_at = now() - timedelta(hours=2)
    session.flush()
    show(session, revision, IMAGE % "a")
    session.refresh(picture)
    assert (picture.state, picture.attempts) == (PictureState.PENDING, 0)
    assert fetches(session) == [[picture.id]] * 2


def test_long_addresses_are_told_apart(session):
    long = "https://shop.example/" + "x" * 1950
    revision = make_listing(session, images=[f"{long}1", f"{long}2"]).revision
    assert shown(session, revision) == [f"{long}1", f"{long}2"]


@pytest.mark.parametrize("phash", [0x0123456789ABCDEF, 0xFEDCBA9876543210, 2**64 - 2])
@pytest.mark.parametrize("distance", range(8))
def test_look_alike_is_found_at_every_distance(session, make, phash, distance):
    bits = random.Random(phash + distance).sample(range(64), distance)
    picture, asker = make(phash), make_seller(session)
    other = make(phash ^ sum(1 << bit for bit in bits), asker)
    (found,) = similar_pictures(session, other, not_seller=asker.id, distance=7)
    assert (found.picture, found.distance) == (picture, distance)
    if distance:
        assert not similar_pictures(session, other, not_seller=asker.id, distance=distance - 1)


def test_own_pictures_and_unlike_ones_are_not_told(session, make):
    seller = make_seller(session)
    picture = make(0x0123456789ABCDEF, seller)
    make(0x0123456789ABCDEF, seller)
    make(0xFEDCBA9876543210)
    assert similar_pictures(session, picture, not_seller=seller.id) == []


def test_same_address_at_another_seller_is_told(session, make):
    picture = make(0x0123456789ABCDEF)
    revision = make_listing(session, images=[picture.url]).revision
    (found,) = similar_pictures(
        session, picture, not_seller=_seller_of(session, picture, but=revision.seller_id)
    )
    assert (found.seller_id, found.revision_id, found.distance) == (
        revision.seller_id, revision.id, 0,
    )  # fmt: skip


def test_each_other_seller_is_told_once_the_nearest_first(session, make):
    picture, far = make(0x0123456789ABCDEF), make_seller(session)
    asker = _seller_of(session, picture)
    make(0x0123456789ABCDEF ^ 0b11, far)
    nearest_of_far = make(0x0123456789ABCDEF ^ 0b1, far)
    near = make(0x0123456789ABCDEF)
    found = similar_pictures(session, picture, not_seller=asker)
    assert [(one.picture, one.distance) for one in found] == [(near, 0), (nearest_of_far, 1)]


@pytest.mark.parametrize("flat", [0, 2**63])
def test_picture_of_one_colour_resembles_only_its_own_bytes(session, make, flat):
    picture, other, same = make(flat), make(flat), make(flat)
    other.sha256 = "f" * 64
    session.flush()
    asker = _seller_of(session, picture)
    found = similar_pictures(session, picture, not_seller=asker)
    assert [one.picture for one in found] == [same]


def test_picture_that_is_not_there_resembles_nothing(session):
    revision = make_listing(session, images=[IMAGE % "a"]).revision
    picture = pictures_of(session, revision.id)[0].picture
    assert similar_pictures(session, picture, not_seller=0) == []


def test_look_up_among_many_goes_by_the_index(session, make):
    picture = make(0x0123456789ABCDEF)
    revision = session.scalars(select(RevisionPicture.revision_id)).first()
    seller = make_seller(session)
    some = random.Random(1)
    hashes = [some.getrandbits(64) for _ in range(30_000)]
    rows = [
        {
            "url": f"https://x.example/{number}",
            "url_sha256": url_digest(str(number)),
            "state": "ready",
            "phash": signed(phash),
            "bands": bands_of(phash),
        }
        for number, phash in enumerate(hashes)
    ]
    ids = session.scalars(insert(Picture).returning(Picture.id), rows).all()
    shown = [
        {"revision_id": revision, "position": n, "picture_id": one, "seller_id": seller.id}
        for n, one in enumerate(ids, 10)
    ]
    session.execute(insert(RevisionPicture), shown)
    session.execute(text("analyze picture"))
    session.execute(text("analyze revision_picture"))
    began = time.monotonic()
    similar_pictures(session, picture, not_seller=0)
    assert time.monotonic() - began < 0.5
    assert session.scalar(select(func.count()).select_from(Picture)) > 30_000


def _seller_of(session, picture: Picture, but: int = 0) -> int:
    rows = select(RevisionPicture.seller_id).where(RevisionPicture.picture_id == picture.id)
    return next(one for one in session.scalars(rows) if one != but)
