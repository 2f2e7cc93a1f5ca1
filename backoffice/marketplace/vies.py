"""VIES, the European Commission's check of VAT numbers, by its REST service.

Three answers: valid, invalid, undetermined. A member state that is down is not “invalid”. The
`requestIdentifier`, sent only when the requester names himself, is the proof to keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx

from backoffice.core.clock import now
from backoffice.core.text import Text, text
from backoffice.marketplace import outside
from backoffice.marketplace.outside import Evidence, Unavailable
from config.settings import get_settings

# How soon a failure passes; the others are not worth a second question.
_WAITS = {
    "GLOBAL_MAX_CONCURRENT_REQ": timedelta(minutes=1),
    "GLOBAL_MAX_CONCURRENT_REQ_TIME": timedelta(minutes=1),
    "MS_MAX_CONCURRENT_REQ": timedelta(minutes=1),
    "MS_MAX_CONCURRENT_REQ_TIME": timedelta(minutes=1),
    "TIMEOUT": timedelta(minutes=5),
    "MS_UNAVAILABLE": timedelta(minutes=30),
    "SERVICE_UNAVAILABLE": timedelta(minutes=30),
    "SERVER_BUSY": timedelta(minutes=5),
}
_LATER = timedelta(hours=1)
_REFUSALS = frozenset({"INVALID_INPUT", "INVALID_REQUESTER_INFO", "VAT_BLOCKED", "IP_BLOCKED"})
_NO_NAME = {"", "---"}


class VatStatus(StrEnum):
    """What VIES says of a number."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class VatAnswer:
    """VIES's answer; `code` and `retry_at` are of an undetermined one."""

    status: VatStatus
    why: Text | None = None
    code: str = ""
    retry_at: datetime | None = None
    name: str | None = None
    address: str | None = None
    name_match: bool | None = None
    request_identifier: str | None = None
    evidence: Evidence | None = None


class Vies:
    """A client of VIES at one address; `requester` is our own VAT number, or empty."""

    def __init__(
        self, base_url: str, requester: str = "", timeout: httpx.Timeout = outside.TIMEOUT
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/check-vat-number"
        self._requester = requester
        self._timeout = timeout

    def check(self, vat_number: str, trader_name: str = "") -> VatAnswer:
        """Ask about a number with its country letters; never raises for a service that fails."""
        question = {"countryCode": vat_number[:2], "vatNumber": vat_number[2:]}
        if self._requester:
            question["requesterMemberStateCode"] = self._requester[:2]
            question["requesterNumber"] = self._requester[2:]
        if trader_name:
            question["traderName"] = trader_name
        try:
            with outside.client(self._timeout) as http:
                evidence = outside.ask(http, http.build_request("POST", self._url, json=question))
            return _read(evidence, outside.read_json(evidence))
        except Unavailable as failure:
            return VatAnswer(VatStatus.UNDETERMINED, failure.text, "UNREACHABLE", failure.retry_at)


def _read(evidence: Evidence, answer: Any) -> VatAnswer:
    if not isinstance(answer, Mapping):
        raise Unavailable(text("The answer of the service cannot be read."))
    # Two spellings: POST says `valid`, GET says `isValid` with `userError`.
    valid = answer.get("valid", answer.get("isValid"))
    code = _error_code(answer)
    if code or evidence.status != 200 or not isinstance(valid, bool):
        return _undetermined(code or f"HTTP_{evidence.status}", evidence)
    name_match = answer.get("traderNameMatch")
    return VatAnswer(
        VatStatus.VALID if valid else VatStatus.INVALID,
        name=_known(answer.get("name")),
        address=_known(answer.get("address")),
        name_match={"VALID": True, "INVALID": False}.get(str(name_match)),
        request_identifier=_known(answer.get("requestIdentifier")),
        evidence=evidence,
    )


def _error_code(answer: Mapping[str, Any]) -> str:
    """Return the code of a failure, wherever this answer puts it; empty when there is none."""
    wrappers = answer.get("errorWrappers")
    listed = wrappers if isinstance(wrappers, list) else []
    codes = [one.get("error") for one in listed if isinstance(one, Mapping)]
    codes.append(answer.get("userError"))
    found = [str(code) for code in codes if code and code not in ("VALID", "INVALID")]
    if found:
        return outside.readable(found[0])[:60]
    return "UNKNOWN" if answer.get("actionSucceed") is False else ""


def _undetermined(code: str, evidence: Evidence) -> VatAnswer:
    if code in _REFUSALS:
        return VatAnswer(
            VatStatus.UNDETERMINED,
            text("VIES refused the question (%(code)s).", code=code),
            code,
            evidence=evidence,
        )
    return VatAnswer(
        VatStatus.UNDETERMINED,
        text("VIES cannot answer now (%(code)s).", code=code),
        code,
        now() + _WAITS.get(code, _LATER),
        evidence=evidence,
    )


def _known(value: Any) -> str | None:
    said = outside.readable(value) if isinstance(value, str) else ""
    return None if said in _NO_NAME else said


def vies() -> Vies:
    """Return the client of the service named in the settings."""
    settings = get_settings()
    return Vies(settings.vies_url, settings.vies_requester)
