"""The demo's notices: some decided in the last weeks, one held, two asked about, others open."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.answer import Sent, answer
from backoffice.core.case import Case
from backoffice.core.claim import claim
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.request import open_requests
from backoffice.core.uploads import admit
from backoffice.dev.demo_cases import backdate, working_moment
from backoffice.dev.demo_products import CLOCKMAKER
from backoffice.dev.demo_reports import (
    FLAGGER,
    REVIEWS,
    THREAD,
    asked_reports,
    held_report,
    open_reports,
    past_reports,
)
from backoffice.marketplace.notifier import NotifierKind, TrustedStatus, notifier_of
from backoffice.marketplace.review import Review
from backoffice.marketplace.sanction import Sanction
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.receive import receive
from backoffice.staff.model import Staff

FIRST_STEP = 33  # of the 36 steps of `working_moment`: after the listings were decided
STEPS = (0, 1, 1, 2)
SAID = {
    "withdrawn": ("uphold", "withdraw_listing", "warn_seller", "notice_trademark"),
    "suspended": ("uphold", "suspend_listing", "strike_seller", "notice_copyright"),
    "dismissed": ("dismiss", "", "", ""),
    "unfounded": ("dismiss", "", "", ""),
}  # action, outcome of each target, measure against each seller, reason
FACTORS = {
    "number": "Trois notices fondées en deux mois.",
    "share": "Cinq annonces touchées sur onze.",
    "gravity": "Contrefaçon d’un produit qui touche les aliments.",
    "intention": "Le vendeur a remis en ligne ce qui venait d’être retiré.",
}


def past_notices(session: Session, reviewers: Iterator[Staff]) -> None:
    """Decide notices of the last weeks, as if everybody had been told."""
    _words_of_buyers(session)
    for step, (body, ended) in zip(STEPS, past_reports(), strict=True):
        case = _receive(session, body)
        person = next(reviewers)
        action, *chosen = SAID[ended]
        data = _upholding(session, case, *chosen) if action == "uphold" else _dismissal(ended)
        claim(session, case, person.actor)
        decide(session, case.reference, action, actor=person.actor, data=data, version=case.version)
        decided_at = working_moment(FIRST_STEP + step)
        _backdate(session, case, decided_at - timedelta(hours=7), decided_at)


def present_notices(session: Session, reviewers: Iterator[Staff]) -> None:
    """Leave one notice held, two asked about, and the others waiting."""
    _trust(session)
    for hours, body in enumerate(reversed(open_reports()), start=1):
        case = _receive(session, body, with_file=body["notifier"] is not FLAGGER)
        backdate(session, case, clock.now() - timedelta(hours=3 * hours))
    person = next(reviewers)
    _propose_suspension(session, person.actor)
    asked, _waiting = [_ask(session, body, person.actor) for body in asked_reports()]
    _answer(session, asked)


def _receive(session: Session, body: dict[str, Any], *, with_file: bool = False) -> Case:
    sheet = admit("piece.png", "image/png", _picture(body["explanation"]))
    files = [Sent("evidence", sheet)] if with_file else []
    form = NoticeForm.model_validate(body)
    return receive(session, form, actor=SYSTEM, channel="report", files=files).case


def _picture(words: str) -> bytes:
    """Return a picture that looks like a sheet somebody joined."""
    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    pen.text((50, 60), "SPECIMEN", fill="black", font_size=30)
    for row, start in enumerate(range(0, len(words), 44)):
        pen.text((50, 140 + 36 * row), words[start : start + 44], fill="black", font_size=20)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def _dismissal(ended: str) -> dict[str, Any]:
    words = "Nous avons comparé les deux : rien de ce qui est protégé n’est repris."
    return {"facts": words, **({"unfounded": "y"} if ended == "unfounded" else {})}


def _upholding(
    session: Session, case: Case, outcome: str, measure: str, code: str, **more: str
) -> dict[str, Any]:
    notice = session.get_one(Notice, case.subject_id)
    reason = session.scalars(select(Reason).where(Reason.code == code)).one()
    data: dict[str, Any] = {"reasons": [reason.id], "facts": "Le signe est repris à l’identique."}
    for target in notice.targets:
        data[f"t{target.id}"] = {"outcome": outcome}
        data[f"s{target.seller_id}"] = {"measure": measure, **more}
    return data


def _backdate(session: Session, case: Case, received_at: datetime, decided_at: datetime) -> None:
    """Make it as if it had been decided then, its sanctions imposed, its mails sent."""
    backdate(session, case, received_at, decided_at)
    for sanction in session.scalars(select(Sanction).where(Sanction.case_id == case.id)):
        sanction.starts_at = sanction.notified_at = decided_at
    session.execute(delete(OutboxMessage).where(OutboxMessage.case_id == case.id))


def _words_of_buyers(session: Session) -> None:
    """Let buyers write reviews, and one of them write to a seller."""
    for number, (external_id, seller, rating, words, author) in enumerate(REVIEWS):
        written_at = clock.now() - timedelta(days=6 + number)
        said = {"external_id": external_id, "rating": rating, "text": words, "author": author}
        session.add(Review(seller=_seller(session, seller), written_at=written_at, **said))
    shop = _seller(session, CLOCKMAKER)
    for number, (side, words) in enumerate(THREAD):
        author = "Amélie V." if side == "buyer" else shop.display_name
        sent_at = clock.now() - timedelta(days=2, hours=9 - number)
        where = {"external_id": f"msg-{6000 + number}", "thread": "fil-600", "order": "CMD-88104"}
        said = {"side": side, "text": words, "author": author, "sent_at": sent_at}
        session.add(ThreadMessage(seller=shop, **where, **said))
    session.flush()


def _trust(session: Session) -> None:
    """Make one notifier a trusted flagger, as a coordinator would."""
    one = notifier_of(session, **FLAGGER, locale="fr")
    one.kind, one.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.ACTIVE
    one.trusted_dsc, one.trusted_area = "Arcom", "produits dangereux"
    one.trusted_since = clock.now() - timedelta(days=200)
    session.flush()


def _propose_suspension(session: Session, actor: Actor) -> None:
    case = _receive(session, held_report(), with_file=True)
    backdate(session, case, clock.now() - timedelta(hours=9))
    claim(session, case, actor)
    until = clock.day_of(clock.now() + timedelta(days=14))
    data = _upholding(session, case, "withdraw_listing", "suspend_seller", "notice_counterfeit",
                      until=until, **FACTORS)  # fmt: skip
    decide(session, case.reference, "uphold", actor=actor, data=data, version=case.version)


def _ask(session: Session, body: dict[str, Any], actor: Actor) -> Case:
    case = _receive(session, body, with_file=True)
    backdate(session, case, clock.now() - timedelta(hours=30))
    claim(session, case, actor)
    notice = session.get_one(Notice, case.subject_id)
    until = clock.add(clock.now(), 4, clock.Unit.BUSINESS_DAYS)
    data = {
        "question": "D’où vient ce visuel ? Joignez l’accord de l’auteur, ou votre facture.",
        "until": clock.day_of(until),
        "sellers": [notice.seller_id],
    }
    decide(session, case.reference, "ask_seller", actor=actor, data=data, version=case.version)
    for decision in session.scalars(Decision.of_case(case)):
        decision.undo_until = clock.now() - timedelta(seconds=1)
    session.flush()
    return case


def _answer(session: Session, case: Case) -> None:
    """Let the seller answer, with a file."""
    (request,) = open_requests(session, case)
    words = "Le dessin est d’un fournisseur qui nous a cédé ses droits : l’acte est joint."
    file = admit("cession.png", "image/png", _picture(words))
    seller = Actor("party", request.asked_of_id, "Le vendeur")
    answer(session, case, request, actor=seller, body=words, corrections={},
           documents=[Sent("evidence", file)])  # fmt: skip


def _seller(session: Session, external_id: str) -> Seller:
    seller = by_external_id(session, external_id)
    assert seller is not None  # noqa: S101 (registered by the demo before)
    return seller
