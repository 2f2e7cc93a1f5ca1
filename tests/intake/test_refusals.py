"""Bad input at the door: each is told where and why, and nothing is stored."""

import json
import re

import pytest
from sqlalchemy import func, select

from backoffice.marketplace.seller import Seller
from tests.factories.registration import document, registration_body

OTHER_SIREN = "552081317"  # EDF
CASES = {
    "SIREN with a wrong digit": ({"company__siren": "356000001"}, "/company/siren"),
    "SIREN of zeros": ({"company__siren": "000000000"}, "/company/siren"),
    "SIREN of letters": ({"company__siren": "35600000O"}, "/company/siren"),
    "SIREN in Arabic digits": ({"company__siren": "٣٥٦٠٠٠٠٠٠"}, "/company/siren"),
    "SIRET with a wrong digit": ({"company__siret": "55208131766523"}, "/company/siret"),
    "SIRET of another SIREN": ({"company__siret": "55208131766522"}, "/company/siret"),
    "VAT key": ({"company__vat_number": "FR00552081317"}, "/company/vat_number"),
    "VAT of another SIREN": ({"company__vat_number": "FR03552081317"}, "/company/vat_number"),
    "foreign VAT": ({"company__vat_number": "DE136695976"}, "/company/vat_number"),
    "no VAT and no exemption": ({"company__vat_number": ...}, "/company/vat_number"),
    "VAT and exemption": ({"company__vat_exempt": True}, "/company/vat_number"),
    "register of another SIREN": (
        {"company__register": {"number": "552 081 317 R.C.S. Paris"}},
        "/company/register/number",
    ),
    "register that is none": ({"company__register": {"number": "n/a"}}, "/company/register"),
    "unknown legal form": ({"company__legal_form": "GmbH"}, "/company/legal_form"),
    "foreign company": ({"company__address__country": "DE"}, "/company/address/country"),
    "country in words": ({"company__address__country": "France"}, "/company/address/country"),
    "postal code": ({"company__address__postal_code": "7501"}, "/company/address/postal_code"),
    "website": ({"company__website": "http://localhost/"}, "/company/website"),
    "script as website": ({"company__website": "javascript:alert(1)"}, "/company/website"),
    "phone": ({"representative__phone": "12"}, "/representative/phone"),
    "e-mail": ({"contact_email": "a@b"}, "/contact_email"),
    "e-mail of two lines": ({"contact_email": "a@b.fr\nBcc: c@d.fr"}, "/contact_email"),
    "birth date to come": (
        {"representative__birth_date": "2999-01-01"}, "/representative/birth_date"
    ),
    "birth date that is none": (
        {"representative__birth_date": "1980-02-30"}, "/representative/birth_date"
    ),
    "IBAN key": ({"iban": "FR7630006000011234567890188"}, "/iban"),
    "Stripe account": ({"stripe_account": "cus_123456789"}, "/stripe_account"),
    "unknown plan": ({"plan": "platine"}, "/plan"),
    "plan with a NUL": ({"plan": "pro\0"}, "/plan"),
    "unknown language": ({"locale": "de"}, "/locale"),
    "identifier with a slash": ({"external_id": "a/b"}, "/external_id"),
    "identifier with a NUL": ({"external_id": "a\0"}, "/external_id"),
    "10,000 characters": ({"company__legal_name": "A" * 10_000}, "/company/legal_name"),
    "NUL": ({"company__legal_name": "A\0B"}, "/company/legal_name"),
    "right-to-left mark": ({"company__trade_name": "A\u202eB"}, "/company/trade_name"),
    "spaces alone": ({"representative__last_name": "   "}, "/representative/last_name"),
    "nothing": ({"representative__first_name": ""}, "/representative/first_name"),
    "null": ({"company__siren": None}, "/company/siren"),
    "a number for text": ({"company__siren": 356000000}, "/company/siren"),
    "text for a truth": ({"self_certified": "yes"}, "/self_certified"),
    "not certified at all": ({"self_certified": ...}, "/self_certified"),
    "a list for an object": ({"company": []}, "/company"),
    "unknown field": ({"company__capital": 1000}, "/company/capital"),
    "unknown field at the top": ({"status": "approved"}, "/status"),
    "a name that needs escaping": ({"a/b~c": 1}, "/a~1b~0c"),
    "not base64": (
        {"documents": [document("kbis", content_base64="%PDF")]}, "/documents/0/content_base64"
    ),
    "base64 cut off": (
        {"documents": [document("kbis", content_base64="JVBERi0x")] * 1
                      + [document("identity", content_base64="JVBER")]},
        "/documents/1/content_base64",
    ),
    "unknown kind": ({"documents": [document("selfie")]}, "/documents/0/kind"),
    "too many": ({"documents": [document("kbis")] * 11}, "/documents"),
    "bytes that are none": (
        {"documents": [document("kbis", content_base64=7)]}, "/documents/0/content_base64"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "pointer"), CASES.values(), ids=CASES.keys())
def test_422_says_where(post, session, changes, pointer):
    answer = post(registration_body(**changes))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert all(error["detail"] for error in answer.json["errors"])
    assert session.scalar(select(func.count()).select_from(Seller)) == 0


def test_every_error_is_told_at_once(post):
    body = registration_body(company__siren="1", iban="2", contact_email="3", plan="Ω")
    pointers = {error["pointer"] for error in post(body).json["errors"]}
    assert pointers == {"/company/siren", "/iban", "/contact_email", "/plan"}


def test_numbers_that_belong_together_are_told_together(post):
    body = registration_body(company__siren=OTHER_SIREN)
    pointers = {error["pointer"] for error in post(body).json["errors"]}
    assert pointers == {"/company/siret", "/company/vat_number"}


def test_details_are_in_english_unless_french_is_asked_for(post):
    body = registration_body(company__siren="356000001", company__capital=1)
    english = {e["pointer"]: e["detail"] for e in post(body).json["errors"]}
    assert english["/company/capital"] == "There is no such field."
    assert english["/company/siren"].startswith("The check digit of this SIREN is wrong")
    assert not any(re.search(r"%\(|Input should|Value error", said) for said in english.values())


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b'{"external_id": "\xff"}', b"[" * 100_000,
     b'{"external_id": "\\ud800"}', b"\xef\xbb\xbf{}"],
)  # fmt: skip
def test_400_what_is_not_json(post, body):
    answer = post(body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"7", b"{}", b'{"a": NaN}'])
def test_422_json_of_another_shape(post, body):
    assert post(body).status_code == 422


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "",
    ],
)
def test_415_another_content_type(post, content_type):
    answer = post(registration_body(), Content_Type=content_type)
    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")


def test_a_charset_may_be_named(post):
    answer = post(registration_body(), Content_Type="application/json; charset=utf-8")
    assert answer.status_code == 201


def test_413_a_body_above_the_limit(post, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    body = json.dumps(registration_body()).encode()
    for more in ({}, {"Idempotency_Key": "a-1"}):
        answer = post(body, **more)
        assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
