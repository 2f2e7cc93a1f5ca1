"""A case's page: what it shows to whom, and its lease."""

import re
from datetime import timedelta

from backoffice.core.case import CaseEvent, State
from backoffice.core.checks import Check, Finding, Outcome, store
from backoffice.core.clock import now
from backoffice.core.open import note_event
from backoffice.core.permissions import Actor
from backoffice.core.text import text
from tests.desk.cases import APPROVAL, act, claimed_by, forms, make_case, make_cases, refusal
from tests.desk.conftest import Desk
from tests.statements import counted


def path(case) -> str:
    """A case's address."""
    return f"/cases/{case.reference}"


def test_the_page_shows_the_case_and_what_may_be_done(session, desk: Desk):
    case = claimed_by(session, desk)
    html = desk.page(path(case))
    for words in (case.reference, case.title, "SIREN", "•••• "):
        assert words in html
    assert {"approve", "reject", "request_info", "note", "release"} <= set(forms(html))
    assert not {"assign", "reopen", "override", "confirm_hold"} & set(forms(html))
    assert f'name="version" value="{case.version}"' in html
    assert 'data-renew-url="' in html


def test_before_it_is_taken_actions_say_so(session, desk: Desk):
    case = make_case(session)
    html = desk.page(path(case))
    assert "claim" in forms(html)
    assert not {"approve", "reject"} & set(forms(html))
    assert "blocked" in html


def test_somebody_elses_case_may_be_read_and_noted(session, desk_of):
    other, desk = desk_of(), desk_of()
    case = claimed_by(session, other)
    html = desk.page(path(case))
    assert other.staff.name in html
    assert not {"approve", "reject", "claim", "release"} & set(forms(html))
    assert {"note", "next"} <= set(forms(html))
    assert act(desk, case, "note", body="Vu au téléphone.").status_code == 303
    assert "Vu au téléphone." in desk.page(path(case))


def test_a_case_one_may_not_read_is_absent(session, desk_of):
    case, support = make_case(session), desk_of("support")
    for address in (path(case), "/cases/REG-2026-999999", "/cases/%00", "/cases/x'--"):
        assert support.get(address).status_code == 404
    for action in ("claim", "release", "renew", "approve", "note", "preview/approve", "undo"):
        assert support.post(f"{path(case)}/{action}").status_code == 404


def test_an_auditor_reads_and_changes_nothing(session, desk_of):
    case, auditor = make_case(session), desk_of("auditor")
    assert not forms(auditor.page(path(case)))
    for action in ("claim", "approve", "note", "request_info"):
        assert auditor.post(f"{path(case)}/{action}").status_code == 404
    assert case.holder_id is None


def test_a_lead_is_offered_what_leads_do(session, lead: Desk):
    case = claimed_by(session, lead)
    assert "assign" in forms(lead.page(path(case)))
    act(lead, case, "reject", **refusal(session), then="stay")
    session.refresh(case)
    shown = forms(lead.page(path(case)))
    assert {"reopen", "override", "note"} <= set(shown)
    assert "approve" not in shown


def test_claim_is_kept_and_given_back(session, desk_of):
    desk, other = desk_of(), desk_of()
    case = claimed_by(session, desk)
    assert desk.post(f"{path(case)}/claim").status_code == 303
    refused = other.post(f"{path(case)}/claim")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    case.lease_until = now() + timedelta(minutes=1)
    session.flush()
    renewed = desk.post(f"{path(case)}/renew")
    assert renewed.status_code == 200
    assert "1" in renewed.json["label"]
    session.refresh(case)
    assert case.lease_until > now() + timedelta(minutes=10)
    assert other.post(f"{path(case)}/renew").status_code == 409
    assert desk.post(f"{path(case)}/release").status_code == 303
    session.refresh(case)
    assert case.holder_id is None


def test_the_sixth_case_is_refused(session, desk: Desk):
    for _ in range(5):
        claimed_by(session, desk)
    case = make_case(session)
    assert desk.post(f"{path(case)}/claim").status_code == 409
    answer = desk.post("/queues/registrations/next")
    assert answer.location == "/mine"
    assert "5" in desk.page("/mine")


def test_take_next_keeps_to_the_view(session, desk: Desk):
    urgent, flagged = make_cases(session, 2)
    flagged.flag("no_reply")
    session.flush()
    answer = desk.post("/queues/registrations/next", view="flag=no_reply")
    assert answer.status_code == 303
    assert answer.location == f"/cases/{flagged.reference}?view=flag%3Dno_reply"
    flagged.flag("no_reply", on=False)
    session.flush()
    again = desk.post("/queues/registrations/next", view="flag=no_reply")
    assert again.location == "/queues/registrations?flag=no_reply"
    assert urgent.holder_id is None


