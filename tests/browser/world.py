"""A house in which everything has happened once: what the pages of the table are opened on."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import LedgerLine
from backoffice.billing.plan import Plan
from backoffice.billing.stripe_object import StripeEvent
from backoffice.core.audit import AuditEntry
from backoffice.core.case import Case, State
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.deadline import Deadline
from backoffice.core.decide import decide
from backoffice.core.decision import Reason
from backoffice.core.files import Attachment
from backoffice.core.link import PortalLink
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import QUEUES, Queue, subject_of
from backoffice.core.secrets import token
from backoffice.core.store import FolderStore
from backoffice.core.text import text
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing_import import ImportState, ListingImport
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.picture import Picture, PictureState
from backoffice.marketplace.right import Mandate, Right, RightHolder, record_right
from backoffice.marketplace.sanction import Sanction, strike
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.transparency.model import TransparencyEntry
from backoffice.queues.listings.importing.begin import begin
from backoffice.queues.tickets.replies import CannedReply, Macro
from backoffice.staff import links
from backoffice.staff.model import LinkKind, Staff
from tests.browser.reporter import REPORTED
from tests.browser.shop import Registered, Shop
from tests.browser.world_of_money import (
    Names,
    disputes,
    invoices,
    money,
    orders,
    plans,
    post_books,
    reconciliation,
)
from tests.factories.appeal import (
    act,
    appeal_against,
    party_of,
    pass_undo,
    path_of,
    refusal,
    registration_case,
)
from tests.factories.case import act as act_on
from tests.factories.case import bring, hold, open_one, posted
from tests.factories.erasure import make_verified
from tests.factories.imports import HEADING, known_category, make_import
from tests.factories.listing import gtin, make_edit, make_listing, make_live_case
from tests.factories.notice import make_notice, make_online, make_thread, named
from tests.factories.notifier import HOLDER, MARK, make_notifier
from tests.factories.order import make_order
from tests.factories.sanction import ago, suspend
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.trader import declared
from tests.factories.user_text import make_review

STATES = ("open", "mine", "theirs", "waiting", "held", "closed")
ROWS = {
    "plan": Plan, "reason": Reason, "deadline": Deadline,
    "category": Category, "brand": ProtectedBrand, "rule": ListingRule, "macro": Macro,
    "answer": CannedReply,
    "right": Right, "right holder": RightHolder, "mandate": Mandate, "notifier": Notifier,
    "sanction": Sanction, "audit": AuditEntry, "outbox": OutboxMessage,
    "declaration": TransparencyEntry, "line": LedgerLine, "event": StripeEvent,
}  # fmt: skip


def build(shop: Shop, viewer: Staff, browser: httpx.Client) -> Names:
    """Let everything happen; returns the names that the addresses of pages are made of."""
    registered = shop.register(**declared(DEMO_COMPANIES[1]))
    with shop.house.session() as session:
        colleague = make_staff(session, role="lead", name="Karim Benali")
        names = cases(session, viewer, colleague) | refusals(session, colleague) | people(session)
    shop.house.wait_for(lambda: shop.house.is_examined(registered.reference))
    with shop.house.session() as session:
        names |= examined(session, registered, viewer)
        measures(session, by_reference(session, names["examined"]))
        names |= post_books(session)
        names |= reconciliation(session)
        names |= invoices(session)
        names |= {name: session.scalar(select(func.min(ROWS[name].id))) for name in ROWS}
        names["draft"] = draft(session)
        store = FolderStore(Path(shop.house.environ["FILES_DIR"]))
        names |= listings(session, store)
        names |= notices(session, viewer, make_staff(session, role="lead"))
        names |= orders(session)
        names |= disputes(session, store, viewer)
        names |= imports(session, store)
        names |= erasures(session, colleague)
        money(session)
        names |= plans(session)
        make_online(session, external_id=REPORTED, title="Théière en fonte Terrabelle")
        names["again"] = names["link-notices-open"].removeprefix("/p/")
    done = names["import-done"]
    shop.house.wait_for(lambda: is_read(shop, done))
    return names | bulks(browser, names)


def imports(session: Session, store: FolderStore) -> Names:
    """Send two files of a seller: one whose columns wait for a look, one that is read."""
    known_category(session, "maison", "Maison")
    bad = f"bol-2;3.76011E+12;Bol;Un bol;licornes;1,23456;{2**40}\n"
    content = HEADING + f"bol-1;{gtin(77)};Bol en grès;Un bol;maison;1.234,56 €;3\n" + bad
    store.put(content.encode())
    seller = make_seller(session)
    waiting, read = (make_import(session, content, "articles.csv", seller) for _ in range(2))
    begin(session, read, actor=SYSTEM)
    return {"import-draft": waiting.id, "import-done": read.id}


def erasures(session: Session, colleague: Staff) -> Names:
    """Grant the request of a seller with an order on its way, asked by another address."""
    seller = make_seller(session)
    make_order(session, seller=seller, paid_at=now())
    case = make_verified(session, seller.party, asked_by="inconnu@exemple.fr").case
    pass_undo(session, act(session, case, "accept", colleague.actor))
    return {"erasure-granted": case.reference}


def is_read(shop: Shop, import_id: int) -> bool:
    """Tell whether the worker has read a file to its end."""
    with shop.house.session() as session:
        return session.get_one(ListingImport, import_id).state == ImportState.DONE


def measures(session: Session, case: Case) -> None:
    """Record a mark whose agent was suspended, a seller with a strike, reviews of another."""
    notifier = make_notifier(session, kind="trusted_flagger", trusted_status="active")
    record_right(session, notifier, HOLDER, MARK, role="agent")
    suspend(session, notifier, now() + timedelta(days=7))
    strike(session, make_seller(session), ago(1))
    rated = session.get_one(Seller, case.seller_id)
    for days in (3, 200):
        at = (now() - timedelta(days=days)).isoformat()
        make_review(session, rated, rating=4, written_at=at)


def draft(session: Session) -> int:
    """Write a rule that does not hold yet."""
    rule = ListingRule(code="essai", kind="term", pattern="atelier", why="Essai")
    session.add(rule)
    session.flush()
    return rule.id


def cases(session: Session, viewer: Staff, colleague: Staff) -> Names:
    """Bring a case of every queue into every state; those that have a party get a link to it."""
    names: Names = {"viewer": viewer.id}
    for queue in QUEUES.values():
        for state in STATES:
            case = in_state(session, queue, state, viewer, colleague)
            names[f"{queue.slug}-{state}"] = case.reference
            if link := newest_link(session, case):
                names[f"link-{queue.slug}-{state}"] = path_of(link)
    changed = by_reference(session, names["profile-changes-closed"])
    names["seller"] = session.get_one(Seller, changed.seller_id).external_id
    return names


def in_state(session: Session, queue: Queue, state: str, viewer: Staff, colleague: Staff) -> Case:
    """Open a case and bring it into a state: mine is the viewer's, theirs a namesake's."""
    if state in ("mine", "theirs"):
        case = open_one(session, queue)
        theirs = make_staff(session, role="lead", name=colleague.name)  # she must stay free
        hold(case, viewer if state == "mine" else theirs)
        return case
    if state == "held":
        case = open_one(session, queue)
        claim(session, case, colleague.actor)
        propose(session, queue, case, colleague)
        return case
    return bring(session, queue, State(state), colleague.actor)


def propose(session: Session, queue: Queue, case: Case, by: Staff) -> None:
    """Let the queue's first decision wait for a second person, whether or not its rules say so."""
    first = next(one for one in queue.actions if one.resolution)
    cautious = replace(first, hold=lambda _: text("The amount asks for a second person."))
    QUEUES[queue.slug] = replace(queue, actions=(cautious, *queue.actions[1:]))
    try:
        data = posted(session, case, cautious, by.actor)
        decide(session, case.reference, first.name, actor=by.actor, data=data, version=case.version)
    finally:
        QUEUES[queue.slug] = queue


