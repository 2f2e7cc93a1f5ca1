"""Route × role: each route declares what it asks for, and answers each role accordingly."""

import pytest

from backoffice.core.permissions import ROLES, Actor
from backoffice.staff.guard import PUBLIC, SIGNED_IN, permission_of
from tests.factories.staff import make_staff, sign_in, submit

OPEN_TO_ALL = (PUBLIC, SIGNED_IN)

WRITING = (".create_view", ".edit_view", ".switch_on", ".switch_off")  # of the reference tables


def rules(app):
    """Return every rule but the static files'."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def asks(app, rule) -> str:
    """Return what a rule's view asks for; adding to a table asks for more than reading it."""
    if rule.endpoint.startswith("admin_") and rule.endpoint.endswith(WRITING):
        return "reference:write"
    return permission_of(app.view_functions[rule.endpoint]) or ""


def plain(app, method: str) -> list[tuple[str, str]]:
    """Return the addresses without parts to fill in, each with what it asks for."""
    found = (r for r in rules(app) if method in r.methods and not r.arguments)
    return [(rule.rule, asks(app, rule)) for rule in found]


def test_every_route_declares_what_it_asks_for(app):
    assert [rule.rule for rule in rules(app) if not asks(app, rule)] == []


def test_what_is_asked_for_exists_in_the_policy(app):
    permissions = {asks(app, rule) for rule in rules(app)} - set(OPEN_TO_ALL)
    everybody = Actor("staff", 1, "", frozenset(ROLES))
    assert [one for one in sorted(permissions) if not everybody.may(one)] == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_page_opens_to_whom_it_may(app, client, session, role):
    staff = make_staff(session, role=role)
    sign_in(client, session, staff)
    for path, permission in plain(app, "GET"):
        status = client.get(path).status_code
        if permission in OPEN_TO_ALL or staff.actor.may(permission):
            assert status in (200, 204, 302, 303, 401, 404, 503), (path, role, status)
            assert status != 404 or permission == PUBLIC, (path, role)
        else:
            assert status == 404, (path, role, status)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_form_is_refused_to_whom_it_is_not_for(app, client, session, role):
    staff = make_staff(session, role=role)
    for path, permission in plain(app, "POST"):
        if permission in OPEN_TO_ALL or staff.actor.may(permission):
            continue
        sign_in(client, session, staff)
        assert submit(client, path, on="/account").status_code == 404, (path, role)


def test_without_a_sign_in_every_other_page_sends_to_the_sign_in(app, client):
    for path, permission in plain(app, "GET"):
        if permission != PUBLIC:
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert answer.location.startswith("/login"), path


def test_every_form_of_people_needs_the_token_of_its_page(app, client, session):
    sign_in(client, session, make_staff(session, roles=tuple(ROLES)))
    for path, _ in plain(app, "POST"):
        if not path.startswith(("/api/", "/dev/")):
            assert client.post(path).status_code == 400, path
