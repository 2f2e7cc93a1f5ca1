"""The thumbnails that staff see."""

import pytest
from sqlalchemy import select

from backoffice.core.store import file_store
from backoffice.core.thumbnail import make_thumbnail
from backoffice.marketplace.picture import RevisionPicture
from backoffice.marketplace.pictures import pictures_of
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.listing import make_listing
from tests.fakes.documents import files_dir
from tests.fakes.images import drawing, encoded

__all__ = ["files_dir"]


@pytest.fixture
def picture(session, files_dir):
    """A picture that was fetched."""
    revision = make_listing(session, images=["https://shop.example/a.jpg"]).revision
    picture = pictures_of(session, revision.id)[0].picture
    picture.thumbnail_key = file_store().put(make_thumbnail(encoded(drawing())).data)
    picture.state = "ready"
    session.flush()
    return picture


def test_thumbnail_is_shown_as_a_picture_and_nothing_else(desk_of, picture):
    answer = desk_of().get(f"/pictures/{picture.id}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=86400"


def test_thumbnail_is_sent_once(desk_of, picture):
    desk = desk_of()
    etag = desk.get(f"/pictures/{picture.id}").headers["ETag"]
    again = desk.client.get(f"/pictures/{picture.id}", headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize("role", ["support", "finance", "admin"])
def test_who_may_not_read_listings_sees_none(desk_of, picture, role):
    assert desk_of(role).get(f"/pictures/{picture.id}").status_code == 404


def test_support_sees_what_a_disputed_order_sold_and_nothing_else(session, desk_of, picture):
    order = make_paid_order(session)
    case = make_dispute(session, order).case
    path, desk = f"/cases/{case.reference}/pictures/{picture.id}", desk_of("support")
    assert desk.get(path).status_code == 404
    shown = session.scalars(select(RevisionPicture.revision_id)).one()
    order.lines[0].revision_id = shown
    session.flush()
    assert desk.get(path).data.startswith(b"\xff\xd8\xff")
    assert desk_of("moderator").get(path).status_code == 404


def test_picture_that_is_not_there_is_not_found(session, desk_of, picture):
    desk = desk_of()
    file_store().delete(picture.thumbnail_key)
    assert desk.get(f"/pictures/{picture.id}").status_code == 404
    picture.thumbnail_key = None
    session.flush()
    for number in (picture.id, 10**9, 10**30):
        assert desk.get(f"/pictures/{number}").status_code == 404
