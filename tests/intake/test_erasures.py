"""Deletion requests by the API: opened once, refused clearly, told only once final."""

import pytest

from tests.factories.appeal import act, pass_undo
from tests.factories.erasure import make_verified
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

PATH = "/erasures"


@pytest.fixture
def body(session, app) -> dict:
    """What a marketplace sends for a seller who wants to leave."""
    party = {"kind": "seller", "id": make_seller(session).external_id}
    return {"external_id": "suppression-118", "kind": "both", "party": party, "words": "Merci."}


def test_it_opens_a_case_once(call, body):
    first = call("POST", PATH, body)
    assert first.status_code == 201, first.text
    assert first.json["case"].startswith("DEL-")
    again = call("POST", PATH, body)
    assert (again.status_code, again.json["case"]) == (200, first.json["case"])


def test_another_about_the_account_and_another_content_are_refused(call, body):
    case = call("POST", PATH, body).json["case"]
    for changes in ({"kind": "close"}, {"external_id": "suppression-119"}):
        answer = call("POST", PATH, body | changes)
        assert (answer.status_code, case in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"party": {"kind": "buyer", "id": "personne"}}, "/party/id"),
        ({"kind": "forget"}, "/kind"),
        ({"asked_by": "pas une adresse"}, "/asked_by"),
        ({"received_at": "2126-01-01T00:00:00Z"}, "/received_at"),
    ],
)
def test_what_cannot_be_is_named(call, body, changes, pointer):
    answer = call("POST", PATH, body | changes)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_a_grant_is_told_once_it_is_final(call, session, app):
    erasure, case, _ = make_verified(session)
    decision = act(session, case, "accept", make_staff(session, role="support").actor)
    session.commit()
    path = f"{PATH}/{erasure.external_id}"
    assert call("GET", path).json["stage"] == "received"
    pass_undo(session, decision)
    session.commit()
    told = call("GET", path).json
    assert (told["stage"], told["case"]["status"], told["kept"]) == ("scheduled", "accepted", [])
    assert call("GET", f"{PATH}/inconnue").status_code == 404
