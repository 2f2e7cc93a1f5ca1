"""Keys and addresses in the browser: shown once, revoked at once, refused with a reason."""

import re

import pytest
from sqlalchemy import select

from backoffice.core.integration import ApiKey, WebhookEndpoint
from tests.factories.staff import make_staff, sign_in, submit

PATH = "/admin/integrations"


@pytest.fixture
def admin(client, session):
    staff = make_staff(session, role="admin")
    sign_in(client, session, staff)
    return staff


def made_key(client, **fields) -> str:
    fields = {"integration": "Shop", "scopes": ["cases:read"], **fields}
    page = submit(client, f"{PATH}/keys", on=PATH, **fields).get_data(as_text=True)
    return re.search(r"data-shown>([^<]+)<", page)[1]


def test_a_key_is_shown_once_and_works_until_it_is_revoked(client, session, admin, call):
    key = made_key(client)
    assert call("GET", "/cases/REG-2026-999999", key=key).status_code == 404
    assert call("GET", "/sellers/shop-1", key=key).status_code == 403
    listed = client.get(PATH).get_data(as_text=True)
    assert key not in listed
    prefix = key.split("_")[1]
    assert prefix in listed
    assert submit(client, f"{PATH}/keys/{prefix}/revoke", on=PATH).status_code == 303
    assert call("GET", "/cases/REG-2026-999999", key=key).status_code == 401


def test_a_key_may_expire(client, session, admin):
    made_key(client, days="3")
    key = session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).first()
    assert (key.expires_at - key.created_at).days in (2, 3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"integration": ""}, "Nommez le programme."),
        ({"scopes": []}, "Choisissez-en au moins un"),
        ({"days": "0"}, "Écrivez un nombre de jours"),
    ],
)
def test_a_wrong_key_form_says_what_to_change_and_makes_nothing(
    client, session, admin, fields, said
):
    before = session.scalars(select(ApiKey.id)).all()
    fields = {"integration": "Boutique rare", "scopes": ["cases:read"], **fields}
    answer = submit(client, f"{PATH}/keys", on=PATH, **fields)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert fields["integration"] in answer.get_data(as_text=True)
    assert session.scalars(select(ApiKey.id)).all() == before


def test_an_address_hears_until_it_is_switched_off(client, session, admin):
    fields = {"integration": "Shop", "url": "https://shop.example/hooks"}
    page = submit(client, f"{PATH}/endpoints", on=PATH, **fields).get_data(as_text=True)
    secret = re.search(r"data-shown>([^<]+)<", page)[1]
    assert secret.startswith("whsec_")
    endpoint = session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id.desc())).first()
    assert endpoint.url == fields["url"]
    assert secret not in client.get(PATH).get_data(as_text=True)
    submit(client, f"{PATH}/endpoints/{endpoint.id}/disable", on=PATH)
    session.refresh(endpoint)
    assert endpoint.disabled_at


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "https://", "http://[::1"])
def test_what_is_no_web_address_is_refused(client, session, admin, url):
    answer = submit(client, f"{PATH}/endpoints", on=PATH, integration="Shop", url=url)
    assert answer.status_code == 422
    assert "https://" in answer.get_data(as_text=True)


def test_what_is_not_there(client, admin):
    assert submit(client, f"{PATH}/keys/abc/revoke", on=PATH).status_code == 404
    assert submit(client, f"{PATH}/endpoints/999999/disable", on=PATH).status_code == 404
