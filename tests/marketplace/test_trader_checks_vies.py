"""What VIES says of a trader’s VAT number: valid, invalid, not known yet."""

import pytest

from backoffice.core.checks import Outcome
from backoffice.core.clock import now
from config.settings import get_settings
from tests.factories.registration import make_registration
from tests.factories.trader import LA_POSTE, look, troubled

pytestmark = pytest.mark.usefixtures("app", "registers")


def test_a_valid_number_comes_with_the_number_of_the_request(session):
    found = look(session, make_registration(session, **LA_POSTE), "vies")[""]
    assert found.outcome == Outcome.PASS
    number = next(line.values["number"] for line in found.proof if "number" in line.values)
    assert number.startswith("WAPI")
    assert number.encode() in found.evidence


def test_an_invalid_number_fails(session):
    found = look(session, troubled(session, "vies_invalid"), "vies")[""]
    assert (found.outcome, found.retry_at) == ("fail", None)


def test_another_name_is_to_be_verified(session):
    assert look(session, troubled(session, "vies_other_name"), "vies")[""].outcome == "warn"


@pytest.mark.parametrize("trouble", ["vies_unavailable", "vies_unavailable_500", "vies_busy"])
def test_a_state_that_is_down_is_not_an_invalid_number(session, trouble):
    found = look(session, troubled(session, trouble), "vies")[""]
    assert found.outcome == Outcome.UNAVAILABLE
    assert found.retry_at > now()
    assert found.evidence


def test_vies_that_cannot_be_reached_is_unavailable(session, monkeypatch):
    monkeypatch.setenv("VIES_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    found = look(session, make_registration(session, **LA_POSTE), "vies")[""]
    assert (found.outcome, found.evidence) == ("unavailable", None)
    assert found.retry_at > now()


def test_who_is_exempt_is_not_asked_about(session, monkeypatch):
    monkeypatch.setenv("VIES_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    body = LA_POSTE | {"company__vat_number": ..., "company__vat_exempt": True}
    found = look(session, make_registration(session, **body), "vies")[""]
    assert (found.outcome, found.facts) == ("pass", {})
