"""What the company register says of a trader, on a sandbox that behaves and one that does not."""

from datetime import timedelta

import httpx
import pytest

from backoffice.core.checks import Outcome
from backoffice.core.clock import now
from backoffice.dev.sandboxes.companies import TROUBLES
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES, siret_of
from backoffice.marketplace.company_register import CompanyRegister
from backoffice.marketplace.trader_checks import trader
from tests.factories.registration import make_registration
from tests.factories.trader import EDF, LA_POSTE, declared, look, outcomes, troubled

pytestmark = pytest.mark.usefixtures("app", "registers")


@pytest.mark.parametrize("body", [LA_POSTE, EDF], ids=["La Poste", "EDF"])
def test_a_real_public_company_is_recognised(session, body):
    found = look(session, make_registration(session, **body), "register")
    assert outcomes(found) == {
        "": "pass",
        "active": "pass",
        "establishment": "pass",
        "name": "pass",
        "address": "pass",
        "representative": "unavailable",  # the sandbox has no officers of real companies
        "legal_form": "pass",
        "vat": "pass",
    }
    assert found[""].evidence.count(b'"siren"') >= 1
    assert found["representative"].retry_at is None


def test_a_pass_says_what_it_proves_and_nothing_else_does(session):
    attempt = make_registration(session, **declared(DEMO_COMPANIES[1]))
    found = look(session, attempt, "register")
    assert set(outcomes(found).values()) == {"pass"}
    proved = {item for one in found.values() for item in one.facts.get("verifies", ())}
    assert proved == {"name", "address", "register", "representative"}


def test_another_address_and_another_officer_prove_nothing(session):
    found = look(session, make_registration(session, **declared(DEMO_COMPANIES[0])), "register")
    assert (found["address"].outcome, found["representative"].outcome) == ("warn", "fail")
    assert "LE BIHAN" in found["representative"].headline.values["officers"]
    assert found["representative"].proof[0].values == {"value": "Jeanne Queffélec"}
    assert not found["address"].facts["verifies"]
    assert not found["representative"].facts["verifies"]


def test_a_married_name_is_for_a_person_to_judge(session):
    found = look(session, make_registration(session, **declared(DEMO_COMPANIES[8])), "register")
    assert found["representative"].outcome == Outcome.WARN


def test_another_street_and_another_name_fail(session):
    body = LA_POSTE | {
        "company__legal_name": "Atelier Brumaire",
        "company__address__line1": "1 rue des Lilas",
    }
    found = look(session, make_registration(session, **body), "register")
    assert (found["name"].outcome, found["address"].outcome) == ("fail", "fail")
    assert found["name"].facts["fields"]["name"]["msgid"] == "Register: differs"


def test_a_company_that_is_not_found_never_fails(session):
    found = look(session, troubled(session, "absent"), "register")
    assert outcomes(found) == {"": "warn"}
    assert found[""].retry_at is None
    assert b'"total_results": 0' in found[""].evidence


def test_a_ceased_company_fails_and_proves_no_register(session):
    found = look(session, troubled(session, "closed"), "register")
    assert found["active"].outcome == Outcome.FAIL
    assert found["active"].headline.values == {"day": "2025-09-30"}
    assert not found["active"].facts["verifies"]


def test_a_closed_establishment_fails(session):
    siren = TROUBLES["branch_closed"]
    attempt = troubled(session, "branch_closed", company__siret=siret_of(siren, 2))
    assert look(session, attempt, "register")["establishment"].outcome == Outcome.FAIL


def test_an_establishment_that_is_not_shown_is_no_failure(session):
    siren = TROUBLES["vies_invalid"]
    attempt = troubled(session, "vies_invalid", company__siret=siret_of(siren, 7))
    found = look(session, attempt, "register")["establishment"]
    assert found.outcome == Outcome.WARN


def test_what_a_company_hides_is_left_to_a_person(session):
    found = look(session, troubled(session, "partly_hidden"), "register")
    assert (found[""].outcome, found["active"].outcome) == ("pass", "pass")
    assert (found["name"].outcome, found["address"].outcome) == ("unavailable", "unavailable")
    assert len(found[""].proof) == 2
    assert all(one.retry_at is None for one in found.values())


@pytest.mark.parametrize("trouble", ["rate_limited", "broken", "down", "malformed", "web_page",
                                     "moved", "huge", "refused"])  # fmt: skip
def test_a_register_in_trouble_is_unavailable_and_asked_again(session, trouble):
    found = look(session, troubled(session, trouble), "register")
    assert outcomes(found) == {"": "unavailable"}
    assert now() < found[""].retry_at <= now() + timedelta(hours=6)
    assert found[""].proof


def test_a_slow_register_is_not_waited_for(session, registers, monkeypatch):
    impatient = CompanyRegister(f"{registers}/register", httpx.Timeout(0.2))
    monkeypatch.setattr(
        "backoffice.marketplace.trader_checks.register.company_register", lambda: impatient
    )
    found = look(session, troubled(session, "slow"), "register")
    assert (found[""].outcome, found[""].retry_at > now()) == ("unavailable", True)


def test_a_declared_exemption_that_the_register_contradicts_is_told(session):
    body = LA_POSTE | {"company__vat_number": ..., "company__vat_exempt": True}
    found = look(session, make_registration(session, **body), "register")
    assert found["vat"].outcome == Outcome.WARN


def test_the_evidence_is_bounded_and_its_digest_is_of_the_whole(session, monkeypatch):
    monkeypatch.setattr(trader, "EVIDENCE_BYTES_MAX", 100)
    found = look(session, make_registration(session, **LA_POSTE), "register")[""]
    head, _, body = found.evidence.partition(b"\n\n")
    assert len(body) == 100
    assert found.proof[-1].values["digest"].encode() in head
