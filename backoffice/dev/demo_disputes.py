"""The demo's disputes: one refused weeks ago, one held, one answered, others waiting."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

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
from backoffice.dev.demo_cases import backdate
from backoffice.marketplace.order import Order
from backoffice.queues.disputes.form import DisputeForm
from backoffice.queues.disputes.receive import Brought, receive
from backoffice.staff.model import Staff


class Story(NamedTuple):
    """What a buyer claims and a seller answers, with a piece of evidence of each."""

    basis: str
    claim: str
    ground: str
    answer: str
    pieces: tuple[tuple[str, str, str], ...]  # side, kind, what it shows


STORIES = (
    Story("conformity", "La bouilloire fuit depuis le premier jour, je l’ai renvoyée.",
          "other_item", "L’exemplaire revenu porte le numéro 48731, nous avions expédié le 48713.",
          (("buyer", "photo", "Étiquette au déballage : 48731"),
           ("buyer", "return_proof", "Dépôt du retour, Colis Ouest"),
           ("seller", "preparation_slip", "Bon de préparation : 48713"))),
    Story("withdrawal", "Je change d’avis, je veux être remboursée.",
          "used", "L’article est revenu rayé et sans ses accessoires.",
          (("seller", "condition_report", "Constat : rayures, deux pièces manquantes"),)),
    Story("not_delivered", "Je n’ai jamais rien reçu.",
          "other", "Le transporteur a une signature du 12.",
          (("seller", "delivery_proof", "Preuve de livraison signée"),)),
    Story("return_30_days", "L’objet ne me convient plus.",
          "after_30_days", "La demande est arrivée bien après trente jours.", ()),
)  # fmt: skip


def demo_disputes(session: Session, deciders: Iterator[Staff], orders: Sequence[Order]) -> None:
    """Let sellers contest refunds of these orders, which are paid: at least three."""
    first, second, third, *others = orders
    _refused(session, first, STORIES[3], next(deciders).actor)
    _held(session, second, STORIES[1], next(deciders).actor)
    _answered(session, third, STORIES[0], next(deciders).actor)
    for order, story in zip(others, STORIES, strict=False):
        case = _receive(session, order, story)
        backdate(session, case, clock.now() - timedelta(hours=4))


def disputable(session: Session) -> list[Order]:
    """Return orders that were delivered and can be disputed, the oldest first."""
    delivered = Order.delivered_at.is_not(None), Order.charge.is_not(None)
    rows = select(Order).where(*delivered, Order.cancelled_at.is_(None)).order_by(Order.id)
    return list(session.scalars(rows.limit(6)))


def _receive(session: Session, order: Order, story: Story) -> Case:
    """Open a dispute about all of an order."""
    delivered_at = order.delivered_at or order.ordered_at
    form = DisputeForm(
        external_id=f"litige-{order.external_id}",
        order=order.external_id,
        basis=story.basis,  # type: ignore[arg-type]  # one of its literals
        claim=story.claim,
        claimed_at=min(delivered_at + timedelta(days=6), clock.now() - timedelta(hours=6)),
        amount_minor=order.total_minor,
        grounds=[story.ground],  # type: ignore[list-item]  # as above
        answer=story.answer,
    )
    files = [Brought(side, Sent(kind, admit(f"{kind}.png", "image/png", _picture(words))))
             for side, kind, words in story.pieces]  # fmt: skip
    return receive(session, form, actor=SYSTEM, channel="api", files=files).case


def _refused(session: Session, order: Order, story: Story, actor: Actor) -> None:
    """Refuse one as if everybody had been told days ago."""
    case = _receive(session, order, story)
    reason = select(Reason).where(Reason.code == "dispute_after_thirty_days")
    data = {"reasons": [session.scalars(reason).one().id],
            "facts": "La demande date de six semaines après la livraison."}  # fmt: skip
    _decide(session, case, "protect", actor, data)
    at = clock.now() - timedelta(days=4)
    backdate(session, case, at - timedelta(days=2), at)
    session.execute(delete(OutboxMessage).where(OutboxMessage.case_id == case.id))


def _held(session: Session, order: Order, story: Story, actor: Actor) -> None:
    """Propose to pay a part ourselves."""
    case = _receive(session, order, story)
    backdate(session, case, clock.now() - timedelta(hours=20))
    data = {"amount": f"{order.total_minor // 200},00", "facts": "Le colis est resté chez nous."}
    _decide(session, case, "goodwill", actor, data)


def _answered(session: Session, order: Order, story: Story, actor: Actor) -> None:
    """Ask both sides; the buyer has answered, with a photo."""
    case = _receive(session, order, story)
    backdate(session, case, clock.now() - timedelta(hours=30))
    until = clock.day_of(clock.add(clock.now(), 5, clock.Unit.BUSINESS_DAYS))
    for side in ("seller", "buyer"):
        data = {"question": "Quel numéro porte l’exemplaire ? Joignez une photo.", "until": until}
        _decide(session, case, f"ask_{side}", actor, data)
    _let_pass(session, case, clock.now() - timedelta(seconds=1))
    asked = next(one for one in open_requests(session, case) if one.asked_of == "buyer")
    photo = admit("numero.png", "image/png", _picture("Photo du numéro : 48731"))
    answer(session, case, asked, actor=Actor("party", asked.asked_of_id, order.buyer.name),
           body="Voici la photo, prise au déballage.", corrections={},
           documents=[Sent("photo", photo)])  # fmt: skip


def _decide(session: Session, case: Case, name: str, actor: Actor, data: dict[str, Any]) -> None:
    claim(session, case, actor)
    decide(session, case.reference, name, actor=actor, data=data, version=case.version)


def _let_pass(session: Session, case: Case, at: datetime) -> None:
    """Make it too late to undo what was decided."""
    for decision in session.scalars(Decision.of_case(case)):
        decision.undo_until = at
    session.flush()


def _picture(words: str) -> bytes:
    """Return a picture that looks like a sheet somebody joined."""
    page = Image.new("RGB", (620, 440), "white")
    pen = ImageDraw.Draw(page)
    pen.text((50, 60), "SPECIMEN", fill="black", font_size=30)
    pen.text((50, 140), words, fill="black", font_size=22)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()
