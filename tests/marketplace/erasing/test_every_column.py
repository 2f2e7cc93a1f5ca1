"""Whatever column a party's values stand in, of whosoever row, an erasure takes them out."""

import pytest
from sqlalchemy import select, text

from backoffice.billing.stripe_events import keep_event
from backoffice.core import audit
from backoffice.core.checks import CheckReport
from backoffice.core.clock import now
from backoffice.core.integration import Integration
from backoffice.intake.idempotency import IdempotencyKey
from backoffice.marketplace.erasing.run import erase
from backoffice.marketplace.order import Order
from backoffice.marketplace.seller import Seller
from tests.factories.appeal import appeal_against, refused_by
from tests.factories.decision import decided
from tests.factories.dispute import refunding
from tests.factories.imports import HEADING, run_to_end
from tests.factories.refund import tell
from tests.factories.staff import make_staff
from tests.factories.stripe import Sale
from tests.factories.upheld import warned
from tests.marketplace.erasing.seeding import seed_everywhere
from tests.marketplace.erasing.walk import found_in_tables
from tests.marketplace.erasing.world import (
    dispute_between,
    make_known_buyer,
    make_known_notifier,
    make_known_seller,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def known(session):
    """A seller of unusual names, in a world in which most tables have rows."""
    known, buyer = make_known_seller(session), make_known_buyer(session)
    case = dispute_between(session, known, buyer)
    decided(session, case, "refund", refunding(session, case))
    session.add(CheckReport(case_id=case.id, results=[]))
    make_known_notifier(session)
    moderator = make_staff(session, role="moderator").actor
    appeal_against(session, refused_by(session, moderator))
    seller = session.get_one(Seller, known.party.id)
    run_to_end(session, HEADING + "1;1;x;y;z;1;un\n", "x.csv", seller)
    warned(session, seller)
    order = session.scalars(select(Order).where(Order.seller_id == seller.id)).first()
    tell(session, order, "charge", "ch_told", 15_000)
    for event in Sale(order.external_id, 100, 5).events:
        keep_event(session, event)
    integration = Integration(name="Boutique")
    session.add(integration)
    session.flush()
    session.add(IdempotencyKey(digest=b"x", integration_id=integration.id, body_sha256=b"y",
                               status=201, answer=b"{}"))  # fmt: skip
    seller.trade_name = f'L’Œuvre \\ "{seller.last_name}" & Cie'
    seller.website = f"https://www.{seller.last_name}-boutique.example/"
    phone = seller.phone.removeprefix("+33")
    known.values |= {f"{phone[1:3]} {phone[3:]}", f"{seller.siren[:3]}.{seller.siren[3:6]}",
                     seller.stripe_account, seller.line1, f"Kerva{seller.last_name}"}  # fmt: skip
    return known


def spoken_of(seller: Seller, word: str) -> str:
    """Return a text that names a seller in ways that are not those of its profile."""
    siren, phone = seller.siren, seller.phone.removeprefix("+33")
    return "\n".join((
        seller.trade_name.upper().replace("Œ", "OE"),
        f"{seller.first_name}  {seller.last_name}, {seller.last_name.upper()} {seller.first_name}",
        f"etablissements {word}", f"«{seller.email.upper()}»", f"mailto:{seller.contact_email}?x",
        f"SIREN {siren[:3]}.{siren[3:6]}.{siren[6:]}, TVA {seller.vat_number}",
        f"+33 (0){phone[0]} {phone[1:3]} {phone[3:]}", f"voir {seller.website}accueil",
        f"{seller.line1.replace(' ', chr(0xA0))}.", seller.stripe_account,
    ))  # fmt: skip


def test_nothing_is_left_in_any_column(session, known):
    word = known.party.name.split()[-1]
    written = seed_everywhere(session, spoken_of(session.get_one(Seller, known.party.id), word))
    assert {"outbox.payload", "case_event.body", "decision.data", "stripe_event.payload",
            "idempotency_key.answer", "dispute.claim", "appeal.text", "audit_detail.detail",
            "check_report.results", "sanction.factors", "notice.explanation",
            } <= written  # fmt: skip
    assert found_in_tables(session, known.values) >= written
    books = the_books(session)
    erase(session, known.party, at=now())
    assert sorted(found_in_tables(session, known.values)) == ["seller.external_id"]
    assert the_books(session) == books
    assert list(audit.verify(session)) == []


def the_books(session) -> list[str]:
    """Return all rows of the ledger as they are."""
    tables = ("journal_entry", "ledger_line", "ledger_account", "commission", "refund")
    return [
        row
        for name in tables
        for row in session.scalars(text(f"select t::text from {name} t order by 1"))
    ]
