"""Fetching pictures from servers that serve, and from servers that misbehave."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import delete, select

from backoffice.core.checks import Check, Finding, Outcome, results_of
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.queue import QUEUES
from backoffice.core.store import file_store
from backoffice.core.text import text as say
from backoffice.marketplace.picture import Picture, PictureState
from backoffice.marketplace.pictures import pictures_of, similar_pictures
from jobs import picture_fetch, pictures
from jobs.drain import drain
from jobs.pictures import fetch_pictures
from tests.factories.listing import make_listing
from tests.factories.seller import make_seller
from tests.fakes.images import HTML, SVG, ImageServer, bomb, drawing, encoded, serving

pytestmark = pytest.mark.usefixtures("app", "files_dir")


@pytest.fixture
def server():
    """What the image server answers."""
    return ImageServer()


@pytest.fixture
def shop(server, change_settings):
    """The address of an image server, the one private address that may be fetched from."""
    with serving(server) as url:
        change_settings(private_hosts=url.removeprefix("http://"))
        yield url


@pytest.fixture
def fetch(session, shop):
    """Return a function that fetches a path of the server, and returns its picture."""

    def fetched(path: str) -> Picture:
        url = path if path.startswith("http") else f"{shop}{path}"
        revision = make_listing(session, images=[url]).revision
        (shown,) = pictures_of(session, revision.id)
        fetch_pictures(session, [shown.picture.id])
        session.refresh(shown.picture)
        return shown.picture

    return fetched


def problem(picture: Picture) -> str:
    """Return why a picture is not there."""
    assert picture.problem
    return picture.problem["msgid"] % picture.problem["values"]


def owed(session, picture: Picture) -> list[OutboxMessage]:
    """Return the work on a picture that is owed, without the first, which noting it owed."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.event == "pictures.fetch"))
    return [row for row in rows if row.payload["ids"] == [picture.id]][1:]


def test_picture_is_kept_small(server, fetch):
    server.files["/a.jpg"] = encoded(drawing(size=(1600, 1200)))
    picture = fetch("/a.jpg")
    assert (picture.state, picture.problem, picture.attempts) == (PictureState.READY, None, 1)
    assert (picture.width, picture.height) == (1600, 1200)
    assert len(picture.sha256) == 64
    with file_store().open(picture.thumbnail_key) as file, Image.open(file) as small:
        assert (small.format, small.size) == ("JPEG", (480, 360))
    (sent,) = server.headers
    assert sent["accept-encoding"] == "identity"
    assert "cookie" not in sent


def test_only_our_own_encoding_is_kept(server, fetch, files_dir):
    server.files["/polyglot.jpg"] = encoded(drawing()) + HTML
    picture = fetch("/polyglot.jpg")
    assert picture.state == PictureState.READY
    kept = [file.read_bytes() for file in files_dir.rglob("*") if file.is_file()]
    pictures = [one for one in kept if one.startswith(b"\xff\xd8")]
    assert len(pictures) == 1
    assert not any(b"<script" in one for one in kept)


def test_redirects_are_followed(server, fetch):
    server.files["/a.jpg"] = encoded(drawing())
    server.redirects |= {"/1": "/2", "/2": "/3", "/3": "/a.jpg"}
    assert fetch("/1").state == PictureState.READY


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/absent.jpg", "There is nothing at this address (HTTP 404)."),
        ("/gone", "There is nothing at this address (HTTP 410)."),
        ("/forbidden", "The server does not let us in (HTTP 403)."),
        ("/no-content", "The server gives no picture (HTTP 204)."),
        ("/nowhere", "The server gives no picture (HTTP 302)."),
        ("/empty", "The address gives an empty file."),
        ("/page.jpg", "This is not a picture in JPEG, PNG, WebP or GIF."),
        ("/drawing.svg", "This is not a picture in JPEG, PNG, WebP or GIF."),
        ("/half.jpg", "The picture is damaged or cut off."),
        ("/bomb.png", "The picture has too many pixels: send it smaller."),
        ("/endless", "The picture has more than 8 MB."),
        ("/claims-huge", "The picture has more than 8 MB."),
        ("/loop", "The address leads on and on to others."),
        ("/chain-0", "The address leads on and on to others."),
        ("/inside", "The address leads into a private network."),
        ("/metadata", "The address leads into a private network."),
        ("/file", "This is not an address of the web."),
        ("http://127.0.0.1:9/a.jpg", "The address leads into a private network."),
        ("http://[::ffff:127.0.0.1]/a.jpg", "The address leads into a private network."),
        ("http://2130706433/a.jpg", "The address leads into a private network."),
        ("http://localhost/a.jpg", "The address leads into a private network."),
        ("https://a..b/x.jpg", "This is not an address of the web."),
        ("http://x:99999/a.jpg", "This is not an address of the web."),
    ],
)
def test_address_without_a_picture_is_given_up_with_its_reason(session, server, fetch, path, said):
    server.statuses |= {"/gone": (410, {}), "/forbidden": (403, {}), "/no-content": (204, {})}
    server.statuses["/nowhere"] = (302, {})
    server.files |= {"/empty": b"", "/page.jpg": HTML, "/drawing.svg": SVG, "/bomb.png": bomb()}
    whole = encoded(drawing())
    server.files["/half.jpg"] = whole[: len(whole) // 2]
    server.redirects |= {"/loop": "/loop", "/inside": "http://127.0.0.1:9/a.jpg"}
    server.redirects |= {f"/chain-{n}": f"/chain-{n + 1}" for n in range(4)}
    server.redirects |= {
        "/metadata": "http://169.254.169.254/latest",
        "/file": "file:///etc/passwd",
    }
    picture = fetch(path)
    assert problem(picture) == said
    assert (picture.state, picture.thumbnail_key) == (PictureState.FAILED, None)
    assert owed(session, picture) == []
    assert server.sent_bytes["/endless"] < 30 * 1024**2  # it hung up, long before the gigabyte


def test_loop_is_left_after_three_redirects(server, fetch):
    server.redirects["/loop"] = "/loop"
    fetch("/loop")
    assert server.asked["/loop"] == 4


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/busy", "The server has no time for us now (HTTP 429)."),
        ("/down", "The server has no time for us now (HTTP 503)."),
        ("/drip", "The picture did not arrive within 1 seconds."),
        ("/cut", "The server cannot be reached."),
    ],
)
def test_passing_trouble_is_tried_again_later(session, server, fetch, monkeypatch, path, said):
    monkeypatch.setattr(picture_fetch, "SECONDS_MAX", 1)
    server.statuses |= {"/busy": (429, {"retry-after": "1800"}), "/down": (503, {})}
    began = time.monotonic()
    picture = fetch(path)
    assert time.monotonic() - began < 4
    assert (picture.state, picture.attempts, problem(picture)) == ("pending", 1, said)
    (again,) = owed(session, picture)
    wait = again.available_at - now()
    least = timedelta(minutes=29) if path == "/busy" else timedelta(seconds=50)
    assert least < wait <= least + timedelta(minutes=1)


