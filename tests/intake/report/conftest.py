"""What the tests of the public page share: a way to fill its steps in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.factories.notice import make_online
from tests.factories.staff import csrf_of
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]
PATH = "/report"


@pytest.fixture
def listing(session):
    """A listing that is online."""
    return make_online(session, title="Bouilloire en acier")


@pytest.fixture
def report(listing) -> dict[str, Any]:
    """All that one who holds a trademark types."""
    return {
        "kind": "trademark",
        "targets": f"{listing.seller.external_id}/{listing.external_id}",
        "explanation": "Notre marque figure dans le titre.",
        "register": "INPI",
        "number": "4123456",
        "sign": "TERRABELLE",
        "territories": ["FR"],
        "classes": "21, 25",
        "holder_name": "Terrabelle SAS",
        "holder_country": "FR",
        "role": "owner",
        "infringes": ["product", "text"],
        "name": "Claire Roux",
        "email": "claire.roux@terrabelle.example",
        "organisation": "Terrabelle",
        "good_faith": "y",
    }


@pytest.fixture
def go(client, files_dir) -> Callable[..., TestResponse]:
    """Return a function that presses a button of a step, in English."""
    token = csrf_of(client, f"{PATH}?lang=en")

    def go(step: str, typed: dict[str, Any], go: str = "next", **more: Any) -> TestResponse:
        data = {"csrf_token": token, "step": step, "go": go, **typed, **more}
        answer = client.post(PATH, data=data, buffered=True)
        answer.request.environ["wsgi.input"].close()  # a large body lies in a file
        return answer

    return go


@pytest.fixture
def send(go) -> Callable[..., TestResponse]:
    """Return a function that sends a report."""
    return lambda typed, **more: go("check", typed, "send", **more)


def step_of(answer: TestResponse) -> str:
    """Return the step that a page shows."""
    found = re.search(r'name="step" value="(\w+)"', answer.text)
    assert found, answer.text
    return found[1]


def carried(answer: TestResponse) -> MultiDict[str, str]:
    """Return what a page holds of the other steps."""
    return MultiDict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