def refusals(session: Session, by: Staff) -> Names:
    """Refuse three registrations, one of them contested, one with an ended link; leave a fourth."""
    names: Names = {}
    names["spare"] = registration_case(session).reference
    for name in ("refused", "contested", "ended"):
        case = registration_case(session)
        decision = act(session, case, "reject", by.actor, refusal(session))
        pass_undo(session, decision)
        link = newest_link(session, case)
        names |= {name: case.reference, f"link-{name}": path_of(link)}
        names[f"statement-{name}"] = decision.statements[0].id
        if name == "contested":
            appeal_against(session, decision)
        if name == "ended":
            link.expires_at = now() - timedelta(days=1)
    return names


def people(session: Session) -> Names:
    """Invite one colleague, let another forget the password."""
    guest = make_staff(session, role="support", password_hash=None, totp_secret=None)
    forgetful = make_staff(session, role="support")
    invited = links.make(session, guest, LinkKind.INVITATION)
    reset = links.make(session, forgetful, LinkKind.RESET)
    return {
        "guest": guest.id,
        "person": forgetful.id,
        "invitation": token("invitation", invited.id),
        "reset": token("reset", reset.id),
    }


def listings(session: Session, store: FolderStore) -> Names:
    """Receive a listing with everything, a change of all of it, and examine one that is online."""
    number = gtin(500)
    everything = {
        "gtin": number, "brand": "Terrabelle", "price_minor": 3490,
        "images": [f"https://pictures.example/{name}.jpg" for name in ("one", "two", "three")],
        "variants": [{"reference": "bleu", "options": {"color": "bleu nuit"}, "quantity": 4}],
        "attributes": {"material": "grès", "capacity": "1 L"},
    }  # fmt: skip
    make_listing(session, gtin=number, title="La même bouilloire")
    full, edit = make_listing(session, **everything), make_edit(session, **everything)
    session.flush()
    ready, failed, _pending = session.scalars(
        select(Picture).where(Picture.url.in_(everything["images"])).order_by(Picture.id)
    )
    drawn = BytesIO()
    Image.new("RGB", (320, 240), "teal").save(drawn, "JPEG")
    ready.state, ready.thumbnail_key = PictureState.READY, store.put(drawn.getvalue())
    ready.width, ready.height = 1200, 900
    failed.state = PictureState.FAILED
    failed.problem = text("Nothing answers at this address.").to_json()
    live = make_live_case(session)
    online, seller = subject_of(session, live).listing, edit.listing.seller.external_id
    return {
        "listing-new": full.case.reference,
        "listing-edit": edit.case.reference,
        "listing-live": live.reference,
        "listing": f"/sellers/{seller}/listings/{edit.listing.external_id}",
        "listing-examined": f"/sellers/{online.seller.external_id}/listings/{online.external_id}",
        "listing-seller": seller,
        "submission": full.revision.submission.reference,
    }


