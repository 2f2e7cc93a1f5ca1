"""The sandboxes themselves: they say what the real services document."""

import httpx
import pytest

from backoffice.dev.sandboxes.__main__ import loopback_ports
from backoffice.dev.sandboxes.companies import TROUBLES, known_companies
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from backoffice.marketplace.contacts import parse_email, parse_phone, parse_website
from backoffice.marketplace.identifiers import (
    parse_iban,
    parse_siren,
    parse_siret,
    parse_vat_number,
)
from backoffice.marketplace.legal_forms import LABELS
from backoffice.marketplace.register_number import parse_register_number
from config.settings import Settings
from tests.factories.transparency import make_body


def search(url: str, **query: str) -> httpx.Response:
    return httpx.get(f"{url}/register/search", params=query)


def test_known_companies_have_valid_numbers():
    companies = known_companies()
    assert len(companies) > 60
    for company in companies.values():
        parse_siret(company.siret, parse_siren(company.siren))
        assert company.legal_form in LABELS


@pytest.mark.parametrize("demo", DEMO_COMPANIES, ids=lambda demo: demo.trade_name)
def test_demo_companies_could_register(demo):
    parse_siret(demo.siret, demo.siren)
    parse_vat_number(demo.vat_number, demo.siren)
    parse_register_number(demo.register_number, town=demo.register_town, siren=demo.siren)
    parse_iban(demo.iban)
    parse_phone(demo.phone)
    parse_email(demo.email)
    parse_email(demo.contact_email)
    parse_website(demo.website)


def test_search_by_words_is_paged(sandboxes):
    first = search(sandboxes, q="societe", per_page="1").json()
    assert (first["page"], first["per_page"], first["total_pages"]) == (
        1,
        1,
        first["total_results"],
    )
    second = search(sandboxes, q="societe", per_page="1", page="2").json()
    assert first["results"][0]["siren"] != second["results"][0]["siren"]


def test_minimal_answer_has_the_included_parts_alone(sandboxes):
    (one,) = search(sandboxes, q="356000000", minimal="true", include="siege").json()["results"]
    assert "siege" in one
    assert "dirigeants" not in one
    (whole,) = search(sandboxes, q="356000000").json()["results"]
    assert {"dirigeants", "matching_etablissements", "complements", "tva"} <= set(whole)


def test_search_by_siret_matches_that_establishment(sandboxes):
    (one,) = search(sandboxes, q="35600000000048").json()["results"]
    assert [place["siret"] for place in one["matching_etablissements"]] == ["35600000000048"]
    assert search(sandboxes, q="35600000009075").json()["results"] == []


@pytest.mark.parametrize("query", [{}, {"q": "orange", "per_page": "26"}, {"q": "x", "page": "0"}])
def test_bad_request_says_why(sandboxes, query):
    answer = search(sandboxes, **query)
    assert answer.status_code == 400
    assert answer.json()["erreur"].startswith("Veuillez indiquer")


def test_unknown_path_is_absent(sandboxes):
    assert httpx.get(f"{sandboxes}/elsewhere").status_code == 404


def test_vies_status_and_test_service(sandboxes):
    status = httpx.get(f"{sandboxes}/vies/check-status").json()
    assert status["countries"] == [{"countryCode": "FR", "availability": "Available"}]
    ask = f"{sandboxes}/vies/check-vat-test-service"
    answers = {
        number: httpx.post(ask, json={"countryCode": "FR", "vatNumber": number})
        for number in ("100", "200", "301")
    }
    assert answers["100"].json()["valid"] is True
    assert answers["200"].json()["valid"] is False
    assert answers["301"].json()["errorWrappers"][0]["error"] == "MS_UNAVAILABLE"
    assert httpx.post(ask, content=b"{").status_code == 400


def test_the_transparency_database_stores_an_identifier_once(sandboxes):
    url, key = f"{sandboxes}/transparency", {"Authorization": "Bearer any"}
    entry = make_body(measure="suspend_listing") | {"puid": "sor-sandbox"}
    find = f"{url}/statement/existing-puid/sor-sandbox"
    assert httpx.post(f"{url}/statement", json=entry).status_code == 401
    assert httpx.get(find, headers=key).status_code == 404
    stored = httpx.post(f"{url}/statements", json={"statements": [entry]}, headers=key)
    assert stored.status_code == 201
    again = httpx.post(f"{url}/statement", json=entry, headers=key)
    assert again.status_code == 422
    assert again.json()["existing"]["uuid"] == stored.json()["statements"][0]["uuid"]
    assert httpx.get(find, headers=key).status_code == 302
    many = httpx.post(f"{url}/statements", json={"statements": [entry] * 101}, headers=key)
    assert many.status_code == 422


def test_troubles_are_companies_of_nobody():
    assert all(siren.startswith("999") for siren in TROUBLES.values())
    assert TROUBLES["absent"] not in known_companies()


def test_sandboxes_listen_only_for_addresses_of_this_machine():
    real = Settings()
    assert loopback_ports(real) == set()
    ours = Settings(
        company_register_url="http://127.0.0.1:7001/register",
        vies_url="http://127.0.0.1:7001/vies",
        transparency_url="http://127.0.0.1:7002/transparency",
        stripe_url="http://127.0.0.1:7003/stripe",
    )
    assert loopback_ports(ours) == {7001, 7002, 7003}
