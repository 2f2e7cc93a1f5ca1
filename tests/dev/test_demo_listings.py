"""The demo's listings: every kind of case, nothing that would be told twice, pictures that come."""

from itertools import combinations, cycle

import imagehash
import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, State
from backoffice.core.outbox import OutboxMessage
from backoffice.dev.demo_cases import past_registrations
from backoffice.dev.demo_listings import past_listings, present_listings
from backoffice.dev.sandboxes.images import SHAPES, answer, draw
from backoffice.marketplace.listing import Listing, ListingRevision, newest_revision
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.pictures import pictures_of
from config.settings import get_settings
from jobs.pictures import fetch_pictures
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir
from tests.fakes.registers import registers, sandboxes

__all__ = ["files_dir", "registers", "sandboxes"]


@pytest.fixture
def demo(app, session, files_dir, registers, monkeypatch):
    """The demo's listings, filled in; the sandbox is where pictures may be fetched from."""
    monkeypatch.setenv("PRIVATE_HOSTS", "127.0.0.1")
    get_settings.cache_clear()
    with app.app_context():
        reviewers = cycle([make_staff(session, role="moderator") for _ in range(2)])
        past_registrations(session, reviewers)
        past_listings(session, reviewers)
        present_listings(session)
        session.flush()
        yield


def count(session, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(*conditions))


def test_demo_has_every_kind_of_case_and_its_pictures_come(session, demo):
    is_listing, is_open = Case.queue == "listings", Case.state != State.CLOSED
    assert count(session, is_listing, is_open, Case.kind == "new") == 50
    assert count(session, is_listing, is_open, Case.kind == "edit") == 1
    assert count(session, is_listing, is_open, Case.kind == "live") == 1
    assert count(session, is_listing, Case.resolution == "approved") == 14
    assert count(session, is_listing, Case.resolution == "rejected") == 3
    assert count(session, Case.queue == "appeals", is_open) == 1
    assert count(session, Case.queue == "profile-changes", is_open) == 1
    largest = select(func.count(ListingRevision.id)).group_by(ListingRevision.submission_id)
    assert max(session.scalars(largest)) == 40
    _tells_nothing_twice(session)
    _pictures_come(session)


def _tells_nothing_twice(session) -> None:
    untold = select(ListingRevision).where(ListingRevision.untold_decision_id.is_not(None))
    assert session.scalars(untold).all() == []
    events = set(session.scalars(select(OutboxMessage.event)))
    assert events <= {"pictures.fetch", "checks.run", "appeal.received", "pages.render"}


def _pictures_come(session) -> None:
    listing = session.scalars(select(Listing).where(Listing.external_id == "art-2000")).one()
    shown = [one.picture for one in pictures_of(session, newest_revision(session, listing).id)]
    absent = session.scalars(select(Picture).where(Picture.url.contains("absent"))).one()
    fetch_pictures(session, [absent.id, *(one.id for one in shown)])
    assert [(one.state, one.width) for one in shown] == [("ready", 900)] * 3
    assert absent.problem["values"] == {"status": 404}


def test_equal_names_give_equal_pictures_and_others_differ():
    assert answer("/mug-1.jpg") == answer("/mug-1.jpg")
    assert [answer(path).status for path in ("/mug.jpg", "/x-1.jpg", "/../mug-1.jpg")] == [404] * 3
    hashes = [imagehash.phash(draw(shape, 1)) for shape in SHAPES]
    assert all(one - other > 6 for one, other in combinations(hashes, 2))
