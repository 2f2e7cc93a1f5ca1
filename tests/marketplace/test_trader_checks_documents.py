"""The documents among the checks of a trader: present, readable, drawn yet."""

import pytest
from sqlalchemy import select

from backoffice.core.checks import Outcome, results_of
from backoffice.core.document import make_page_images
from backoffice.core.files import Attachment, keep
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.uploads import admit
from jobs.checks import run_checks
from tests.factories.registration import document, make_registration
from tests.fakes.documents import locked_pdf, pdf

pytestmark = pytest.mark.usefixtures("app", "registers")
ALL = ("kbis", "identity", "bank_proof")


def look(session, attempt):
    case = attempt.case
    (check,) = [one for one in queue_of(case).checks if one.name == "documents"]
    found = check.findings(session, case, subject_of(session, case))
    return {one.part: one for one in found}


def draw(session, case):
    for number in session.scalars(select(Attachment.id).where(Attachment.case_id == case.id)):
        make_page_images(session, number)


def test_a_document_that_did_not_come_fails(session):
    found = look(session, make_registration(session, documents=[]))
    assert {part: one.outcome for part, one in found.items()} == dict.fromkeys(ALL, Outcome.FAIL)


def test_pages_that_are_not_drawn_yet_are_asked_about_again(session):
    attempt = make_registration(session, documents=[document(kind) for kind in ALL])
    found = look(session, attempt)
    assert {one.outcome for one in found.values()} == {Outcome.UNAVAILABLE}
    assert all(one.retry_at for one in found.values())
    draw(session, attempt.case)
    assert {one.outcome for one in look(session, attempt).values()} == {Outcome.PASS}


def test_no_document_is_said_to_prove_anything(session):
    attempt = make_registration(session, documents=[document(kind) for kind in ALL])
    draw(session, attempt.case)
    assert not any(one.facts for one in look(session, attempt).values())


def test_what_was_refused_or_cannot_be_read_fails_with_its_reason(session):
    documents = [document("kbis", b"MZ\x90\x00 a program"), document("identity", locked_pdf()),
                 document("bank_proof")]  # fmt: skip
    attempt = make_registration(session, documents=documents)
    draw(session, attempt.case)
    found = look(session, attempt)
    assert (found["kbis"].outcome, found["identity"].outcome) == ("fail", "fail")
    assert found["identity"].headline.msgid.startswith("The document is protected")
    assert found["bank_proof"].outcome == Outcome.PASS


def test_a_script_inside_is_told(session):
    scripted = pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    attempt = make_registration(session, documents=[document("kbis", scripted)])
    draw(session, attempt.case)
    assert look(session, attempt)["kbis"].outcome == Outcome.WARN


def test_the_newest_document_of_a_kind_counts(session):
    attempt = make_registration(session, documents=[document("kbis", locked_pdf())])
    again = admit("kbis.pdf", "application/pdf", pdf())
    keep(session, again, kind="kbis", uploaded_by="portal", case_id=attempt.case.id)
    draw(session, attempt.case)
    assert look(session, attempt)["kbis"].outcome == Outcome.PASS


def test_a_run_keeps_every_part_and_drops_what_no_longer_holds(session):
    attempt = make_registration(session, documents=[document("kbis")])
    run_checks(session, attempt.case.id)
    first = {(row.name, row.part) for row in results_of(session, attempt.case)}
    assert {("documents", kind) for kind in ALL} <= first
    assert ("register", "") in first
    assert attempt.case.check_worst == "fail"
    run_checks(session, attempt.case.id, ["documents"])
    assert {(row.name, row.part) for row in results_of(session, attempt.case)} == first
