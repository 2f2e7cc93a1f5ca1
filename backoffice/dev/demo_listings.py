"""The demo's listings: some decided in the last weeks, three submissions that wait now.

One edit of what is live, one examination, one appeal and one profile change are among them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.dev.demo_cases import backdate, working_moment
from backoffice.dev.demo_products import (
    CLOCKMAKER,
    HARDWARE,
    clocks,
    gloves,
    hardware,
    table_ware,
)
from backoffice.marketplace.listing import Listing, by_reference, newest_revision
from backoffice.marketplace.listing_edit import ListingEdit
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.picture import Picture
from backoffice.marketplace.pictures import owe_fetching
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission
from backoffice.queues.appeals.contest import contest
from backoffice.queues.listings.edit import edit_listing
from backoffice.queues.listings.examine import examine_live
from backoffice.queues.listings.queue import QUEUE, party
from backoffice.queues.listings.receive import Received, receive_listing
from backoffice.queues.profile_changes.stage import edit_profile
from backoffice.staff.model import Staff
from config.settings import get_settings

PAST_DAYS = (20, 32)  # of the 36 steps of `working_moment`: nine days ago, three days ago
REFUSED = {
    "art-2013": ("listing_category", "Le verre n’est pas dit apte au contact alimentaire."),
    "art-2022": ("listing_rights", "L’étiquette visible sur la photo porte une marque déposée."),
    "art-3003": ("listing_rights", "Le cadran reprend le dessin déposé d’un autre fabricant."),
}
EDITED, EXAMINED, CONTESTED = "art-2000", "art-2010", "art-3003"
NEW_WORDS = (
    "Bouilloire col de cygne en acier brossé, bec fin pour verser le café filtre sans "
    "éclabousser. Fond épais, compatible avec l’induction, le gaz et la vitrocéramique. "
    "Contenance de 1,2 L, poignée froide au toucher."
)


def past_listings(session: Session, reviewers: Iterator[Staff]) -> None:
    """Decide listings of two sellers in the last weeks, as if the sellers had been told."""
    for step, bodies in zip(PAST_DAYS, (hardware(), clocks()[:5]), strict=True):
        decided_at = working_moment(step)
        received_at = decided_at - timedelta(hours=5)
        submission = _submission(session, bodies[0]["seller"], received_at)
        submission.told_day = decided_at.astimezone(clock.PARIS).date()
        for body in bodies:
            received = _receive(session, body, submission)
            _decide(session, received, next(reviewers))
            _backdate(session, received, received_at, decided_at)
    session.execute(delete(OutboxMessage))
    owe_fetching(session, session.scalars(select(Picture.id)).all())


def present_listings(session: Session) -> None:
    """Leave three submissions waiting, and one case of every other kind."""
    for hours, bodies in ((26, gloves()), (3, clocks()[5:]), (1, table_ware())):
        at = clock.now() - timedelta(hours=hours)
        submission = _submission(session, bodies[0]["seller"], at)
        for body in bodies:
            received = _receive(session, body, submission)
            _backdate(session, received, at)
    _edit(session)
    listing = _listing(session, HARDWARE, EXAMINED)
    why = "Une acheteuse signale que le vase reçu n’est pas en verre soufflé."
    examine_live(session, listing, actor=SYSTEM, channel="api", why=why)
    _appeal(session)
    _move(session)


def _receive(session: Session, body: dict[str, Any], submission: Submission) -> Received:
    images = _addresses(body["images"])
    form = ListingForm.model_validate({**body, "images": images})
    return receive_listing(
        session, submission.seller, form, actor=SYSTEM, channel="api", submission=submission
    )


def _addresses(names: Iterable[str]) -> list[str]:
    """Return where the sandbox serves these pictures; nothing where there is no sandbox."""
    settings = get_settings()
    for url in (settings.company_register_url, settings.vies_url):
        parts = urlsplit(url)
        if parts.hostname == "127.0.0.1":
            return [f"{parts.scheme}://{parts.netloc}/images/{name}.jpg" for name in names]
    return []


def _submission(session: Session, seller: str, at: datetime) -> Submission:
    day = at.astimezone(clock.PARIS).date()
    submission = Submission(seller=_seller(session, seller), channel="api", day=day, received_at=at)
    session.add(submission)
    return submission


def _decide(session: Session, received: Received, person: Staff) -> None:
    listing, revision, case = received
    assert case is not None  # noqa: S101 (it was received just now)
    claim(session, case, person.actor)
    action: str = "approve"
    data: dict[str, Any] = {}
    if listing.external_id in REFUSED:
        code, facts = REFUSED[listing.external_id]
        reason = session.scalars(select(Reason).where(Reason.code == code)).one()
        action, data = "reject", {"reasons": [reason.id], "facts": facts}
    decide(session, case.reference, action, actor=person.actor, data=data, version=case.version)
    revision.untold_decision_id = None  # the seller was told


def _backdate(
    session: Session, received: Received, received_at: datetime, decided_at: datetime | None = None
) -> None:
    listing, revision, case = received
    assert case is not None  # noqa: S101 (as above)
    backdate(session, case, received_at, decided_at)
    revision.received_at = listing.created_at = listing.changed_at = received_at
    if listing.live is not None:
        listing.published_at = listing.changed_at = decided_at or received_at


def _edit(session: Session) -> None:
    """Stage an edit of a live listing that changes something of every kind."""
    listing = _listing(session, HARDWARE, EDITED)
    edit = {
        "title": "Bouilloire col de cygne inox, 1,2 L",
        "description": NEW_WORDS,
        "category": "maison/cuisine/bouilloires",
        "attributes": {"capacity": "1,2 L", "material": "acier inoxydable", "color": "argent"},
        "images": _addresses(["kettle-2000", "kettle-2100", "kettle-2101"]),
        "price_minor": 5490,
    }
    edit_listing(session, listing, ListingEdit.model_validate(edit), actor=SYSTEM, channel="api")


def _appeal(session: Session) -> None:
    """Contest a refusal of the last weeks."""
    listing = _listing(session, CLOCKMAKER, CONTESTED)
    subject = newest_revision(session, listing)
    about = select(Case).where(Case.queue == QUEUE.slug, Case.subject_id == subject.id)
    decision = session.scalars(Decision.of_case(session.scalars(about).one())).one()
    words = "Ce cadran est le nôtre : nous en avons déposé le dessin en 2019."
    contest(session, decision, party(session, subject), words)


def _move(session: Session) -> None:
    """Stage a move of a seller to another town."""
    seller = _seller(session, CLOCKMAKER)
    address = {"line1": "4 quai des Horlogers", "postal_code": "25000", "city": "Besançon"}
    edit_profile(session, seller, address, actor=SYSTEM, channel="api")


def _seller(session: Session, external_id: str) -> Seller:
    return session.scalars(select(Seller).where(Seller.external_id == external_id)).one()


def _listing(session: Session, seller: str, external_id: str) -> Listing:
    listing = by_reference(session, _seller(session, seller).id, external_id, lock=True)
    assert listing is not None  # noqa: S101 (received by the functions above)
    return listing
