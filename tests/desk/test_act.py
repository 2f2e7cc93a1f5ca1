"""Deciding in the browser: next, undo, refusals that keep the text, previews without trace."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from backoffice.core.audit import AuditEntry
from backoffice.core.case import CaseEvent, State
from backoffice.core.clock import now
from backoffice.core.decision import Decision
from tests.desk.cases import (
    APPROVAL,
    act,
    claimed_by,
    make_case,
    make_cases,
    refusal,
    rows_owed,
)
from tests.desk.conftest import Desk


def alert_of(html: str) -> str:
    """The words of the page's alert."""
    return re.search(r'role="alert">(.*?)</(?:div|article)>', html, re.S)[1]


def test_a_decision_leads_to_the_next_case_of_the_view(session, desk: Desk):
    case = claimed_by(session, desk)
    plain, flagged = make_cases(session, 2)
    flagged.flag("no_reply")
    session.flush()
    answer = act(desk, case, "reject", **refusal(session), view="flag=no_reply")
    assert answer.location == f"/cases/{flagged.reference}?view=flag%3Dno_reply"
    session.refresh(flagged)
    assert flagged.holder_id == desk.staff.id
    page = desk.get(answer.location).text
    assert "autofocus" in re.search(r"<h1[^>]*>", page)[0]
    assert plain.holder_id is None


def test_a_case_already_held_comes_before_a_new_one(session, desk: Desk):
    case, held = claimed_by(session, desk), claimed_by(session, desk)
    free = make_case(session)
    free.due_at = case.due_at - timedelta(hours=1)
    answer = act(desk, case, "reject", **refusal(session))
    assert answer.location.startswith(f"/cases/{held.reference}?")
    session.refresh(free)
    assert free.holder_id is None


def test_next_opens_what_one_holds_when_nothing_is_free(session, desk: Desk):
    held = claimed_by(session, desk)
    answer = desk.post("/queues/registrations/next")
    assert answer.location.startswith(f"/cases/{held.reference}?")


def test_when_the_view_is_done_the_list_says_so(session, desk: Desk):
    case = claimed_by(session, desk)
    answer = act(desk, case, "reject", **refusal(session))
    assert answer.location == "/queues/registrations"
    assert 'role="status"' in desk.get(answer.location).text


def test_one_may_stay_and_this_is_remembered(session, desk: Desk):
    case = claimed_by(session, desk)
    assert act(desk, case, "reject", **refusal(session), then="stay").location == (
        f"/cases/{case.reference}"
    )
    other = claimed_by(session, desk)
    assert re.search(r'name="then" value="stay" checked', desk.page(f"/cases/{other.reference}"))


def test_undo_takes_the_decision_back_whole(session, desk: Desk):
    case = claimed_by(session, desk)
    before = rows_owed(session)
    act(desk, case, "approve", **APPROVAL, then="stay")
    page = desk.page(f"/cases/{case.reference}")
    bar = re.search(r'class="undo".*?action="([^"]+)" data-action="undo"', page, re.S)[1]
    assert case.reference in re.search(r'class="undo".*?</form>', page, re.S)[0]
    assert desk.post(bar.replace("&amp;", "&")).status_code == 303
    session.refresh(case)
    assert (case.state, case.holder_id) == ("open", desk.staff.id)
    assert rows_owed(session) > before  # cancelled rows stay
    assert 'class="undo"' not in desk.page(f"/cases/{case.reference}")


def test_undo_comes_too_late(session, desk: Desk):
    case = claimed_by(session, desk)
    act(desk, case, "reject", **refusal(session), then="stay")
    session.refresh(case)
    decision = session.scalars(select(Decision)).one()
    decision.undo_until = now() - timedelta(seconds=1)
    session.flush()
    answer = act(desk, case, "undo")
    assert answer.status_code == 409
    session.refresh(case)
    assert case.state == "closed"


def test_a_stale_page_keeps_the_text(session, desk: Desk):
    case = claimed_by(session, desk)
    case.version += 1
    session.flush()
    answer = act(desk, case, "reject", version=case.version - 1,
                 reasons=refusal(session)["reasons"], facts="Texte long à garder")  # fmt: skip
    assert answer.status_code == 409
    assert "Texte long à garder" in answer.text
    opened = re.search(r'<details class="act"[^>]* open>.*?</details>', answer.text, re.S)[0]
    assert 'data-action="reject"' in opened
    assert re.search(r'value="\d+" checked', opened)
    assert f'name="version" value="{case.version}"' in opened
    assert session.scalars(select(Decision)).first() is None


def test_what_is_wrong_is_said_beside_the_field(session, desk: Desk):
    case = claimed_by(session, desk)
    answer = act(desk, case, "reject", facts="Sans motif")
    assert answer.status_code == 422
    assert "Sans motif" in answer.text
    assert 'href="#reject-reasons"' in answer.text
    assert "<title>Erreur" in answer.text or "<title>Error" in answer.text
    approve = act(desk, case, "approve", trace_name="waived")
    assert approve.status_code == 422
    assert session.scalars(select(Decision)).first() is None


