"""What may be uploaded."""

import io
import zipfile

import pytest

from backoffice.core.uploads import UnsafeUpload, UploadTooLarge, admit, clean_filename
from tests.fakes.documents import pdf, picture

PDF, OCTETS = "application/pdf", "application/octet-stream"


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("declared", "data", "content_type"),
    [
        (PDF, pdf(), PDF),
        ("application/x-pdf; charset=binary", b"\xef\xbb\xbf\n" + pdf(), PDF),
        ("", pdf(), PDF),
        (OCTETS, picture("PNG"), "image/png"),
        ("image/jpg", picture("JPEG"), "image/jpeg"),
        ("image/png", picture("WEBP"), "image/webp"),  # another picture than said: harmless
    ],
)
def test_document_is_admitted_as_what_it_is(declared, data, content_type):
    admitted = admit("kbis", declared, data)
    assert (admitted.content_type, admitted.data) == (content_type, data)
    assert len(admitted.sha256) == 64


def test_forty_megabytes_are_too_large():
    with pytest.raises(UploadTooLarge) as refused:
        admit("kbis.pdf", PDF, pdf() + b"\0" * 40 * 1024 * 1024)
    assert refused.value.text.values == {"count": 10}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 100, "a program"),
        (b"\x7fELF" + b"\0" * 100, "a program"),
        (b"#!/bin/sh\nrm -rf /", "a program"),
        (archive(), "archive or an office document"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "archive or an office document"),
        (b"{\\rtf1 Bonjour}", "archive or an office document"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "web page or a drawing"),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "web page or a drawing"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC"),
        (b"Bonjour", "neither a PDF nor a picture"),
        (b"x" * 500 + pdf(), "neither a PDF nor a picture"),
        (b"\0" * 1000, "neither a PDF nor a picture"),
    ],
)
@pytest.mark.parametrize("declared", [PDF, "image/png", OCTETS])
def test_disguised_document_is_refused(declared, data, why):
    with pytest.raises(UnsafeUpload, match=why):
        admit("kbis.pdf", declared, data)


@pytest.mark.parametrize("declared", ["text/html", "application/zip", "image/svg+xml", "pdf"])
def test_other_declared_types_are_refused(declared):
    with pytest.raises(UnsafeUpload, match="Send a PDF"):
        admit("kbis.pdf", declared, pdf())


@pytest.mark.parametrize(
    "data",
    [
        pdf() + archive(),
        picture("JPEG") + archive(),
        picture("JPEG", comment=b"%PDF-1.7"),
        picture("JPEG", comment=b"<script>alert(1)</script>"),
    ],
)
def test_two_files_in_one_are_refused(data):
    with pytest.raises(UnsafeUpload, match="two kinds"):
        admit("kbis.pdf", OCTETS, data)


@pytest.mark.parametrize("tail", [b"PK\x05\x06", b"PK\x05\x06" + b"\1" * 30])
def test_mark_of_an_archive_alone_is_no_archive(tail):
    assert admit("kbis.pdf", PDF, pdf() + tail).content_type == PDF


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Extrait Kbis.pdf", "Extrait Kbis.pdf"),
        ("KBIS.PDF", "KBIS.PDF"),
        ("C:\\Documents\\kbis.pdf", "kbis.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("kbis.pdf.exe", "kbis.pdf.exe.pdf"),
        ('a<b>:"c"|?*.pdf', "a_b___c____.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        ("é" * 1000 + ".pdf", "é" * 116 + ".pdf"),
        ("Pièce d'identité", "Pièce d'identité.pdf"),
    ],
)
def test_name_is_cleaned(raw, name):
    assert clean_filename(raw, PDF) == name


@pytest.mark.parametrize("raw", ["kbis\0.pdf", "kbis\n.pdf", "kbis\u202efdp.exe", "kbis\ud800.pdf"])
def test_name_with_hidden_characters_is_refused(raw):
    with pytest.raises(UnsafeUpload, match="invisible"):
        clean_filename(raw, PDF)
