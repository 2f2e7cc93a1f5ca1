"""Fetching pictures: several at a time, each kept as soon as it is there, tried again if it may."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.store import file_store
from backoffice.core.text import Text
from backoffice.core.thumbnail import Thumbnail, UnreadablePicture, make_thumbnail
from backoffice.core.work import unit_of_work
from backoffice.marketplace.picture import Picture, PictureState, RevisionPicture
from backoffice.marketplace.pictures import bands_of, owe_fetching
from backoffice.queues.listings.queue import QUEUE
from jobs.picture_fetch import Fetcher, NoPicture

log = logging.getLogger(__name__)

AT_ONCE, DRAWN_AT_ONCE = 8, 2
BEGIN_SECONDS = 20  # after which no further picture of a batch is begun: its lease must not end
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long to wait after the first, second, third failure; the fourth is the last."""

CHECK = "images"


class Gone(NamedTuple):
    """An address that gave no picture, and when to ask again, if ever."""

    why: Text
    may_pass: bool = False
    retry_at: datetime | None = None


class Came(NamedTuple):
    """The picture that an address gave."""

    thumbnail: Thumbnail
    sha256: str


def fetch_pictures(session: Session, ids: Sequence[int]) -> None:
    """Fetch those of the pictures that are still pending, then ask the checks that look at them.

    May be done twice. Nothing awaits while a unit of work is open.
    """
    with unit_of_work(session):
        pending = select(Picture.id, Picture.url).where(
            Picture.id.in_(ids), Picture.state == PictureState.PENDING
        )
        waiting = dict(session.execute(pending.order_by(Picture.id)).all())
    left = asyncio.run(_fetch_all(session, waiting))
    with unit_of_work(session):
        owe_fetching(session, left)
        _ask_checks(session, ids)


async def _fetch_all(session: Session, urls: dict[int, str]) -> list[int]:
    """Fetch and keep; returns those that were not begun in time."""
    waiting, ends_at = list(reversed(urls.items())), time.monotonic() + BEGIN_SECONDS
    drawing = asyncio.Semaphore(DRAWN_AT_ONCE)

    async def work(fetcher: Fetcher) -> None:
        while waiting and time.monotonic() < ends_at:
            number, url = waiting.pop()
            found = await _fetch(fetcher, drawing, url)
            with unit_of_work(session):
                _keep(session, number, found)

    async with Fetcher() as fetcher, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work(fetcher))
    return [number for number, _url in waiting]


async def _fetch(fetcher: Fetcher, drawing: asyncio.Semaphore, url: str) -> Came | Gone:
    try:
        data = await fetcher.fetch(url)
        async with drawing:
            thumbnail = await asyncio.to_thread(make_thumbnail, data)
    except NoPicture as error:
        return Gone(error.text, error.may_pass, error.retry_at)
    except UnreadablePicture as error:
        return Gone(error.text)
    return Came(thumbnail, hashlib.sha256(data).hexdigest())


def _keep(session: Session, number: int, found: Came | Gone) -> None:
    """Write down what came of a picture; the bytes themselves are dropped."""
    picture = session.get_one(Picture, number, with_for_update=True, populate_existing=True)
    if picture.state != PictureState.PENDING:
        return  # another worker was quicker
    picture.attempts += 1
    if isinstance(found, Gone):
        _note_failure(session, picture, found)
        return
    thumbnail = found.thumbnail
    picture.thumbnail_key = file_store().put(thumbnail.data)
    picture.state, picture.problem, picture.fetched_at = PictureState.READY, None, now()
    picture.sha256 = found.sha256
    picture.phash, picture.bands = thumbnail.phash, bands_of(thumbnail.phash)
    picture.width, picture.height = thumbnail.width_px, thumbnail.height_px


def _note_failure(session: Session, picture: Picture, found: Gone) -> None:
    picture.problem = found.why.to_json()
    if found.may_pass and picture.attempts <= len(WAITS):
        again_at = now() + WAITS[picture.attempts - 1]
        owe_fetching(session, [picture.id], available_at=max(again_at, found.retry_at or again_at))
    else:
        picture.state, picture.fetched_at = PictureState.FAILED, now()


def _ask_checks(session: Session, ids: Sequence[int]) -> None:
    """Owe the check that looks at these pictures, of every open case that shows a settled one."""
    cases = session.scalars(
        select(Case.id)
        .distinct()
        .join(RevisionPicture, RevisionPicture.revision_id == Case.subject_id)
        .join(Picture, Picture.id == RevisionPicture.picture_id)
        .where(Case.queue == QUEUE.slug, Case.state != State.CLOSED)
        .where(Picture.id.in_(ids), Picture.state != PictureState.PENDING)
    )
    rows = [
        {
            "channel": Channel.CHECKS,
            "event": "checks.run",
            "payload": {"case_id": case_id, "names": [CHECK]},
            "case_id": case_id,
        }
        for case_id in cases
    ]
    if rows:
        session.execute(insert(OutboxMessage), rows)
