"""Search everywhere, sellers' pages, documents and kept mails."""

import re

import pytest
from sqlalchemy import select

from backoffice.core.document import make_page_images
from backoffice.core.files import Attachment
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import subject_of
from tests.desk.cases import act, claimed_by, make_case, refusal
from tests.desk.conftest import Desk
from tests.factories.profile_change import make_profile_change
from tests.factories.registration import document, make_registration
from tests.factories.seller import make_seller
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


def test_a_whole_reference_leads_to_its_case(session, desk: Desk):
    case = make_case(session)
    for typed in (case.reference, f"  {case.reference.lower()} "):
        answer = desk.get("/search", q=typed)
        assert (answer.status_code, answer.location) == (302, f"/cases/{case.reference}")


def test_words_find_cases_and_their_sellers(session, desk: Desk):
    case = make_case(session, company__legal_name="Faïencerie du Trieux")
    html = desk.page("/search", q="faiencerie trieux")
    assert case.reference in html
    subject = subject_of(session, case)
    assert f'href="/sellers/{subject.seller.external_id}"' in html
    assert len(re.findall(r"data-result", html)) == 2
    assert case.reference in desk.page("/search", q=subject.siren)
    assert case.reference in desk.page("/search", q=subject.contact_email)


def test_search_shows_only_what_one_may_read(session, desk_of):
    case = make_case(session, company__legal_name="Faïencerie du Trieux")
    support = desk_of("support")
    assert support.get("/search", q=case.reference).status_code == 200
    assert case.reference not in support.page("/search", q="trieux")
    assert case.reference in desk_of("auditor").page("/search", q="trieux")


def test_odd_searches_find_nothing(desk: Desk):
    for typed in ("", " ", "\0", "'", "%", "_", "&|!():*", "x" * 5000, "🦀", "<->", "a:b"):
        assert desk.get("/search", q=typed).status_code == 200


def test_a_sellers_page_tells_its_story(session, desk: Desk):
    seller = make_seller(session)
    make_profile_change(session, seller, phone="+33199000022", trade_name="Le Nouvel Atelier")
    session.commit()
    html = desk.page(f"/sellers/{seller.external_id}")
    for words in (seller.legal_name, "Pro", "PRF-", "+33 1 99 00 00 22"):
        assert words in html, words
    assert "REG-" in desk.page(f"/sellers/{seller.external_id}", tab="cases")
    assert seller.external_id in desk.page("/sellers")
    assert desk.get("/sellers/nobody").status_code == 404
    assert desk.get("/sellers/%00").status_code == 404


def test_old_and_new_stand_side_by_side(session, desk: Desk):
    seller = make_seller(session)
    staged = make_profile_change(session, seller, trade_name="Le Nouvel Atelier")
    html = desk.page(f"/cases/{staged.case.reference}")
    assert "<ins>" in html
    assert "Le Nouvel Atelier" in html


@pytest.fixture
def attached(session, desk: Desk, files_dir):
    """A case with a readable document, and the document."""
    case = make_registration(session, documents=[document("kbis")]).case
    attachment = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).one()
    make_page_images(session, attachment.id)
    session.flush()
    return case, attachment


def test_documents_are_looked_at_as_images_and_only_downloaded_whole(desk: Desk, attached):
    case, attachment = attached
    base = f"/cases/{case.reference}/documents/{attachment.id}"
    assert f'src="{base}/pages/1"' in desk.page(f"/cases/{case.reference}")
    assert f'src="{base}/pages/1"' in desk.page(base)
    image = desk.get(f"{base}/pages/1")
    assert image.content_type == "image/jpeg"
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    assert image.data.startswith(b"\xff\xd8")
    assert desk.get(f"{base}/pages/2").status_code == 404
    original = desk.get(f"{base}/original")
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.content_type == "application/octet-stream"


def test_documents_belong_to_their_case(session, desk_of, desk: Desk, attached):
    case, attachment = attached
    other = make_case(session)
    wrong = f"/cases/{other.reference}/documents/{attachment.id}"
    for tail in ("", "/pages/1", "/original"):
        assert desk.get(wrong + tail).status_code == 404
        right = f"/cases/{case.reference}/documents/{attachment.id}{tail}"
        assert desk_of("support").get(right).status_code == 404


def test_a_kept_mail_is_read_in_a_locked_frame(session, desk: Desk):
    case = claimed_by(session, desk)
    act(desk, case, "reject", **refusal(session), then="stay")
    row = session.scalars(
        select(OutboxMessage).where(OutboxMessage.event == "registration.rejected")
        .where(OutboxMessage.channel == "mail")
    ).one()  # fmt: skip
    address = f"/cases/{case.reference}/mails/{row.id}"
    assert address in desk.page(f"/cases/{case.reference}")
    assert "sandbox" in desk.page(address)
    body = desk.get(f"{address}/body")
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "/p/•••" in body.text
    other = make_case(session)
    assert desk.get(f"/cases/{other.reference}/mails/{row.id}").status_code == 404