def notices(session: Session, viewer: Staff, colleague: Staff) -> Names:
    """Report two listings and something absent, a review whose seller is asked, a message."""
    listing = make_online(session, brand="Terrabelle", images=["https://pictures.example/one.jpg"])
    seller = listing.seller
    targets = [named(listing), named(make_online(session)), {"typed": "https://shop.example/9"}]
    mark = make_notice(session, targets=targets, right__test_purchase="Commande 88-1.")
    make_notice(session, listing, right__number=mark.notice.right.number)
    hold(mark.case, viewer)
    review = make_notice(session, make_review(session, seller), kind="review", right=None)
    act_on(session, review.case, QUEUES["notices"].action("ask_seller"), colleague.actor)
    message = make_thread(session, seller, 9)[4]
    thread = make_notice(session, message, kind="message", right=None)
    return {
        "notice-mark": mark.case.reference,
        "notice-review": review.case.reference,
        "notice-message": thread.case.reference,
    }


def examined(session: Session, registered: Registered, viewer: Staff) -> Names:
    """Give the viewer the case that came through the API, whose checks have run."""
    case = by_reference(session, registered.reference)
    hold(case, viewer)
    mails = OutboxMessage.case_id == case.id, OutboxMessage.channel == Channel.MAIL
    return {
        "examined": case.reference,
        "applicant": registered.external_id,
        "document": session.scalar(
            select(func.min(Attachment.id)).where(Attachment.case_id == case.id)
        ),
        "mail": session.scalar(select(func.min(OutboxMessage.id)).where(*mails)),
    }


def bulks(browser: httpx.Client, names: Names) -> Names:
    """Choose cases for a bulk that is only looked at, and carry another out."""
    taken = names["registrations-theirs"]
    draft = choose(browser, [names["registrations-open"], taken])
    second = choose(browser, [names["spare"], taken])
    html = browser.get(second).text
    reason = re.search(r'name="reasons" value="(\d+)"', html)
    assert reason
    send(browser, f"{second}/run", html, reasons=reason[1], facts="Radiée.")
    return {"bulk": draft, "bulk-done": second}


def choose(browser: httpx.Client, references: list[str]) -> str:
    """Choose cases in the list for a refusal; returns the address of the run's page."""
    html = browser.get("/queues/registrations").text
    answer = send(
        browser, "/queues/registrations/bulk", html, view="", action="reject", case=references
    )
    return answer.url.path


def send(browser: httpx.Client, address: str, html: str, **fields: Any) -> httpx.Response:
    """Send a form with the token of its page."""
    token_there = re.search(r'name="csrf-token" content="([^"]+)"', html)
    assert token_there
    answer = browser.post(address, data={"csrf_token": token_there[1], **fields})
    assert answer.is_success, answer.text
    return answer


def by_reference(session: Session, reference: str) -> Case:
    """Return a case."""
    return session.scalars(select(Case).where(Case.reference == reference)).one()


def newest_link(session: Session, case: Case) -> PortalLink | None:
    """Return the link that the party was given last, if any."""
    party = party_of(session, case)
    return session.scalars(
        select(PortalLink)
        .where(PortalLink.case_id == case.id, PortalLink.party_id == party.id)
        .order_by(PortalLink.id.desc())
    ).first()
