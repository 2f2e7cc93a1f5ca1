"""The demo's registrations: some decided in the last weeks, some waiting now."""

import io
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case, QueueStay
from backoffice.core.claim import claim
from backoffice.core.deadline import due_for
from backoffice.core.decide import decide
from backoffice.core.decision import Decision, Reason
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES, DemoCompany
from backoffice.queues.registrations.form import RegistrationForm
from backoffice.queues.registrations.receive import receive
from backoffice.queues.registrations.traceability import ITEMS
from backoffice.staff.model import Staff

PAST = 36
TRADES = ("Coutellerie", "Droguerie", "Fromagerie", "Ganterie", "Horlogerie", "Vannerie")
PLACES = (
    ("rue du Port", "17000", "La Rochelle"),
    ("quai de la Marne", "51000", "Reims"),
    ("rue Saint-Pierre", "14000", "Caen"),
    ("avenue de la Gare", "68000", "Colmar"),
    ("rue des Arènes", "30000", "Nîmes"),
    ("place du Château", "64000", "Pau"),
)
FIRST_NAMES = ("Agnès", "Bruno", "Cécile", "Denis", "Émilie", "Farid", "Gilles")
LAST_NAMES = (
    "Aubert",
    "Bonnin",
    "Caillet",
    "Delmas",
    "Espinasse",
    "Faure",
    "Gauthier",
    "Hamel",
    "Izard",
    "Jourdan",
    "Kerbrat",
    "Lacoste",
)
PAST_DAYS = 28


def past_registrations(session: Session, reviewers: Iterator[Staff]) -> None:
    """Decide some registrations over the last four weeks, as if their mails had left long ago."""
    for number in range(PAST):
        case = receive(session, form_of(_past_company(number)), actor=SYSTEM).case
        decided_at = working_moment(number)
        _decide(session, case, next(reviewers), refuse=number % 6 == 5)
        backdate(session, case, decided_at - timedelta(hours=3 + number % 30), decided_at)
    session.execute(delete(OutboxMessage))


def _past_company(number: int) -> DemoCompany:
    trade, place = TRADES[number % len(TRADES)], PLACES[number // len(TRADES) % len(PLACES)]
    street, postal_code, city = place
    return replace(
        DEMO_COMPANIES[number % len(DEMO_COMPANIES)],
        number=100 + number,
        legal_name=f"{trade} de {city}",
        trade_name=f"{trade} {city}",
        line1=f"{3 + number} {street}",
        postal_code=postal_code,
        city=city,
        register_town=city,
        first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
        last_name=LAST_NAMES[number // 3 % len(LAST_NAMES)],
    )


def working_moment(number: int) -> datetime:
    """Return a moment of a working day of the last weeks; a higher number is later."""
    day = clock.now() - timedelta(days=PAST_DAYS - number * PAST_DAYS / PAST, hours=2)
    while not clock.is_working_day(day.astimezone(clock.PARIS).date()):
        day -= timedelta(days=1)
    return day


def _decide(session: Session, case: Case, person: Staff, *, refuse: bool) -> None:
    claim(session, case, person.actor)
    if refuse:
        reason = session.scalars(select(Reason).where(Reason.code == "documents_missing")).one()
        data: dict[str, Any] = {"reasons": [reason.id], "facts": "L’extrait fourni date de 2023."}
    else:
        data = {f"trace_{item}": "verified" for item in ITEMS}
        data |= {f"why_{item}": "Pièces relues." for item in ITEMS}
    action = "reject" if refuse else "approve"
    decide(session, case.reference, action, actor=person.actor, data=data, version=case.version)


def backdate(
    session: Session, case: Case, received_at: datetime, decided_at: datetime | None = None
) -> None:
    """Make it as if a case had come in, and been decided, at these times."""
    due = due_for(session, case.queue, case.kind, received_at)
    case.received_at, case.due_at, case.warn_at = received_at, due.due_at, due.warn_at
    stay = session.scalars(select(QueueStay).where(QueueStay.case_id == case.id)).one()
    stay.entered_at, stay.due_at = received_at, due.due_at
    if decided_at:
        stay.left_at = case.closed_at = decided_at
        for decision in session.scalars(Decision.of_case(case)):
            decision.decided_at = decision.executed_at = decided_at
            decision.undo_until = decided_at


def present_registrations(session: Session) -> None:
    """Leave a dozen registrations waiting: some late, some due today, some just in."""
    for number, company in enumerate(DEMO_COMPANIES):
        case = receive(session, form_of(company, documents=True), actor=SYSTEM).case
        backdate(session, case, clock.now() - timedelta(hours=5 * (len(DEMO_COMPANIES) - number)))


def form_of(company: DemoCompany, *, documents: bool = False) -> RegistrationForm:
    """Return what a demo company would send."""
    papers = ("kbis", "identity", "bank_proof") if documents else ()
    return RegistrationForm.model_validate(
        {
            "external_id": f"demo-{company.number}",
            "plan": company.plan,
            "locale": "fr",
            "company": {
                "legal_name": company.legal_name,
                "trade_name": company.trade_name,
                "legal_form": company.legal_form,
                "siren": company.siren,
                "siret": company.siret,
                "vat_number": company.vat_number,
                "register": {"kind": "RCS", "number": company.register_number},
                "address": {
                    "line1": company.line1,
                    "postal_code": company.postal_code,
                    "city": company.city,
                    "country": "FR",
                },
                "website": company.website,
            },
            "representative": {
                "first_name": company.first_name,
                "last_name": company.last_name,
                "email": company.email,
                "phone": company.phone,
                "birth_date": company.birth_date,
            },
            "contact_email": company.contact_email,
            "iban": company.iban,
            "stripe_account": company.stripe_account,
            "self_certified": True,
            "documents": [
                {
                    "kind": kind,
                    "filename": f"{kind}.pdf",
                    "content_type": "application/pdf",
                    "content_base64": b64encode(_paper(kind, company)).decode(),
                }
                for kind in papers
            ],
        },
        strict=False,
    )


def _paper(kind: str, company: DemoCompany) -> bytes:
    """Return a one-page PDF that looks enough like its kind."""
    headings = {
        "kbis": "EXTRAIT KBIS SPECIMEN",
        "identity": "CARTE NATIONALE D'IDENTITE SPECIMEN",
        "bank_proof": "RELEVE D'IDENTITE BANCAIRE SPECIMEN",
    }
    lines = {
        "kbis": (company.legal_name, company.register_number, company.line1, company.city),
        "identity": (company.last_name, company.first_name, company.birth_date),
        "bank_proof": (company.legal_name, company.iban),
    }
    page = Image.new("RGB", (827, 1169), "white")
    pen = ImageDraw.Draw(page)
    pen.text((80, 90), headings[kind], fill="black", font_size=34)
    for row, line in enumerate(lines[kind]):
        pen.text((80, 190 + row * 52), line, fill="black", font_size=26)
    buffer = io.BytesIO()
    page.save(buffer, "PDF", resolution=100)
    return buffer.getvalue()
