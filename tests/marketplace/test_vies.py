"""The client of VIES: valid, invalid, and everything that is neither."""

from datetime import timedelta

import httpx
import pytest

from backoffice.core.clock import now
from backoffice.dev.sandboxes.companies import TROUBLES
from backoffice.marketplace.identifiers import vat_number_of
from backoffice.marketplace.vies import VatStatus, Vies, vies
from tests.fakes.registers import raw_server

pytestmark = pytest.mark.usefixtures("registers")


def check(trouble: str):
    return vies().check(vat_number_of(TROUBLES[trouble]), "Essai")


def test_valid_number_comes_with_its_proof():
    answer = vies().check("FR39356000000", "La Poste")
    assert answer.status is VatStatus.VALID
    assert answer.name == "LA POSTE"
    assert answer.address == "9 RUE DU COLONEL PIERRE AVIA\n75015 PARIS 15"
    assert answer.request_identifier.startswith("WAPI")
    assert answer.request_identifier.encode() in answer.evidence.body


def test_without_a_requester_there_is_no_proof(registers):
    answer = Vies(f"{registers}/vies").check("FR39356000000")
    assert answer.status is VatStatus.VALID
    assert answer.request_identifier is None


@pytest.mark.parametrize("trouble", ["vies_invalid", "absent", "closed"])
def test_invalid_number(trouble):
    answer = check(trouble)
    assert answer.status is VatStatus.INVALID
    assert answer.name is None
    assert answer.retry_at is None


def test_other_name_is_told():
    answer = check("vies_other_name")
    assert (answer.status, answer.name_match) == (VatStatus.VALID, False)
    assert answer.name == "UNE AUTRE SOCIETE"


@pytest.mark.parametrize(
    ("trouble", "code", "minutes"),
    [
        ("vies_unavailable", "MS_UNAVAILABLE", 30),
        ("vies_unavailable_500", "MS_UNAVAILABLE", 30),
        ("vies_busy", "MS_MAX_CONCURRENT_REQ", 1),
    ],
)
def test_state_that_is_down_is_not_invalid(trouble, code, minutes):
    answer = check(trouble)
    assert (answer.status, answer.code) == (VatStatus.UNDETERMINED, code)
    assert abs(answer.retry_at - now() - timedelta(minutes=minutes)) < timedelta(seconds=20)
    assert answer.why.values == {"code": code}


def test_slow_service_is_undetermined(registers):
    client = Vies(f"{registers}/vies", timeout=httpx.Timeout(0.2))
    answer = client.check(vat_number_of(TROUBLES["vies_slow"]))
    assert (answer.status, answer.code) == (VatStatus.UNDETERMINED, "UNREACHABLE")
    assert answer.retry_at > now()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"isValid": true, "userError": "VALID", "name": "---"}', VatStatus.VALID, ""),
        (b'{"isValid": false, "userError": "INVALID"}', VatStatus.INVALID, ""),
        (b'{"isValid": false, "userError": "MS_UNAVAILABLE"}', VatStatus.UNDETERMINED,
         "MS_UNAVAILABLE"),
        (b'{"actionSucceed": false, "errorWrappers": [{"error": "VOW-ERR-11"}]}',
         VatStatus.UNDETERMINED, "VOW-ERR-11"),
        (b'{"actionSucceed": false}', VatStatus.UNDETERMINED, "UNKNOWN"),
        (b'{"actionSucceed": false, "errorWrappers": ["x", null]}', VatStatus.UNDETERMINED,
         "UNKNOWN"),
        (b'{"errorWrappers": 5}', VatStatus.UNDETERMINED, "HTTP_200"),
        (b'{"valid": "yes"}', VatStatus.UNDETERMINED, "HTTP_200"),
        (b"[]", VatStatus.UNDETERMINED, "UNREACHABLE"),
        (b"<html>", VatStatus.UNDETERMINED, "UNREACHABLE"),
    ],
)  # fmt: skip
def test_every_spelling_of_an_answer_is_understood(body, status, code):
    with raw_server([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body]) as url:
        answer = Vies(url).check("FR39356000000")
    assert (answer.status, answer.code) == (status, code)


def test_refused_question_is_not_asked_again():
    body = b'{"actionSucceed": false, "errorWrappers": [{"error": "INVALID_REQUESTER_INFO"}]}'
    with raw_server([b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" + body]) as url:
        answer = Vies(url, "FR00").check("FR39356000000")
    assert (answer.status, answer.retry_at) == (VatStatus.UNDETERMINED, None)
