"""The client of the company register, against a register that also misbehaves."""

from datetime import timedelta

import httpx
import pytest

from backoffice.core.clock import now
from backoffice.dev.sandboxes.companies import TROUBLES
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES, siret_of
from backoffice.marketplace import outside
from backoffice.marketplace.company_register import CompanyRegister, company_register
from backoffice.marketplace.outside import Unavailable
from tests.fakes.registers import raw_server

pytestmark = pytest.mark.usefixtures("registers")


def look_up(trouble: str, sequence: int = 1):
    siren = TROUBLES[trouble]
    return company_register().look_up(siren, siret_of(siren, sequence))


def test_real_company_is_found_with_its_head_office():
    found = company_register().look_up("356000000", "35600000000048")
    assert found.company.name == "LA POSTE"
    assert found.company.is_active
    assert found.company.legal_form == "5510"
    assert found.company.vat_numbers == ("FR39356000000",)
    assert found.establishment.is_open
    assert found.establishment.postal_code == "75015"


def test_answer_is_kept_as_evidence():
    (evidence,) = company_register().look_up("552081317", "55208131766522").evidence
    assert evidence.status == 200
    assert "q=552081317" in evidence.url
    assert b'"ELECTRICITE DE FRANCE (EDF)"' in evidence.body
    assert len(evidence.sha256) == 64
    assert now() - evidence.fetched_at < timedelta(minutes=1)


def test_officers_and_names_are_read():
    demo = DEMO_COMPANIES[0]
    company = company_register().look_up(demo.siren, demo.siret).company
    assert company.names == ("ATELIER BRUMAIRE", "BRUMAIRE CERAMIQUE")
    (officer,) = company.officers
    assert (officer.label, officer.born) == ("YANN LE BIHAN, Gérant", "1971-10")


def test_sole_trader_is_known_as_one():
    trader = next(one for one in DEMO_COMPANIES if one.legal_form == "1000")
    company = company_register().look_up(trader.siren, trader.siret).company
    assert company.is_sole_trader
    assert company.officers == ()


def test_other_establishment_takes_a_second_question():
    found = look_up("branch_closed", 2)
    assert len(found.evidence) == 2
    assert found.company.is_active
    assert not found.establishment.is_open


def test_establishment_that_the_register_lacks_is_none():
    found = look_up("branch_closed", 3)
    assert found.company is not None
    assert found.establishment is None


def test_absent_company_is_not_an_error():
    found = look_up("absent")
    assert (found.company, found.establishment) == (None, None)
    assert b'"total_results": 0' in found.evidence[0].body


def test_closed_company():
    company = look_up("closed").company
    assert not company.is_active
    assert company.closed_on == "2025-09-30"


def test_partly_hidden_company_shows_none_for_what_is_hidden():
    found = look_up("partly_hidden")
    assert found.company.is_partly_hidden
    assert found.company.names == ()
    assert found.establishment.address is None
    assert found.establishment.postal_code == "69003"


def test_too_many_questions_are_put_off_until_the_register_says():
    with pytest.raises(Unavailable, match="wait") as refused:
        look_up("rate_limited")
    assert refused.value.retry_at - now() < timedelta(seconds=3)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ("broken", r"failed \(500\)"),
        ("down", "down for now"),
        ("malformed", "cannot be read"),
        ("web_page", "cannot be read"),
        ("moved", "no longer at the address"),
        ("huge", "too large"),
        ("refused", "Veuillez indiquer"),
    ],
)
def test_register_that_fails_is_unavailable(trouble, why):
    with pytest.raises(Unavailable, match=why) as refused:
        look_up(trouble)
    assert refused.value.retry_at > now()


def test_slow_register_is_given_up(registers):
    register = CompanyRegister(f"{registers}/register", httpx.Timeout(0.2))
    siren = TROUBLES["slow"]
    with pytest.raises(Unavailable, match="too slowly"):
        register.look_up(siren, siret_of(siren))


def test_nobody_listening_is_unavailable():
    with pytest.raises(Unavailable, match="cannot be reached"):
        CompanyRegister("http://127.0.0.1:1").look_up("356000000", "35600000000048")


def reply(body: bytes, head: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\n{head}Connection: close\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"[]"),
        reply(b'{"results": null}'),
        reply(b'{"results": [1]}'),
        reply(b'{"results": [{"siren": 356000000, "etat_administratif": "A"}]}'),
        reply(b'{"results": [{"siren": "356000000", "siege": {"siret": []}}]}'),
        reply(b"[" * 100_000),
        reply(b"\xff\xfe\x00"),
        reply(b'{"results": [', "Content-Length: 1000\r\n"),
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_answer_of_another_shape_is_unavailable(answer):
    with raw_server([answer]) as url, pytest.raises(Unavailable):
        CompanyRegister(url).look_up("356000000", "35600000000048")


def test_answer_about_another_company_finds_nothing():
    body = b'{"results": [{"siren": "552081317", "etat_administratif": "A"}]}'
    with raw_server([reply(body)]) as url:
        found = CompanyRegister(url).look_up("356000000", "35600000000048")
    assert found.company is None


def test_words_that_no_database_holds_are_cleaned():
    body = (
        b'{"results": [{"siren": "356000000", "etat_administratif": "A", "nom_complet":'
        b' "LA\\u0000 POSTE\\ud800", "siege": {"siret": "35600000000048",'
        b' "liste_enseignes": [null]}}]}'
    )
    with raw_server([reply(body)]) as url:
        found = CompanyRegister(url).look_up("356000000", "35600000000048")
    assert found.company.names == ("LA POSTE",)


def test_dripping_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(outside, "SECONDS_MAX", 0)
    with raw_server([reply(b"{"), b" " * 10]) as url, pytest.raises(Unavailable, match="slowly"):
        CompanyRegister(url).look_up("356000000", "35600000000048")


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 110, 120),
        ("9999999", 6 * 3600 - 10, 6 * 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", -10, 0),
        ("9" * 400, None, None),
        ("soon", None, None),
        ("", None, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(said, least, most):
    at = outside.read_retry_after(httpx.Headers({"Retry-After": said}))
    if least is None:
        assert at is None
    else:
        assert least <= (at - now()).total_seconds() <= most


def test_requests_keep_their_pace():
    pace = outside.Pace(per_second=100)
    started = now()
    for _ in range(6):
        pace.wait()
    assert now() - started >= timedelta(seconds=0.05)