def test_anothers_case_is_not_decided_and_the_text_is_kept(session, desk_of):
    desk, other = desk_of(), desk_of()
    case = claimed_by(session, desk)
    answer = act(other, case, "reject", reasons=refusal(session)["reasons"], facts="Gardez-moi")
    assert answer.status_code == 409
    assert "Gardez-moi" in answer.text
    assert desk.staff.name in answer.text


def test_text_is_kept_when_the_case_was_closed_meanwhile(session, desk_of):
    desk, other = desk_of(), desk_of("lead")
    case = claimed_by(session, desk)
    version = case.version
    case.release_lease()
    session.flush()
    other.post(f"/cases/{case.reference}/claim")
    act(other, case, "reject", **refusal(session))
    answer = act(desk, case, "reject", version=version, facts="Gardez-moi aussi")
    assert answer.status_code == 409
    assert "Gardez-moi aussi" in answer.text
    assert other.staff.name in alert_of(answer.text)


def test_pressing_twice_decides_once(session, desk: Desk):
    case = claimed_by(session, desk)
    one, two = make_cases(session, 2)
    once = "0b6c1c0e-1111-4222-8333-444455556666"
    version = case.version
    answers = [
        act(desk, case, "reject", version=version, once=once, **refusal(session)) for _ in range(2)
    ]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    session.refresh(one)
    session.refresh(two)
    assert [one.holder_id, two.holder_id].count(desk.staff.id) == 1
    note = "1b6c1c0e-1111-4222-8333-444455556666"
    for _ in range(2):
        act(desk, case, "note", body="Une fois", once=note)
    notes = select(func.count()).select_from(CaseEvent).where(CaseEvent.verb == "note")
    assert session.scalar(notes) == 1


def test_a_refused_form_may_be_sent_again(session, desk: Desk):
    case = claimed_by(session, desk)
    once = "0b6c1c0e-1111-4222-8333-444455556666"
    assert act(desk, case, "reject", facts="Sans motif", once=once).status_code == 422
    assert act(desk, case, "reject", **refusal(session), once=once).status_code == 303


def test_a_preview_shows_the_mail_and_leaves_no_trace(session, desk: Desk):
    case = claimed_by(session, desk)

    def traces() -> tuple:
        session.expire_all()
        tables = (Decision, CaseEvent, AuditEntry)
        counts = [session.scalar(select(func.count()).select_from(one)) for one in tables]
        return (*counts, rows_owed(session), case.version, case.state, case.holder_id)

    before = traces()
    data = refusal(session) | {"facts": "La société est radiée, voyez le registre."}
    answer = act(desk, case, "preview/reject", **data)
    assert answer.status_code == 200
    assert "data-previewed" in answer.text
    mail = re.search(r'class="said pre text-break mail-text.*?</div>', answer.text, re.S)[0]
    assert "La société est radiée, voyez le registre." in mail
    assert "/p/•••" in mail
    assert traces() == before
    laid_out = act(desk, case, "preview/reject/1", **data)
    assert "sandbox" in laid_out.headers["Content-Security-Policy"]
    assert "radiée" in laid_out.text
    assert traces() == before


def test_a_preview_of_a_wrong_form_says_what_is_wrong(session, desk: Desk):
    case = claimed_by(session, desk)
    answer = act(desk, case, "preview/reject", facts="Sans motif")
    assert answer.status_code == 422
    assert "Sans motif" in answer.text


def test_an_override_asks_which_decision_then_its_fields(session, desk_of):
    desk, lead = desk_of(), desk_of("lead")
    case = claimed_by(session, desk)
    act(desk, case, "reject", **refusal(session), then="stay")
    session.refresh(case)
    address = f"/cases/{case.reference}"
    assert "?override=approve" in lead.page(address)
    chosen = lead.page(address, override="approve")
    form = re.search(r'data-action="override".*?</form>', chosen, re.S)[0]
    assert 'name="action" value="approve"' in form
    assert 'name="trace_name"' in form
    wrong = act(lead, case, "override", action="approve")
    assert wrong.status_code == 422
    assert 'name="trace_name"' in wrong.text
    assert act(lead, case, "override", action="approve", **APPROVAL).status_code == 303
    session.refresh(case)
    assert case.resolution == "approved"


def test_notes_go_to_a_newer_version_and_steps_stay_on_the_case(session, lead: Desk):
    case = make_case(session)
    assert act(lead, case, "note", version=0, body="Vu").location == f"/cases/{case.reference}"
    answer = act(lead, case, "assign", to=lead.staff.id, body="À toi")
    assert answer.location == f"/cases/{case.reference}"
    session.refresh(case)
    assert case.assignee_id == lead.staff.id


def test_bad_input_is_answered_calmly(session, desk: Desk):
    case = claimed_by(session, desk)
    assert act(desk, case, "nothing").status_code == 404
    assert act(desk, case, "reject", version="x", **refusal(session)).status_code == 409
    huge = act(desk, case, "reject", reasons=refusal(session)["reasons"], facts="é" * 10_000)
    assert huge.status_code == 422
    odd = act(desk, case, "note", body="a\0b \u202e 🦀")
    assert odd.status_code in (303, 422)
    assert desk.client.post(f"/cases/{case.reference}/note", data={"body": "x"}).status_code == 400
    session.refresh(case)
    assert case.state == State.OPEN
