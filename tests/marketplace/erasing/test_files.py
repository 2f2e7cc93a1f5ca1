"""The files of a party: their bytes go once no row names them; what others sent stays."""

import pytest
from sqlalchemy import select

from backoffice.core.answer import Sent
from backoffice.core.clock import now
from backoffice.core.decision import Statement
from backoffice.core.files import Attachment, PageImage
from backoffice.core.outbox import OutboxMessage
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.core.store import file_store
from backoffice.core.uploads import admit
from backoffice.marketplace.erasing.files import FORGET, forget_files
from backoffice.marketplace.erasing.run import erase
from backoffice.marketplace.listing_import import ListingImport
from backoffice.marketplace.seller import Seller, SellerStatus, set_status
from backoffice.notify.statement import keep_pdf
from backoffice.queues.disputes.receive import Brought
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.receive import receive
from tests.factories.appeal import act, refusal
from tests.factories.dispute import make_dispute
from tests.factories.imports import HEADING, make_import
from tests.factories.notice import make_online, notice_body
from tests.factories.registration import make_registration
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir, pdf

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("app")


def sent(said: str) -> Sent:
    """Return a document that says something."""
    data = pdf(trailer=b"/Note(%s)" % said.encode())
    return Sent("photo", admit(f"{said}.pdf", "application/pdf", data))


def wipe(session, kind: str, number: int) -> None:
    """Erase a party, and do what it owes to the files."""
    erase(session, Party(kind, number, "Zorva", "zorva@example.com", "fr"), at=now())
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.event == FORGET)):
        forget_files(session, **row.payload)
        session.refresh(row)
        forget_files(session, **row.payload)  # may run again
        assert row.payload == {}


def kept(folder) -> int:
    """Return how many files are kept."""
    return sum(one.is_file() for one in folder.rglob("*"))


def test_of_a_dispute_each_side_takes_its_own(session, files_dir):
    files = (Brought("buyer", sent("un")), Brought("seller", sent("deux")))
    dispute = make_dispute(session, files=files).dispute
    before = kept(files_dir)
    wipe(session, "buyer", dispute.buyer_id)
    rows = session.scalars(select(Attachment).where(Attachment.kind == "photo")).all()
    assert {one.filename for one in rows} == {"", "deux.pdf"}
    assert kept(files_dir) == before - 1


def test_bytes_that_another_sent_too_stay(session, files_dir):
    same = sent("un")
    dispute = make_dispute(session, files=(Brought("buyer", same), Brought("seller", same))).dispute
    before = kept(files_dir)
    wipe(session, "buyer", dispute.buyer_id)
    assert kept(files_dir) == before


def test_what_came_with_a_report_is_its_notifiers(session, files_dir):
    form = NoticeForm.model_validate(notice_body(make_online(session)))
    received = receive(session, form, actor=SYSTEM, channel="report", files=(sent("marque"),))
    before = kept(files_dir)
    wipe(session, "notifier", received.notice.notifier_id)
    assert kept(files_dir) == before - 1


def test_statements_imports_and_pages_go_too(session, files_dir, app):
    moderator = make_staff(session, role="moderator").actor
    case = make_registration(session).case
    decision = act(session, case, "reject", moderator, refusal(session))
    statement = session.scalars(select(Statement).filter_by(decision_id=decision.id)).one()
    with app.app_context():
        keep_pdf(statement)
    seller = session.get_one(Seller, case.seller_id)
    set_status(seller, SellerStatus.ACTIVE)
    make_import(session, HEADING + "1;1;Zorva;y;z;1;1\n", "zorva.csv", seller)
    kbis = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).one()
    key = file_store().put(b"page")
    kbis.pages.append(PageImage(number=1, storage_key=key, width_px=1, height_px=1))
    make_seller(session)  # whose own extract has the same bytes
    before = kept(files_dir)
    wipe(session, "seller", case.seller_id)
    assert kept(files_dir) == before - 3
    assert session.scalars(select(PageImage)).all() == []
    assert session.scalars(select(ListingImport.storage_key)).all() == [""]
    assert session.scalars(select(Statement.document_key)).all() == [None]
