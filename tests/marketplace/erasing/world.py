"""A party with rows of every kind, all of them naming it by values that nobody else has."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.open import note_event
from backoffice.core.party import Party
from backoffice.core.presence import Draft
from backoffice.intake.inbound import InboundMail
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.seller_note import SellerNote
from backoffice.queues.tickets.model import Ticket
from tests.factories.dispute import make_dispute, make_paid_order
from tests.factories.imports import HEADING, make_import
from tests.factories.listing import make_listing
from tests.factories.notice import make_notice
from tests.factories.order import make_buyer
from tests.factories.outbox import make_mail
from tests.factories.profile_change import make_profile_change
from tests.factories.registration import document
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.ticket import make_ticket
from tests.factories.user_text import make_message, make_review

_numbers = count(1)
SYLLABLES = ("zor", "va", "quil", "bru", "xan", "mek", "tiv", "olg", "dru", "fyn")


def rare(number: int) -> str:
    """Return a word that stands nowhere else."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:04d}").capitalize()


@dataclass
class Known:
    """A party, its seeded values, and what else was made for it."""

    party: Party
    values: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)


def make_known_seller(session: Session) -> Known:
    """Make a seller with rows in every table that may name it."""
    number = next(_numbers)
    word, first = rare(number), f"Ysoline{rare(number + 5000)}"
    email, contact = f"gerante@{word.lower()}.example", f"contact@{word.lower()}.example"
    phone = f"+33198{number:06d}"
    named = {
        "external_id": f"boutique-{word.lower()}",
        "company__legal_name": f"Établissements {word}",
        "company__trade_name": f"Aux délices {word}",
        "company__address__line1": f"{number} impasse {word}",
        "representative__first_name": first,
        "representative__last_name": f"Kerva{word}",
        "representative__email": email,
        "representative__phone": phone,
        "contact_email": contact,
    }
    seller = make_seller(session, **named, documents=[document("kbis", filename=f"{word}.pdf")])
    seller.stripe_account = f"acct_{word}"
    known = Known(Party("seller", seller.id, seller.display_name, contact, "fr"))
    known.values = {
        word, first, email, contact, phone, phone.replace("+33", "0"), seller.siren, seller.siret,
        seller.vat_number, seller.external_id,
    }  # fmt: skip
    _profile(session, seller, known)
    _wares(session, seller, word)
    _talk(session, seller, known, word)
    session.flush()
    return known


def _profile(session: Session, seller: Seller, known: Known) -> None:
    make_profile_change(session, seller, trade_name=f"Chez {seller.last_name}")
    staff = make_staff(session, role="moderator")
    session.add(SellerNote(seller_id=seller.id, staff_id=staff.id,
                           body=f"{seller.representative} appelle du {seller.phone}."))  # fmt: skip


def _wares(session: Session, seller: Seller, word: str) -> None:
    make_listing(
        session,
        seller,
        title=f"Bol de {seller.trade_name}",
        description=f"Fait par {seller.representative}.",
    )
    make_review(session, seller, text=f"Chez {seller.legal_name}, tout est beau.")
    make_message(session, seller, side="seller", text=f"Cordialement, {seller.representative}")
    make_import(session, HEADING + f"{word};1;{word};Un bol;maison;1;1\n", f"{word}.csv", seller)


def _talk(session: Session, seller: Seller, known: Known, word: str) -> None:
    said = f"Mon numéro est le {seller.phone}, {seller.representative}."
    asked = make_ticket(session, known.party, subject=f"Virement de {word}", body=said)
    staff = make_staff(session, role="support")
    session.add(
        Draft(case_id=asked.case.id, staff_id=staff.id, body=f"Bonjour {seller.first_name}")
    )
    mail = {"digest": f"{next(_numbers):064d}", "message_id": f"<{word}@x>", "size_bytes": 1}
    session.add(
        InboundMail(**mail, from_email=seller.email, outcome="added", case_id=asked.case.id)
    )
    said = {"recipient": seller.legal_name}
    mail = make_mail(session, to=seller.contact_email, case_id=asked.case.id, context=said)
    mail.sent_copy = {"text": f"À {seller.email}"}
    other = make_ticket(session)
    siren = f"{seller.siren[:3]} {seller.siren[3:6]} {seller.siren[6:]}"
    said = f"Voir {seller.representative}, {siren}."
    note_event(session, other.case, staff.actor, "note", internal=True, body=said)


def make_known_buyer(session: Session) -> Known:
    """Make a buyer who ordered, disputes, wrote a review and asked support."""
    number = next(_numbers)
    word = rare(number)
    buyer = make_buyer(session, name=f"Nolwenn {word}", email=f"nolwenn@{word.lower()}.example",
                       external_id=f"client-{word.lower()}")  # fmt: skip
    known = Known(Party("buyer", buyer.id, buyer.name, buyer.email, "fr"))
    known.values = {word, buyer.email, buyer.external_id}
    return known


def dispute_between(session: Session, seller: Known, buyer: Known) -> Case:
    """Open a dispute in which each side names itself and the other."""
    order = make_paid_order(session, 15_000, seller=session.get_one(Seller, seller.party.id),
                            buyer=session.get_one(Buyer, buyer.party.id))  # fmt: skip
    words = {"claim": f"{buyer.party.name} attend.", "answer": f"{seller.party.name} a livré."}
    received = make_dispute(session, order, **words)
    make_review(session, order.seller, order=order.external_id, author=buyer.party.name,
                text=f"Signé {buyer.party.name}")  # fmt: skip
    return received.case


def make_known_notifier(session: Session) -> Known:
    """Make a notifier who reported a listing."""
    word = rare(next(_numbers))
    mail = f"veille@{word.lower()}.example"
    notice = make_notice(session, notifier__name=f"Maud {word}", notifier__email=mail,
                         explanation=f"Moi, Maud {word}, je signale.").notice  # fmt: skip
    known = Known(Party("notifier", notice.notifier_id, notice.name, mail, "fr"))
    known.values = {word, mail}
    return known


def make_known_person(session: Session) -> Known:
    """Make somebody without an account who asked support."""
    word = rare(next(_numbers))
    person = Party("person", 0, f"Tugdual {word}", f"tugdual@{word.lower()}.example", "fr")
    ticket: Ticket = make_ticket(session, person, body=f"Bien à vous, Tugdual {word}").ticket
    known = Known(ticket.requester)
    known.values = {word, person.email}
    return known
