"""Attachments: what is kept of a file, and the images of its pages."""

import pytest
from sqlalchemy import select

from backoffice.core.document import make_page_images
from backoffice.core.files import Attachment, PageImage, PagesState, keep, keep_refused
from backoffice.core.store import file_store
from backoffice.core.uploads import UnsafeUpload, admit
from tests.fakes.documents import files_dir, locked_pdf, pdf, picture

__all__ = ["files_dir"]
pytestmark = pytest.mark.usefixtures("files_dir")


def kept(session, data=None, content_type="application/pdf") -> Attachment:
    admitted = admit("Extrait Kbis.pdf", content_type, data or pdf(2))
    return keep(session, admitted, kind="kbis", uploaded_by="api")


def test_kept_file_waits_for_its_pages(session):
    attachment = kept(session)
    assert attachment.pages_state == PagesState.PENDING
    assert attachment.size_bytes == len(pdf(2))
    assert attachment.storage_key == attachment.sha256
    with file_store().open(attachment.storage_key) as file:
        assert file.read() == pdf(2)


def test_refused_file_leaves_a_row_that_says_why(session):
    with pytest.raises(UnsafeUpload) as refused:
        admit("kbis.pdf", "application/pdf", b"MZ")
    attachment = keep_refused(
        session, refused.value.text, kind="kbis", size_bytes=2, uploaded_by="api"
    )
    assert attachment.pages_state == PagesState.NONE
    assert attachment.problem["msgid"] == "This file is a program, not a document."
    assert make_page_images(session, attachment.id).pages_state == PagesState.NONE


def test_pages_are_made_once(session):
    attachment = kept(session)
    made = make_page_images(session, attachment.id)
    assert make_page_images(session, attachment.id) is made
    assert (made.pages_state, made.page_count, made.problem) == (PagesState.READY, 2, None)
    pages = session.scalars(select(PageImage).where(PageImage.attachment_id == made.id)).all()
    assert [page.number for page in pages] == [1, 2]
    assert (pages[0].width_px, pages[0].height_px) == (1000, 1416)
    with file_store().open(pages[0].storage_key) as file:
        assert file.read(3) == b"\xff\xd8\xff"


def test_picture_has_one_page(session):
    attachment = make_page_images(session, kept(session, picture("PNG"), "image/png").id)
    assert [page.number for page in attachment.pages] == [1]


def test_warnings_are_kept_for_the_person_who_looks(session):
    data = pdf(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    attachment = make_page_images(session, kept(session, data).id)
    assert attachment.pages_state == PagesState.READY
    assert attachment.warnings[0]["msgid"].startswith("The PDF holds a script")


def test_unreadable_document_is_a_recorded_problem(session):
    attachment = make_page_images(session, kept(session, locked_pdf()).id)
    assert attachment.pages_state == PagesState.FAILED
    assert attachment.pages == []
    assert "password" in attachment.problem["msgid"]


def test_lost_bytes_are_a_recorded_problem(session):
    attachment = kept(session)
    file_store().delete(attachment.storage_key)
    assert make_page_images(session, attachment.id).problem == {
        "msgid": "The file is not in the store any more.",
        "values": {},
    }


def test_absent_attachment_is_none(session):
    assert make_page_images(session, 0) is None