def test_two_people_are_never_given_the_same_case(session, desk_of):
    make_cases(session, 3)
    places = [desk_of().post("/queues/registrations/next").location for _ in range(3)]
    assert len(set(places)) == 3
    assert desk_of().post("/queues/registrations/next").location == "/queues/registrations"


def test_pressing_next_twice_takes_one_case(session, desk: Desk):
    cases = make_cases(session, 2)
    once = "0b6c1c0e-1111-4222-8333-444455556666"
    places = {desk.post("/queues/registrations/next", once=once).location for _ in range(2)}
    assert places == {f"/cases/{cases[0].reference}?view="}


def test_neighbours_and_place_in_the_view(session, desk: Desk):
    first, second, third = make_cases(session, 3)
    html = desk.page(path(second), view="")
    assert re.search(rf'href="/cases/{first.reference}\?view="\s+rel="prev"', html)
    assert re.search(rf'href="/cases/{third.reference}\?view="\s+rel="next"', html)
    assert re.search(r"2 (of|sur) 3", html)
    assert 'rel="next"' not in desk.page(path(second))


def test_checks_name_the_facts_they_looked_at(session, desk: Desk):
    case = make_case(session)
    for name, outcome, item in (("register", "pass", "name"), ("address", "warn", "address")):
        found = Finding(Outcome(outcome), text(f"Vu {name}"), (text("12 rue"),),
                        facts={"verifies": [item]})  # fmt: skip
        check = Check(name, f"Contrôle {name}", lambda *_: [])
        store(session, case, check, [found])
    html = desk.page(path(case))
    assert re.search(r'is-ok">.*?Contrôle register', html, re.S)
    assert re.search(r'is-warn">.*?Contrôle address', html, re.S)
    assert "12 rue" in html


def test_the_timeline_tells_notes_from_messages(session, desk: Desk):
    case = make_case(session)
    note_event(session, case, desk.actor, "note", body="À rappeler", internal=True)
    note_event(session, case, Actor("party", 1, "Jeanne"), "answered", body="Voici l’extrait")
    session.flush()
    html = desk.page(path(case))
    assert re.search(r'<li class="is-warn">(?:(?!</li>).)*À rappeler', html, re.S)
    assert not re.search(r'<li class="is-warn">(?:(?!</li>).)*Voici', html, re.S)


def test_text_of_a_party_is_escaped(session, desk: Desk):
    case = make_case(session, company__legal_name="<script>alert(1)</script> & Fils")
    note_event(session, case, Actor("party", 1, "<b>Eve</b>"), "answered", body="<img src=x>")
    session.flush()
    html = desk.page(path(case))
    assert "<script>alert" not in html
    assert "<b>Eve" not in html
    assert "<img src=x" not in html


def test_the_number_of_queries_does_not_grow_with_the_history(session, connection, desk: Desk):
    case = claimed_by(session, desk)

    def queries() -> int:
        session.expire_all()
        with counted(connection) as statements:
            desk.page(path(case), view="")
        return len(statements)

    few = queries()
    for number in range(40):
        session.add(CaseEvent(case_id=case.id, actor_kind="staff", actor_id=desk.staff.id,
                              actor_name="X", verb="note", body=str(number)))  # fmt: skip
    make_cases(session, 20)
    session.flush()
    assert queries() == few


def test_linked_cases_and_accounts_are_shown(session, desk: Desk):
    first = make_case(session)
    second = make_case(session, iban="FR7630006000011234567890189")
    html = desk.page(path(second))
    assert first.title in html


def test_a_closed_case_tells_the_decision(session, desk: Desk):
    case = claimed_by(session, desk)
    act(desk, case, "reject", **refusal(session), then="stay")
    html = desk.page(path(case))
    assert "La société est radiée depuis mars." in html
    assert desk.staff.name in html
    assert not {"approve", "reject", "claim"} & set(forms(html))


def test_a_waiting_case_tells_what_was_asked(session, desk: Desk):
    case = claimed_by(session, desk)
    until = (now() + timedelta(days=7)).date().isoformat()
    act(desk, case, "request_info", question="Qui dirige ?", until=until, then="stay")
    session.refresh(case)
    assert case.state == State.WAITING
    html = desk.page(path(case))
    assert html.count("Qui dirige ?") >= 1
    assert desk.page("/queues/registrations", state="waiting").count(case.reference)


def test_approving_with_everything_said(session, desk: Desk):
    case = claimed_by(session, desk)
    answer = act(desk, case, "approve", **APPROVAL)
    assert answer.status_code == 303
    session.refresh(case)
    assert (case.state, case.resolution) == ("closed", "approved")
