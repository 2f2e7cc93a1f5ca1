"""The sandbox of VIES, the check of VAT numbers: its three calls by their own paths."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from backoffice.core.clock import now
from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.dev.sandboxes.companies import SampleCompany, known_companies
from backoffice.marketplace.identifiers import vat_number_of

SLOW_SECONDS = 20  # longer than any client should wait
# The numbers that the Commission's own test service understands.
TEST_ERRORS = {
    "201": "INVALID_INPUT",
    "202": "INVALID_REQUESTER_INFO",
    "300": "SERVICE_UNAVAILABLE",
    "301": "MS_UNAVAILABLE",
    "302": "TIMEOUT",
}


def _slow() -> Answer:
    time.sleep(SLOW_SECONDS)
    return failure(500, "TIMEOUT")


def failure(status: int, code: str) -> Answer:
    """Return a failure as VIES words it."""
    wrappers = [{"error": code, "message": code}]
    return json_answer(status, {"actionSucceed": False, "errorWrappers": wrappers})


TROUBLES: dict[str, Callable[[], Answer]] = {
    "vies_unavailable": lambda: failure(200, "MS_UNAVAILABLE"),
    "vies_unavailable_500": lambda: failure(500, "MS_UNAVAILABLE"),
    "vies_busy": lambda: failure(400, "MS_MAX_CONCURRENT_REQ"),
    "vies_slow": _slow,
}


def answer(path: str, body: bytes) -> Answer:
    """Answer one request; the path is without the service's prefix."""
    if path == "/check-status":
        countries = [{"countryCode": "FR", "availability": "Available"}]
        return json_answer(200, {"vow": {"available": True}, "countries": countries})
    try:
        question = json.loads(body)
        country, number = question["countryCode"], question["vatNumber"]
    except (ValueError, KeyError, TypeError):
        return failure(400, "INVALID_INPUT")
    if path == "/check-vat-test-service":
        code = TEST_ERRORS.get(number)
        return failure(500, code) if code else _checked(question, None, number == "100")
    company = _company(country, number)
    trouble = TROUBLES.get(company.trouble) if company else None
    if trouble:
        return trouble()
    is_valid = company is not None and company.is_active and company.trouble != "vies_invalid"
    return _checked(question, company, is_valid)


def _company(country: str, number: str) -> SampleCompany | None:
    company = known_companies().get(number[2:])
    return company if company and vat_number_of(company.siren) == country + number else None


def _checked(question: Mapping[str, Any], company: SampleCompany | None, is_valid: bool) -> Answer:
    has_requester = question.get("requesterMemberStateCode") and question.get("requesterNumber")
    name, address = "---", "---"
    if company and is_valid:
        is_other = company.trouble == "vies_other_name"
        name = "UNE AUTRE SOCIETE" if is_other else company.name
        line = " ".join(filter(None, (company.number, company.way, company.street)))
        address = f"{line}\n{company.postal_code} {company.town}"
    return json_answer(
        200,
        {
            "countryCode": question["countryCode"],
            "vatNumber": question["vatNumber"],
            "requestDate": now().isoformat(),
            "valid": is_valid,
            "requestIdentifier": f"WAPI{uuid4().hex[:12].upper()}" if has_requester else "",
            "name": name,
            "address": address,
            "traderName": "---",
            "traderStreet": "---",
            "traderPostalCode": "---",
            "traderCity": "---",
            "traderCompanyType": "---",
            "traderNameMatch": _name_match(question, name),
            "traderStreetMatch": "NOT_PROCESSED",
            "traderPostalCodeMatch": "NOT_PROCESSED",
            "traderCityMatch": "NOT_PROCESSED",
            "traderCompanyTypeMatch": "NOT_PROCESSED",
        },
    )


def _name_match(question: Mapping[str, Any], name: str) -> str:
    """France does not compare names itself; a name that is plainly another is told all the same."""
    return (
        "INVALID"
        if question.get("traderName") and name.startswith("UNE AUTRE")
        else "NOT_PROCESSED"
    )