def test_fourth_failure_is_the_last(session, server, fetch):
    server.statuses["/down"] = (503, {})
    picture = fetch("/down")
    for _ in range(3):
        assert picture.state == PictureState.PENDING
        fetch_pictures(session, [picture.id])
        session.refresh(picture)
    assert (picture.state, picture.attempts) == (PictureState.FAILED, 4)
    assert len(owed(session, picture)) == 3


def test_slow_servers_are_waited_for_side_by_side(session, server, shop, monkeypatch):
    monkeypatch.setattr(picture_fetch, "SECONDS_MAX", 4)
    server.files["/a.jpg"] = encoded(drawing())
    images = [f"{shop}/drip?{number}" for number in range(7)] + [f"{shop}/a.jpg"]
    revision = make_listing(session, images=images).revision
    began = time.monotonic()
    fetch_pictures(session, [one.picture.id for one in pictures_of(session, revision.id)])
    assert time.monotonic() - began < 4 * 7  # one after the other they would take longer
    assert pictures_of(session, revision.id)[-1].picture.state == PictureState.READY


def test_what_is_not_begun_in_time_is_owed_anew(session, server, shop, monkeypatch):
    monkeypatch.setattr(pictures, "BEGIN_SECONDS", 0)
    revision = make_listing(session, images=[f"{shop}/a.jpg"]).revision
    (shown,) = pictures_of(session, revision.id)
    fetch_pictures(session, [shown.picture.id])
    assert server.asked == {}
    (again,) = owed(session, shown.picture)
    assert again.available_at <= now()


def test_fetched_once_whoever_asks(session, server, fetch):
    server.files["/a.jpg"] = encoded(drawing())
    picture = fetch("/a.jpg")
    fetch_pictures(session, [picture.id])
    fetch("/a.jpg")
    assert server.asked["/a.jpg"] == 1


def test_open_cases_are_examined_anew_once_their_pictures_are_there(
    session, server, shop, monkeypatch
):
    seen = []

    def look(session, case, revision):
        seen.append([one.picture.state for one in pictures_of(session, revision.id)])
        return Finding(Outcome.PASS, say("Seen."))

    images = Check("images", "Images", look)
    other = Check("other", "Other", lambda *_: pytest.fail("only the images are looked at again"))
    queue = QUEUES["listings"]
    server.files["/a.jpg"] = encoded(drawing())
    case = make_listing(session, images=[f"{shop}/a.jpg", f"{shop}/b.jpg"]).case
    make_listing(session, images=[f"{shop}/c.jpg"])
    session.execute(delete(OutboxMessage).where(OutboxMessage.event != "pictures.fetch"))
    monkeypatch.setitem(QUEUES, "listings", replace(queue, checks=(images, other)))
    drain(Channel.CHECKS)
    assert seen[0] == ["ready", "failed"]
    assert len(seen) == 2  # two cases, each once
    assert [one.name for one in results_of(session, case)] == ["images"]


def test_look_alike_of_another_seller_is_found(session, server, fetch):
    server.files["/a.jpg"] = encoded(drawing(7, size=(1000, 800)))
    server.files["/b.webp"] = encoded(drawing(7, size=(1000, 800)).resize((500, 400)), "WEBP")
    server.files["/c.jpg"] = encoded(drawing(8))
    first, second, third = fetch("/a.jpg"), fetch("/b.webp"), fetch("/c.jpg")
    asker = make_seller(session)
    found = similar_pictures(session, first, not_seller=asker.id)
    assert [one.picture for one in found] == [first, second]
    assert third not in [one.picture for one in found]
